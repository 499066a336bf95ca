/** Golden-section search (Kiefer 1953). */

const RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * Finds the minimum of `cost` between `low` and `high`. Correct only if `cost` is unimodal there. Each step calls
 * `cost` once and reduces the interval to 0.618 of its length.
 * @param tolerance stops before `steps` when the interval is no longer than this
 * @returns the middle of the remaining interval
 */
export function goldenSection(
  cost: (x: number) => number,
  [low, high]: readonly [number, number],
  steps: number,
  tolerance = 0,
): number {
  let a = high - RATIO * (high - low);
  let b = low + RATIO * (high - low);
  let costA = cost(a);
  let costB = cost(b);
  for (let step = 0; step < steps && high - low > tolerance; step++) {
    if (costA <= costB) {
      [high, b, costB] = [b, a, costA];
      a = high - RATIO * (high - low);
      costA = cost(a);
    } else {
      [low, a, costA] = [a, b, costB];
      b = low + RATIO * (high - low);
      costB = cost(b);
    }
  }
  return (low + high) / 2;
}
