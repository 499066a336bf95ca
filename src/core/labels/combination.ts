/**
 * What two probes say together: the mean of their probabilities, row by row. Their errors are of different kinds, so
 * that the mean errs less
 * than either; a linear opinion pool (Stone 1961) also keeps a probe that is sure and wrong from deciding alone.
 * @param first, second images × classes, in the same order
 */
export function combinePredictions(first: Float32Array, second: Float32Array): Float32Array {
  return first.map((p, i) => (p + second[i]!) / 2);
}
