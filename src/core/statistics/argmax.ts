/**
 * Index of the largest of `count` values starting at `from`, relative to `from`; the first one if several are equal.
 */
export function argmax(values: ArrayLike<number>, from = 0, count = values.length): number {
  let best = 0;
  for (let k = 1; k < count; k++) if (values[from + k]! > values[from + best]!) best = k;
  return best;
}
