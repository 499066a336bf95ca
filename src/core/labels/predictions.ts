/** Input of the functions on labels: out-of-sample probabilities and the given labels. */
import { argmax } from '../statistics/argmax';

export interface ProbePredictions {
  /** n × classes, row-major. Each row sums to 1 and was predicted by a model that was not trained on its image. */
  readonly probabilities: Float32Array;
  /** Given class of each image, 0 … classes − 1. */
  readonly labels: Int32Array;
  readonly classes: number;
}

export function predictedClasses({ probabilities, labels, classes }: ProbePredictions): Int32Array {
  return labels.map((_, i) => argmax(probabilities, i * classes, classes));
}

export function countLabels(labels: Int32Array, classes: number): Int32Array {
  const counts = new Int32Array(classes);
  for (const label of labels) counts[label]! += 1;
  return counts;
}

/**
 * Rounds non-negative values to integers with the same (rounded) sum, by largest remainders (Hamilton's method). For
 * equal remainders, the first value is rounded up.
 */
export function roundKeepingSum(values: ArrayLike<number>): number[] {
  const floors = Array.from(values, Math.floor);
  const sum = Array.from(values).reduce((total, value) => total + value, 0);
  let missing = Math.round(sum) - floors.reduce((total, value) => total + value, 0);
  const order = floors.map((_, i) => i).sort((a, b) => values[b]! - floors[b]! - (values[a]! - floors[a]!) || a - b);
  for (const i of order) {
    if (missing <= 0) break;
    floors[i]! += 1;
    missing -= 1;
  }
  return floors;
}
