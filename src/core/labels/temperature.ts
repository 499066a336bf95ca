/**
 * Turns scores into probabilities by a softmax whose temperature maximizes the likelihood of the given labels (Guo et
 * al. 2017).
 */
import { goldenSection } from '../statistics/golden-section';
import { argmax } from '../statistics/argmax';

const LOWEST = Math.log(0.05);
const HIGHEST = Math.log(200);
const ROUNDS = 40;

/** Softmax of `sharpness` × scores, row by row. */
export function softmaxRows(scores: Float32Array, classes: number, sharpness: number): Float32Array {
  const out = new Float32Array(scores.length);
  for (let from = 0; from < scores.length; from += classes) {
    const top = scores[from + argmax(scores, from, classes)]!;
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
    const top = scores[from + argmax(scores, from, classes)]!;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(sharpness * (scores[from + k]! - top));
    const weight = weights?.[i] ?? 1;
    total += weight * (Math.log(sum) - sharpness * (scores[from + label]! - top));
    weightSum += weight;
  });
  return weightSum > 0 ? total / weightSum : 0;
}

/**
 * The sharpness (1 / temperature, 0.05–200) with the smallest cross-entropy, found by golden-section search on a
 * logarithmic scale.
 */
export function fitSharpness(
  scores: Float32Array,
  labels: Int32Array,
  classes: number,
  weights?: Float64Array,
): number {
  const cost = (x: number): number => crossEntropy(scores, labels, classes, Math.exp(x), weights);
  return Math.exp(goldenSection(cost, [LOWEST, HIGHEST], ROUNDS, 1e-3));
}
