/**
 * Confident learning: for each given class, how many of its images truly are of each class (Northcutt, Jiang & Chuang
 * 2021; counted like cleanlab 2.9).
 */
import { argmax } from '../statistics/argmax';
import { countLabels, type ProbePredictions, roundKeepingSum } from './predictions';

/** Tolerance when a probability is compared with a threshold, because probabilities were stored in 32 bits. */
const SLACK = 1e-6;
/** Least threshold, so that an image with probability 0 never counts as confident. */
const LEAST_THRESHOLD = 2e-6;

export interface ConfidentJoint {
  readonly classes: number;
  /** Mean self-confidence of each class; Infinity for a class without images. */
  readonly thresholds: Float64Array;
  /** classes × classes counts [given, true] of the confident images, row-major. */
  readonly counts: Float64Array;
  /** `counts` scaled to integers so that row k sums to the number of images given class k. */
  readonly calibrated: Float64Array;
}

/** Mean self-confidence t_k = mean of P(k) over the images that were given class k. */
export function classThresholds({ probabilities, labels, classes }: ProbePredictions): Float64Array {
  const sums = new Float64Array(classes);
  labels.forEach((label, i) => (sums[label]! += probabilities[i * classes + label]!));
  const counts = countLabels(labels, classes);
  return sums.map((sum, k) => (counts[k] === 0 ? Infinity : Math.max(LEAST_THRESHOLD, sum / counts[k]!)));
}

/**
 * The confident joint. An image counts for the class whose threshold its probability reaches; if it reaches several,
 * for the class with the highest probability.
 * The diagonal is at least 1, so that no class is entirely wrong.
 */
export function confidentJoint(predictions: ProbePredictions): ConfidentJoint {
  const { probabilities, labels, classes } = predictions;
  const thresholds = classThresholds(predictions);
  const counts = new Float64Array(classes * classes);
  labels.forEach((label, i) => {
    let reached = 0;
    let guess = -1;
    for (let k = 0; k < classes; k++) {
      if (probabilities[i * classes + k]! < thresholds[k]! - SLACK) continue;
      reached += 1;
      if (guess < 0) guess = k;
    }
    if (reached > 1) guess = argmax(probabilities, i * classes, classes);
    if (guess < 0) return;
    counts[label * classes + guess]! += 1;
  });
  for (let k = 0; k < classes; k++) counts[k * classes + k] = Math.max(1, counts[k * classes + k]!);
  return { classes, thresholds, counts, calibrated: calibrate(counts, labels, classes) };
}

/** Scales each row to integers that sum to the number of images given its class. */
export function calibrate(counts: Float64Array, labels: Int32Array, classes: number): Float64Array {
  const given = countLabels(labels, classes);
  const calibrated = new Float64Array(classes * classes);
  for (let k = 0; k < classes; k++) {
    const row = counts.subarray(k * classes, (k + 1) * classes);
    const sum = row.reduce((total, count) => total + count, 0);
    calibrated.set(roundKeepingSum(row.map((count) => (count / sum) * given[k]!)), k * classes);
  }
  return calibrated;
}
