import { describe, expect, it } from 'vitest';
import { partGroups } from '../../../../src/core/duplicates/parting';

const saying =
  (...pairs: [number, number][]) =>
  (a: number, b: number): boolean =>
    pairs.some(([x, y]) => (x === a && y === b) || (x === b && y === a));

describe('groups with members marked as different pictures', () => {
  it('do not change if nothing was marked', () => {
    expect(
      partGroups(
        [
          [1, 2],
          [3, 4, 5],
        ],
        saying(),
      ),
    ).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  it('disappear if all members differ from each other', () => {
    expect(
      partGroups(
        [
          [1, 2],
          [3, 4, 5],
        ],
        saying([1, 2], [3, 4], [3, 5], [4, 5]),
      ),
    ).toEqual([]);
  });

  it('keep members together that are still the same picture', () => {
    expect(partGroups([[1, 2, 3, 4]], saying([1, 3], [2, 3], [1, 4], [2, 4]))).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});
