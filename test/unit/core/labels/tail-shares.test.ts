import { describe, expect, it } from 'vitest';
import { largestExcess, lowestBound, tailShares } from '../../../../src/core/labels/tail-shares';
import { gaussian, seededRandom } from '../../../../src/core/statistics/random';

/** Normal values around `mean`, ascending. */
const values = (count: number, mean: number, seed: number): Float64Array => {
  const random = seededRandom(seed);
  return Float64Array.from({ length: count }, () => mean + gaussian(random)).sort();
};

const mixed = (share: number, images: number, apart: number, seed: number): Float64Array =>
  Float64Array.from([...values(share * images, apart, seed), ...values((1 - share) * images, 0, seed + 1)]).sort();

describe('the share of a mixture that a component explains', () => {
  it('is the share of the component if the other values of the mixture are lower', () => {
    const shares = tailShares(mixed(0.3, 1000, 5, 1), values(1000, 5, 3));
    const { count, error } = lowestBound([{ shares, images: 1000 }], 2);
    expect(Math.abs(count - 300)).toBeLessThan(3 * error);
    expect(error).toBeLessThan(60);
  });

  it('is counted for many mixtures together about as well as for one', () => {
    const mixtures = Array.from({ length: 20 }, (_, at) => ({
      shares: tailShares(mixed(0.2, 100, 4, 10 * at), values(100, 4, 10 * at + 5)),
      images: 100,
    }));
    const { count, error } = lowestBound(mixtures, 2);
    expect(count - 400).toBeGreaterThan(-2 * error);
    expect(count + 2 * error).toBeLessThan(560);
    const alone = mixtures.reduce((sum, one) => sum + lowestBound([one], 2).count, 0);
    expect(alone).toBeLessThan(count);
  });

  it('uses a wider threshold if a component has few values', () => {
    const shares = tailShares(values(50, 0, 1), values(12, 0, 2));
    expect(new Set(shares.slice(0, 20)).size).toBe(1);
  });
});

describe('the excess of one mixture over another', () => {
  it('is positive if only one of them contains the other component', () => {
    const leaking = { shares: tailShares(mixed(0.3, 500, 4, 1), values(500, 4, 3)), images: 500 };
    const other = { shares: tailShares(values(500, -4, 4), values(500, 0, 5)), images: 500 };
    expect(largestExcess(leaking, other, 2).excess).toBeGreaterThan(80);
    expect(largestExcess(other, leaking, 2).excess).toBeLessThan(0);
  });

  it('is none if two components overlap', () => {
    const [low, high] = [values(500, 0, 1), values(500, 0.7, 2)];
    const reversed = (of: Float64Array): Float64Array => of.map((x) => -x).sort();
    const one = { shares: tailShares(low, high), images: 500 };
    const other = { shares: tailShares(reversed(high), reversed(low)), images: 500 };
    expect(largestExcess(one, other, 2).excess).toBeLessThan(0);
    expect(largestExcess(other, one, 2).excess).toBeLessThan(0);
  });
});
