/** Quantiles and moments of numbers. */

/** Ascending copy. */
export function sorted(values: Iterable<number>): Float64Array {
  return Float64Array.from(values).sort();
}

/**
 * Quantile of ascending values by linear interpolation (Hyndman & Fan 1996, type 7).
 * @param q 0–1
 * @returns NaN for no values
 */
export function quantileOf(ascending: ArrayLike<number>, q: number): number {
  if (ascending.length === 0) return Number.NaN;
  const at = Math.min(1, Math.max(0, q)) * (ascending.length - 1);
  const low = Math.floor(at);
  const below = ascending[low] as number;
  const above = ascending[Math.min(low + 1, ascending.length - 1)] as number;
  return below + (above - below) * (at - low);
}

export function median(values: Iterable<number>): number {
  return quantileOf(sorted(values), 0.5);
}

/** Mean and population standard deviation; NaN for no values. */
export function moments(values: ArrayLike<number>): { mean: number; std: number } {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] as number) - mean) ** 2;
  return { mean, std: Math.sqrt(squares / values.length) };
}

/** Position of the first value above a threshold. @param ascending sorted */
export function firstAbove(ascending: Float64Array, threshold: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! > threshold) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Position of the first value at or above a threshold. @param ascending sorted */
export function firstAtLeast(ascending: Float64Array, threshold: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! >= threshold) high = middle;
    else low = middle + 1;
  }
  return low;
}
