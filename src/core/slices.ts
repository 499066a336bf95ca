/** Long computations that pause now and then, so that whoever runs them can do other work in between. */

/** A computation: each step ends at a pause, the last one returns the result. */
export type Sliced<T> = Generator<void, T, void>;

/** Items between two pauses: few enough that no step is noticed, many enough that pauses cost nothing. */
const SLICE = 4096;

/**
 * Does something with each item, in order.
 * @param size of an item, where they differ; 1 for any item otherwise
 */
export function* eachInSlices<T>(
  items: Iterable<T>,
  act: (item: T) => void,
  size: (item: T) => number = () => 1,
): Sliced<void> {
  let done = 0;
  for (const item of items) {
    act(item);
    done += size(item);
    if (done < SLICE) continue;
    done = 0;
    yield;
  }
}

/** Runs a computation without a pause. */
export function atOnce<T>(steps: Sliced<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
