import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohenKappa } from '../../../../src/core/statistics/kappa';

/** The ratings of a table of counts: `table[i][j]` items are in category i for the first rater and j for the second. */
function ratings(table: readonly (readonly number[])[]): [string[], string[]] {
  const cells = table.flatMap((row, i) => row.flatMap((count, j) => Array.from({ length: count }, () => [i, j])));
  return [cells.map(([i]) => `c${i}`), cells.map(([, j]) => `c${j}`)];
}

/** κ: cohen_kappa_score of scikit-learn 1.9.1. Standard error: cohens_kappa of statsmodels 0.15.0 (`std_kappa`). */
const golden: readonly [string, number[][], number, number][] = [
  [
    'two categories',
    [
      [20, 5],
      [10, 15],
    ],
    0.4,
    0.12699606293110033,
  ],
  [
    'three categories',
    [
      [44, 5, 1],
      [7, 20, 3],
      [9, 5, 6],
    ],
    0.4915254237288136,
    0.07212745929334068,
  ],
  [
    'twice as many items',
    [
      [88, 14, 18],
      [10, 40, 10],
      [2, 6, 12],
    ],
    0.4915254237288136,
    0.05100181557607786,
  ],
  [
    'less agreement than by chance',
    [
      [1, 9],
      [9, 1],
    ],
    -0.8,
    0.13416407864998728,
  ],
  [
    'one rater with one category',
    [
      [30, 0],
      [1, 0],
    ],
    0,
    0,
  ],
];

describe('Cohen’s κ', () => {
  it.each(golden)('is that of scikit-learn and statsmodels for %s', (_, table, value, error) => {
    const kappa = cohenKappa(...ratings(table))!;
    expect(kappa.value).toBeCloseTo(value, 12);
    expect(kappa.low).toBeCloseTo(Math.max(-1, value - 1.959963985 * error), 6);
    expect(kappa.high).toBeCloseTo(Math.min(1, value + 1.959963985 * error), 6);
  });

  it('is not defined without items or with a single category', () => {
    expect(cohenKappa([], [])).toBeNull();
    expect(cohenKappa(['a', 'a'], ['a', 'a'])).toBeNull();
  });

  it('does not take full agreement on few items for certain', () => {
    const few = cohenKappa(
      ...ratings([
        [10, 0],
        [0, 10],
      ]),
    )!;
    const many = cohenKappa(
      ...ratings([
        [1000, 0],
        [0, 1000],
      ]),
    )!;
    expect([few.value, few.high]).toEqual([1, 1]);
    expect(few.low).toBeLessThan(0.8);
    expect(many.low).toBeGreaterThan(0.99);
  });

  it('is the same if the raters change places', () => {
    const pairs = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'b', 'c')), { minLength: 1 });
    fc.assert(
      fc.property(pairs, (items) => {
        const [first, second] = [items.map(([one]) => one), items.map(([, other]) => other)];
        const [here, there] = [cohenKappa(first, second), cohenKappa(second, first)];
        if (here === null || there === null) expect(here).toBe(there);
        else {
          expect(here.value).toBeCloseTo(there.value, 10);
          expect(here.low).toBeCloseTo(there.low, 10);
          expect(here.low <= here.value && here.value <= here.high).toBe(true);
        }
      }),
    );
  });
});
