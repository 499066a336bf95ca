/** Leave-one-out error on some landmarks, by which views, their symmetries and the kernel width are chosen. */
import { KernelRidge } from './kernel-ridge';
import { bestPenalty, PENALTIES, USUAL_PENALTY } from './penalties';
import { oneHot } from './rounds';

/** Number of landmarks used for comparisons. */
const COMPARED = 700;

export interface LandmarkComparison {
  /** Indices of the landmarks used, ascending. */
  readonly some: Int32Array;
  /**
   * Leave-one-out error at the best penalty.
   * @param between squared distances of `some` to each other
   * @param width of the kernel exp(−width · distance / median distance)
   */
  readonly judge: (between: Float32Array, width: number) => Promise<number>;
}

/** @param labels class of each landmark */
export function comparisonOf(labels: Int32Array, classes: number): LandmarkComparison {
  const step = Math.max(1, labels.length / COMPARED);
  const some = Int32Array.from({ length: Math.min(labels.length, COMPARED) }, (_, i) => Math.floor(i * step));
  const targets = oneHot(
    some.map((i) => labels[i]!),
    classes,
  );
  let start = USUAL_PENALTY;
  return {
    some,
    judge: async (between, width) => {
      const gamma = width / medianOf(between);
      const ridge = new KernelRidge(
        between.map((distance) => Math.exp(-gamma * distance)),
        new Float64Array(some.length).fill(1),
        [],
      );
      let least = Infinity;
      start = await bestPenalty(start, (index) => {
        const { error } = ridge.leaveOneOut(targets, PENALTIES[index]!);
        if (error < least) least = error;
        return Promise.resolve(error);
      });
      ridge.dispose();
      return least;
    },
  };
}

/** Median of the positive distances, from a sample of at most about 50,000; 1 if all are 0. */
export function medianOf(values: Float32Array): number {
  const step = Math.max(1, Math.floor(values.length / 50_000));
  const some = Float64Array.from({ length: Math.floor(values.length / step) }, (_, i) => values[i * step]!)
    .filter((value) => value > 0)
    .sort();
  return some.length === 0 ? 1 : some[some.length >> 1]!;
}
