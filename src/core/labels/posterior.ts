/**
 * Which labels are wrong, by the noise itself: each probability row is deconvolved by T, and the given label judged by
 * what then is left
 * of it.
 */
import { givenFrom, likelihoods, type NoiseMatrix, truthFrom } from './noise';
import { largest, type ProbePredictions } from './predictions';

const STEPS = 20;
const LEAST = 1e-12;

export interface LabelPosterior {
  /** P(the given label is wrong | image, given label), 0–1. */
  readonly wrong: Float64Array;
  /** Likeliest true class; the given one where no other is likelier. */
  readonly suggested: Int32Array;
  /** n × classes: P(true class | image, given label). */
  readonly truth: Float32Array;
}

/**
 * Deconvolution by 20 multiplicative steps from the uniform (Richardson 1972): q ← q ⊙ Tᵀ(p / (T q)); then Bayes with
 * the given label:
 * P(true = j | image, given = y) ∝ q_j T[y, j]. Time: 20 × images × (classes + pairs that occur in T).
 */
export function labelPosterior(
  { probabilities, labels, classes }: ProbePredictions,
  noise: NoiseMatrix,
): LabelPosterior {
  const n = labels.length;
  const truth = new Float32Array(n * classes);
  const wrong = new Float64Array(n);
  const suggested = new Int32Array(n);
  const rows = likelihoods(noise);
  const deconvolve = deconvolver(noise);
  for (let i = 0; i < n; i++) {
    const q = deconvolve(probabilities, i * classes);
    const given = labels[i]!;
    const likelihood = rows[given]!;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += q[k]! * likelihood[k]!;
    for (let k = 0; k < classes; k++)
      truth[i * classes + k] = sum > 0 ? (q[k]! * likelihood[k]!) / sum : k === given ? 1 : 0;
    const kept = sum > 0 ? (q[given]! * likelihood[given]!) / sum : 1;
    wrong[i] = Math.min(1, Math.max(0, 1 - kept));
    const best = largest(truth, i * classes, classes);
    suggested[i] = truth[i * classes + best]! > truth[i * classes + given]! ? best : given;
  }
  return { wrong, suggested, truth };
}

/** A function that deconvolves one row of probabilities; its result is overwritten by the next call. */
export function deconvolver(noise: NoiseMatrix): (p: Float32Array, offset: number) => Float64Array {
  const { classes } = noise;
  const q = new Float64Array(classes);
  const expected = new Float64Array(classes);
  const factor = new Float64Array(classes);
  return (p, offset) => {
    q.fill(1 / classes);
    for (let step = 0; step < STEPS; step++) {
      givenFrom(noise, q, expected);
      for (let k = 0; k < classes; k++) expected[k] = p[offset + k]! / Math.max(expected[k]!, LEAST);
      truthFrom(noise, expected, factor);
      let sum = 0;
      for (let k = 0; k < classes; k++) sum += q[k]! *= factor[k]!;
      if (sum <= 0) break;
      for (let k = 0; k < classes; k++) q[k]! /= sum;
    }
    return q;
  };
}
