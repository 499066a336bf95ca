import { expect, it } from 'vitest';
import { groupRows } from '../../../../../src/renderer/views/overview/class-rows';

const one = (name: string, count: number, perSplit: number[], unreadable = 0) => ({
  name,
  count,
  perSplit,
  unreadable,
});
const CLASSES = [
  one('Fruit/Apple/Gala', 5, [4, 1]),
  one('Fruit/Pear', 2, [2, 0], 1),
  one('Vegetables/Leek', 0, [0, 0]),
];

it('sums the classes of a level', () => {
  expect(groupRows(CLASSES, 1)).toEqual([
    { name: 'Fruit', classes: 2, count: 7, perSplit: [6, 1], unreadable: 1 },
    { name: 'Vegetables', classes: 1, count: 0, perSplit: [0, 0], unreadable: 0 },
  ]);
});
