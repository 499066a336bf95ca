/**
 * Largest share of a mixture that a component can explain: the ratio of the two upper tails (mixture proportion
 * estimation: Blanchard, Lee & Scott 2010; Scott 2015).
 */
import { firstAbove } from '../statistics/quantiles';

/** Least number of component values above a threshold for a useful ratio. */
const LEAST_BEYOND = 8;
/** The thresholds that are tried, as shares of the component above them. */
const BEYOND = Array.from({ length: 37 }, (_, i) => (i + 2) * 0.025);
/** The ratio of the tails at one threshold. */
export interface TailShare {
  readonly share: number;
  /** The share of one mixture value above the threshold. */
  readonly unit: number;
  /** Relative variance of the number of component values above the threshold. */
  readonly spread: number;
}

/** A sum of shares, each times its number of images. */
export interface TailCount {
  readonly count: number;
  readonly error: number;
}

/** One mixture, with the number that its shares are multiplied with. */
export interface TailShares {
  readonly shares: readonly TailShare[];
  readonly images: number;
}

/**
 * The ratio of the tails at every threshold, narrow ones first. Thresholds with too few component values above them are
 * replaced by the next wider one.
 * @param mixture, component values, ascending
 */
export function tailShares(mixture: Float64Array, component: Float64Array): readonly TailShare[] {
  let next: TailShare = { share: 1, unit: 1, spread: 1 };
  return BEYOND.toReversed()
    .map((beyond) => {
      const threshold = component[Math.floor((1 - beyond) * (component.length - 1))]!;
      const inComponent = component.length - firstAbove(component, threshold);
      const unit = component.length / (inComponent * mixture.length);
      const share = (mixture.length - firstAbove(mixture, threshold)) * unit;
      if (inComponent >= LEAST_BEYOND) next = { share, unit, spread: 1 / inComponent - 1 / component.length };
      return next;
    })
    .reverse();
}

function countsOf(mixtures: readonly TailShares[]): TailCount[] {
  return BEYOND.map((_, at) => {
    let [count, variance] = [0, 0];
    for (const { shares, images } of mixtures) {
      const { share, unit, spread } = shares[at]!;
      count += share * images;
      variance += images ** 2 * (share * unit + unit ** 2 + share ** 2 * spread);
    }
    return { count, error: Math.sqrt(variance) };
  });
}

/**
 * The count with the lowest upper bound. One threshold is chosen for all mixtures: the best one of each would be too
 * low by chance in each, and the sum would be far too low.
 * @param errors standard errors of the upper bound
 */
export function lowestBound(mixtures: readonly TailShares[], errors: number): TailCount {
  return countsOf(mixtures).reduce((least, one) =>
    one.count + errors * one.error < least.count + errors * least.error ? one : least,
  );
}

/**
 * How far one mixture exceeds another at the same share of the components: the largest lower bound over all thresholds.
 * If a probe confuses two classes, it does so in both directions, and the two ratios are about the same. Thresholds
 * where the ratio is above its own upper bound are left out: other values of the mixture are above them too.
 * @param errors standard errors of the bounds
 * @returns the excess, and the count at that threshold
 */
export function largestExcess(one: TailShares, other: TailShares, errors: number): { excess: number; count: number } {
  const others = countsOf([other]);
  const bound = lowestBound([one], errors);
  const most = bound.count + errors * bound.error;
  let largest = { excess: -Infinity, count: 0 };
  countsOf([one]).forEach(({ count, error }, at) => {
    const excess = count - others[at]!.count - errors * Math.hypot(error, others[at]!.error);
    if (count <= most && excess > largest.excess) largest = { excess, count };
  });
  return largest;
}
