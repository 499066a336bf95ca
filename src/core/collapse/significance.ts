/** Statistical tests without assumptions about distributions: exact if possible, otherwise seeded permutations. */

import type { Random } from '../statistics/random';
import { logChoose, normalTail } from '../statistics/distributions';

/**
 * Above this number of images, the normal approximation with exact moments agrees with permutations to three digits,
 * and permutations take seconds.
 */
const DRAWN_UP_TO = 20_000;
const DRAWS = 1999;

/** P(X ≥ hits) for X ~ Binomial(n, p), exactly. */
export function binomialUpperTail(hits: number, n: number, p: number): number {
  if (hits <= 0) return 1;
  if (hits > n) return 0;
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  let sum = 0;
  for (let k = hits; k <= n; k++) sum += Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
  return Math.min(1, sum);
}

/** P(X ≤ hits) for X ~ Binomial(n, p), exactly. */
export const binomialLowerTail = (hits: number, n: number, p: number): number => binomialUpperTail(n - hits, n, 1 - p);

/**
 * For two classes with both margins fixed, the balanced accuracy is an increasing function of a single cell. The
 * permutation test is then Fisher's exact test.
 */
function fisher(confusion: readonly (readonly number[])[]): number {
  const [[hits, missed], [wrong, rest]] = confusion as [[number, number], [number, number]];
  const first = hits + missed;
  const called = hits + wrong;
  const n = first + wrong + rest;
  let sum = 0;
  for (let k = hits; k <= Math.min(first, called); k++) {
    sum += Math.exp(logChoose(first, k) + logChoose(n - first, called - k) - logChoose(n, called));
  }
  return Math.min(1, sum);
}

/** The sum of hits/labels over the classes: the balanced accuracy times the number of classes. */
const recallSum = (hits: ArrayLike<number>, inverse: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = 0; k < hits.length; k++) sum += hits[k]! * inverse[k]!;
  return sum;
};

function drawn(
  labelCounts: number[],
  predictedCounts: number[],
  inverse: number[],
  observed: number,
  random: Random,
): number {
  const labels = Int32Array.from(labelCounts.flatMap((count, k) => Array<number>(count).fill(k)));
  const predicted = Int32Array.from(predictedCounts.flatMap((count, k) => Array<number>(count).fill(k)));
  const hits = new Float64Array(inverse.length);
  let asHigh = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    hits.fill(0);
    for (let i = labels.length - 1; i >= 0; i--) {
      const j = Math.floor(random() * (i + 1));
      const one = labels[j]!;
      labels[j] = labels[i]!;
      labels[i] = one;
      if (predicted[i] === one) hits[one]! += 1;
    }
    if (recallSum(hits, inverse) >= observed - 1e-9) asHigh++;
  }
  return (asHigh + 1) / (DRAWS + 1);
}

/**
 * Normal approximation with the exact mean and variance (Hoeffding 1951) of Σᵢ a(labelᵢ, predictedπ(ᵢ)) over all
 * permutations, where a(k, l) = [k = l] / n_k.
 */
function byMoments(
  labelCounts: number[],
  predictedCounts: number[],
  inverse: number[],
  n: number,
  observed: number,
): number {
  const rowMean = inverse.map((a, k) => (a * predictedCounts[k]!) / n);
  const columnMean = inverse.map((a, k) => (a * labelCounts[k]!) / n);
  const mean = rowMean.reduce((sum, m, k) => sum + m * labelCounts[k]!, 0) / n;
  let squares = 0;
  for (let k = 0; k < inverse.length; k++) {
    for (let l = 0; l < inverse.length; l++) {
      const centred = (k === l ? inverse[k]! : 0) - rowMean[k]! - columnMean[l]! + mean;
      squares += labelCounts[k]! * predictedCounts[l]! * centred * centred;
    }
  }
  const deviation = Math.sqrt(squares / Math.max(1, n - 1));
  return deviation === 0 ? 1 : normalTail((observed - mean * n) / deviation);
}

/**
 * One-sided permutation test: is the balanced accuracy higher than with the same predictions and shuffled labels (whose
 * expected value is exactly 1/K)? Exact for two classes; 1,999 seeded permutations for up to 20,000 images; a normal
 * approximation with exact moments above.
 * @param confusion counts with labels as rows; classes without images are allowed and do not count
 * @returns the p-value
 */
export function balancedAccuracyTest(confusion: readonly (readonly number[])[], random: Random): number {
  const labelCounts = confusion.map((row) => row.reduce((sum, n) => sum + n, 0));
  const predictedCounts = confusion.map((_, k) => confusion.reduce((sum, row) => sum + row[k]!, 0));
  const n = labelCounts.reduce((sum, count) => sum + count, 0);
  if (predictedCounts.filter((count) => count > 0).length < 2 || labelCounts.filter((count) => count > 0).length < 2)
    return 1;
  if (confusion.length === 2) return fisher(confusion);
  const inverse = labelCounts.map((count) => (count === 0 ? 0 : 1 / count));
  const observed = recallSum(
    confusion.map((row, k) => row[k]!),
    inverse,
  );
  return n <= DRAWN_UP_TO
    ? drawn(labelCounts, predictedCounts, inverse, observed, random)
    : byMoments(labelCounts, predictedCounts, inverse, n, observed);
}
