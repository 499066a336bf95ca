/** Entropy of counts and weights, and the effective number of classes. */

/** Shannon entropy in nats of non-negative weights, which need not sum to 1; 0 if all are 0. */
export function entropy(weights: ArrayLike<number>): number {
  let total = 0;
  let sum = 0;
  for (let k = 0; k < weights.length; k++) total += weights[k]!;
  if (total <= 0) return 0;
  for (let k = 0; k < weights.length; k++) {
    const p = weights[k]! / total;
    if (p > 0) sum -= p * Math.log(p);
  }
  return sum;
}

/**
 * Effective number of classes: exp of the entropy of the counts, from 1 to the number of non-zero counts; 0 if all are
 * 0.
 */
export function effectiveNumber(counts: ArrayLike<number>): number {
  for (let k = 0; k < counts.length; k++) if (counts[k]! > 0) return Math.exp(entropy(counts));
  return 0;
}
