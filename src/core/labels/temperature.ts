/** Scores to probabilities: a softmax whose temperature makes the given labels likeliest (Guo et al. 2017). */
import { largest } from './predictions';

const LOWEST = Math.log(0.05);
const HIGHEST = Math.log(200);
const ROUNDS = 40;

/** Softmax of `sharpness` × scores, row by row. */
export function softmaxRows(scores: Float32Array, classes: number, sharpness: number): Float32Array {
  const out = new Float32Array(scores.length);
  for (let from = 0; from < scores.length; from += classes) {
    const top = scores[from + largest(scores, from, classes)]!;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += out[from + k] = Math.exp(sharpness * (scores[from + k]! - top));
    for (let k = 0; k < classes; k++) out[from + k]! /= sum;
  }
  return out;
}

/** Mean −ln P(given label), weighted. */
export function crossEntropy(
  scores: Float32Array,
  labels: Int32Array,
  classes: number,
  sharpness: number,
  weights?: Float64Array,
): number {
  let total = 0;
  let weightSum = 0;
  labels.forEach((label, i) => {
    const from = i * classes;
    const top = scores[from + largest(scores, from, classes)]!;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(sharpness * (scores[from + k]! - top));
    const weight = weights?.[i] ?? 1;
    total += weight * (Math.log(sum) - sharpness * (scores[from + label]! - top));
    weightSum += weight;
  });
  return weightSum > 0 ? total / weightSum : 0;
}

/**
 * The sharpness (1 / temperature, 0.05–200) with the least cross-entropy, by golden-section search on its logarithm.
 */
export function fitSharpness(
  scores: Float32Array,
  labels: Int32Array,
  classes: number,
  weights?: Float64Array,
): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  const cost = (x: number): number => crossEntropy(scores, labels, classes, Math.exp(x), weights);
  let low = LOWEST;
  let high = HIGHEST;
  let a = high - ratio * (high - low);
  let b = low + ratio * (high - low);
  let costA = cost(a);
  let costB = cost(b);
  for (let round = 0; round < ROUNDS && high - low > 1e-3; round++) {
    if (costA <= costB) {
      [high, b, costB] = [b, a, costA];
      a = high - ratio * (high - low);
      costA = cost(a);
    } else {
      [low, a, costA] = [a, b, costB];
      b = low + ratio * (high - low);
      costB = cost(b);
    }
  }
  return Math.exp((low + high) / 2);
}
