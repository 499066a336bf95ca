/** Entropy of counts and weights, and the number of classes that they amount to. */

/** Shannon entropy in nats of non-negative weights, which need not sum to 1; 0 where they are all 0. */
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

/** How many equally large classes the counts amount to: exp of their entropy, 1 … number of non-zero counts; 0 for none. */
export function effectiveNumber(counts: ArrayLike<number>): number {
  for (let k = 0; k < counts.length; k++) if (counts[k]! > 0) return Math.exp(entropy(counts));
  return 0;
}
