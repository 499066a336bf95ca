/** Recovers the true classes from the probabilities of the given labels: deconvolution with the label noise T. */
import { givenFrom, type NoiseMatrix, truthFrom } from './noise';

const STEPS = 20;
const LEAST = 1e-12;

/**
 * Returns a function that turns one row of probabilities of given labels into probabilities of true classes. It takes
 * 20 multiplicative steps from the uniform distribution (Richardson 1972): q ← q ⊙ Tᵀ(p / (T q)). The time for a row is
 * proportional to 20 × (classes + single pairs in T). The next call overwrites the result.
 */
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
