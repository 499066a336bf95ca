import { describe, expect, it } from 'vitest';
import {
  clusterOrder,
  coarseMatrix,
  confusedPairs,
  partOfMatrix,
  wholeMatrix,
} from '../../../../src/core/labels/confusions';
import { atOnce } from '../../../../src/core/slices';

const cell = (given: number, predicted: number, count: number) => ({ given, predicted, count });
const GROCERIES = ['Fruit/Apple/Gala', 'Fruit/Apple/Fuji', 'Fruit/Banana', 'Vegetables/Leek'];
const CELLS = [cell(0, 0, 6), cell(0, 1, 3), cell(0, 3, 1), cell(1, 0, 2), cell(1, 1, 8), cell(2, 2, 5), cell(3, 0, 4)];
const MATRIX = wholeMatrix(GROCERIES, CELLS);
const orderOf = (...given: Parameters<typeof clusterOrder>): number[] => atOnce(clusterOrder(...given));

describe('the order of classes by confusion', () => {
  it('puts classes that are confused with each other side by side, and unconfused ones last', () => {
    const cells = [...[0, 1, 2, 3, 4, 5].map((k) => cell(k, k, 10)), cell(0, 4, 5), cell(4, 2, 1), cell(1, 5, 4)];
    expect(orderOf(6, cells)).toEqual([0, 4, 2, 1, 5, 3]);
  });

  it('gives each class once, and the same order for the same counts in another order', () => {
    let state = 7;
    const next = (n: number): number => (state = (state * 48271) % 2147483647) % n;
    const cells = [...Array(4000).keys()].map((k) => cell(k % 300, next(300), 1 + next(9)));
    const order = orderOf(300, cells);
    expect(order.toSorted((a, b) => a - b)).toEqual([...Array(300).keys()]);
    expect(orderOf(300, cells.toReversed())).toEqual(order);
  });

  it('recovers groups that were shuffled', () => {
    const group = (k: number): number => (k * 7) % 10;
    const cells = [...Array(100).keys()].flatMap((a) =>
      [...Array(100).keys()].map((b) => cell(a, b, a === b ? 50 : group(a) === group(b) ? 3 : 0)),
    );
    const changes = orderOf(100, cells).filter((k, at, all) => at > 0 && group(k) !== group(all[at - 1]!));
    expect(changes).toHaveLength(9);
  });

  it('leaves classes without confusion in their order', () => {
    expect(orderOf(3, [cell(0, 0, 1)])).toEqual([0, 1, 2]);
    expect(orderOf(1, [cell(0, 0, 1)])).toEqual([0]);
    expect(orderOf(0, [])).toEqual([]);
  });
});

describe('the confused pairs', () => {
  it('come by count, with the share of the given class and its interval', () => {
    const pairs = confusedPairs(MATRIX);
    expect(pairs.map(({ given, predicted, count, of }) => [given, predicted, count, of])).toEqual([
      [3, 0, 4, 4],
      [0, 1, 3, 10],
      [1, 0, 2, 10],
      [0, 3, 1, 10],
    ]);
    expect(pairs[1]?.share).toBeCloseTo(0.3);
    expect(pairs[1]?.low).toBeCloseTo(0.1078, 3);
    expect(pairs[1]?.high).toBeCloseTo(0.6032, 3);
  });
});

describe('a coarse matrix', () => {
  it('sums the cells of the classes below each group', () => {
    const coarse = coarseMatrix(MATRIX, 1);
    expect(coarse.classes).toEqual(['Fruit', 'Vegetables']);
    expect(coarse.cells).toEqual([cell(0, 0, 24), cell(0, 1, 1), cell(1, 0, 4)]);
    expect(coarseMatrix(MATRIX, 2).classes).toEqual(['Fruit/Apple', 'Fruit/Banana', 'Vegetables/Leek']);
  });

  it('is opened again as the part of the fine one', () => {
    const part = partOfMatrix(MATRIX, (name) => name.startsWith('Fruit/Apple'));
    expect(part.classes).toEqual(['Fruit/Apple/Gala', 'Fruit/Apple/Fuji']);
    expect(part.cells).toEqual([cell(0, 0, 6), cell(0, 1, 3), cell(1, 0, 2), cell(1, 1, 8)]);
  });

  it('still counts the images that are predicted as a class outside of the part', () => {
    const part = partOfMatrix(MATRIX, (name) => name.startsWith('Fruit/Apple'));
    expect(part.totals).toEqual([10, 10]);
    const [first] = confusedPairs(part);
    expect(first).toMatchObject({ given: 0, predicted: 1, count: 3, of: 10, share: 0.3 });
    expect(first?.low).toBeCloseTo(0.1078, 3);
    expect(coarseMatrix(MATRIX, 1).totals).toEqual([25, 4]);
  });
});
