/**
 * cleanlab's ways of choosing the wrong labels, by their names there (2.9, `find_label_issues(filter_by=…)`, its
 * defaults).
 */
import type { ConfidentJoint } from './joint';
import { countLabels, largest, type ProbePredictions, roundKeepingSum } from './predictions';
import { normalizedMargin, selfConfidence } from './scores';

/** Images that a filter leaves in every class. */
const LEAST_KEPT = 1;
const SLACK = 1e-6;

export const labelFilters = {
  prune_by_class: (predictions, joint) => agreeingCleared(predictions, pruneByClass(predictions, joint)),
  prune_by_noise_rate: (predictions, joint) => agreeingCleared(predictions, pruneByNoiseRate(predictions, joint)),
  both: (predictions, joint) => {
    const byRate = pruneByNoiseRate(predictions, joint);
    return agreeingCleared(
      predictions,
      pruneByClass(predictions, joint).map((flag, i) => flag & byRate[i]!),
    );
  },
  confident_learning: (predictions, joint) => agreeingCleared(predictions, offDiagonal(predictions, joint)),
  predicted_neq_given: (predictions) => agreeingCleared(predictions, new Uint8Array(predictions.labels.length).fill(1)),
  low_normalized_margin: (predictions, joint) => lowest(normalizedMargin(predictions), issueCount(predictions, joint)),
  low_self_confidence: (predictions, joint) => lowest(selfConfidence(predictions), issueCount(predictions, joint)),
} as const satisfies Record<string, (predictions: ProbePredictions, joint: ConfidentJoint) => Uint8Array>;

export type LabelFilter = keyof typeof labelFilters;

/**
 * Images of each given class, and how many of them are to be taken as truly of each class: the joint with at least one
 * kept per class.
 */
function keptCounts(joint: ConfidentJoint): Float64Array {
  const { classes, calibrated } = joint;
  const kept = new Float64Array(classes * classes);
  for (let given = 0; given < classes; given++) {
    const row = calibrated.subarray(given * classes, (given + 1) * classes);
    const lift = Math.max(0, LEAST_KEPT - row[given]!);
    const nonZero = Math.max(1, row.reduce((n, count) => n + (count === 0 ? 0 : 1), 0) - 1);
    row.forEach(
      (count, k) =>
        (kept[given * classes + k] = k === given ? Math.max(LEAST_KEPT, count) : Math.max(0, count - lift / nonZero)),
    );
  }
  // Whole numbers per true class, as cleanlab rounds them.
  for (let k = 0; k < classes; k++) {
    const column = Array.from({ length: classes }, (_, given) => kept[given * classes + k]!);
    roundKeepingSum(column).forEach((count, given) => (kept[given * classes + k] = count));
  }
  return kept;
}

function membersByClass(labels: Int32Array, classes: number): number[][] {
  const members: number[][] = Array.from({ length: classes }, () => []);
  labels.forEach((label, i) => members[label]!.push(i));
  return members;
}

/** In class k the n_k − C[k,k] images with the lowest probability of k. */
function pruneByClass({ probabilities, labels, classes }: ProbePredictions, joint: ConfidentJoint): Uint8Array {
  const flags = new Uint8Array(labels.length);
  const kept = keptCounts(joint);
  membersByClass(labels, classes).forEach((members, k) => {
    if (members.length <= LEAST_KEPT) return;
    const wrong = Math.max(0, members.length - kept[k * classes + k]!);
    members.sort((a, b) => probabilities[a * classes + k]! - probabilities[b * classes + k]!);
    for (const i of members.slice(0, wrong)) flags[i] = 1;
  });
  return flags;
}

/** For each j ≠ k the C[k,j] images of class k with the largest P(j) − P(k). */
function pruneByNoiseRate({ probabilities, labels, classes }: ProbePredictions, joint: ConfidentJoint): Uint8Array {
  const flags = new Uint8Array(labels.length);
  const kept = keptCounts(joint);
  membersByClass(labels, classes).forEach((members, k) => {
    if (members.length <= LEAST_KEPT) return;
    for (let j = 0; j < classes; j++) {
      const wrong = kept[k * classes + j]!;
      if (j === k || wrong <= 0) continue;
      const margin = (i: number): number => probabilities[i * classes + j]! - probabilities[i * classes + k]!;
      for (const i of members.toSorted((a, b) => margin(b) - margin(a)).slice(0, wrong)) flags[i] = 1;
    }
  });
  return flags;
}

function offDiagonal({ labels }: ProbePredictions, { confident }: ConfidentJoint): Uint8Array {
  return Uint8Array.from(labels, (label, i) => (confident[i]! >= 0 && confident[i] !== label ? 1 : 0));
}

/** How many labels `confident_learning` calls wrong: the number that the two score filters take. */
function issueCount(predictions: ProbePredictions, joint: ConfidentJoint): number {
  return agreeingCleared(predictions, offDiagonal(predictions, joint)).reduce((n, flag) => n + flag, 0);
}

function lowest(scores: Float64Array, count: number): Uint8Array {
  const flags = new Uint8Array(scores.length);
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  for (const i of order.slice(0, count)) flags[i] = 1;
  return flags;
}

/** Where the likeliest class is the given one, nothing is wrong. */
function agreeingCleared({ probabilities, labels, classes }: ProbePredictions, flags: Uint8Array): Uint8Array {
  return flags.map((flag, i) => {
    const best = largest(probabilities, i * classes, classes);
    const agrees =
      best === labels[i] || probabilities[i * classes + labels[i]!]! + SLACK > probabilities[i * classes + best]!;
    return agrees ? 0 : flag;
  });
}

/** Share of labels that a filter leaves standing, whole and per class; 1 for a class without images. */
export function labelHealth(
  labels: Int32Array,
  flags: Uint8Array,
  classes: number,
): { overall: number; perClass: Float64Array } {
  const counts = countLabels(labels, classes);
  const wrong = new Int32Array(classes);
  labels.forEach((label, i) => (wrong[label]! += flags[i]!));
  const total = wrong.reduce((sum, n) => sum + n, 0);
  return {
    overall: labels.length === 0 ? 1 : 1 - total / labels.length,
    perClass: Float64Array.from(wrong, (n, k) => (counts[k] === 0 ? 1 : 1 - n / counts[k]!)),
  };
}
