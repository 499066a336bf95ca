/** Leave-one-out error on some landmarks, by which views, their symmetries and the kernel width are chosen. */
import { leaveOneOut, nystromFeatures, oneHot, ridgeBasis } from './ridge';

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
  readonly judge: (between: Float32Array, width: number) => number;
}

/** @param labels class of each landmark */
export function comparisonOf(labels: Int32Array, classes: number, penalties: readonly number[]): LandmarkComparison {
  const step = Math.max(1, labels.length / COMPARED);
  const some = Int32Array.from({ length: Math.min(labels.length, COMPARED) }, (_, i) => Math.floor(i * step));
  const targets = oneHot(
    some.map((i) => labels[i]!),
    classes,
  );
  return {
    some,
    judge: (between, width) => {
      const features = Float32Array.from(between);
      nystromFeatures(features, between, some.length, width / medianOf(between));
      const solutions = leaveOneOut(
        ridgeBasis(features, some.length, new Float64Array(some.length).fill(1)),
        targets,
        classes,
        penalties,
        [],
      );
      return Math.min(...Array.from(solutions, (solution) => solution.error));
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
