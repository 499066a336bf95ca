import { setImmediate } from 'node:timers/promises';
import type { Sliced } from '../../core/slices';

/** How long this process answers nobody else. */
const SLICE_MS = 15;

/** Runs a computation, and lets the process answer other requests at its pauses. */
export async function inSlices<T>(steps: Sliced<T>): Promise<T> {
  for (let since = performance.now(); ;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < SLICE_MS) continue;
    await setImmediate();
    since = performance.now();
  }
}
