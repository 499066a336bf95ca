/**
 * Combines two probes by the mean of their probabilities, row by row (linear opinion pool, Stone 1961). The probes make
 * different kinds of errors. So the mean is right more often than either, and one overconfident probe cannot decide
 * alone.
 * @param first, second images × classes, in the same order
 */
export function combinePredictions(first: Float32Array, second: Float32Array): Float32Array {
  return first.map((p, i) => (p + second[i]!) / 2);
}
