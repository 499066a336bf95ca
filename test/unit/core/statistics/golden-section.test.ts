import { expect, it } from 'vitest';
import { goldenSection } from '../../../../src/core/statistics/golden-section';

it('finds the minimum, and calls the cost once per step', () => {
  let calls = 0;
  const cost = (x: number): number => {
    calls += 1;
    return (x - 1.3) ** 2;
  };
  expect(goldenSection(cost, [-4, 9], 30)).toBeCloseTo(1.3, 4);
  expect(calls).toBe(32);
  expect(goldenSection(cost, [-4, 9], 30, 1)).toBeCloseTo(1.3, 0);
  expect(calls).toBeLessThan(32 + 10);
});

it('ends at an end of the interval if the cost is monotonic', () => {
  expect(goldenSection((x) => x, [2, 3], 30)).toBeCloseTo(2, 4);
  expect(goldenSection((x) => -x, [2, 3], 30)).toBeCloseTo(3, 4);
});
