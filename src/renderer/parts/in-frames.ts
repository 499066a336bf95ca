import type { Sliced } from '../../core/slices';

/** Of each frame, in ms. */
const SHARE = 8;

/**
 * Runs a computation a part at a time, between what else the page draws.
 * @returns a function that ends it; `done` is then not called
 */
export function inFrames<T>(steps: Sliced<T>, done: (result: T) => void): () => void {
  const run = (): void => {
    const since = performance.now();
    while (performance.now() - since < SHARE) {
      const step = steps.next();
      if (step.done !== true) continue;
      done(step.value);
      return;
    }
    frame = requestAnimationFrame(run);
  };
  let frame = requestAnimationFrame(run);
  return () => cancelAnimationFrame(frame);
}
