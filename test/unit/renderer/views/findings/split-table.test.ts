import { expect, it } from 'vitest';
import { splitTable } from '../../../../../src/renderer/views/findings/check-words';

const count = (name: string, train: number, test: number) => ({
  name,
  count: train + test,
  unreadable: 0,
  perSplit: [train, test],
});
const split = (name: string) => ({ name, count: 0, classes: 0 });
const summary = {
  splits: [split('train'), split('test')],
  classes: [count('cat', 8, 2), count('dog', 5, 0), count('eel', 1, 1)],
};
const finding = (more: object = {}) => ({
  scope: 'class' as const,
  classes: ['eel', 'dog'],
  evidence: { facts: [] },
  ...more,
});

it('the classes of a finding come first in its table of splits', () => {
  expect(splitTable(finding(), summary)?.rows).toEqual([
    ['dog', 5, 0],
    ['eel', 1, 1],
    ['cat', 8, 2],
  ]);
});

it('there is no table without splits, for a finding about images, or beside one of its own', () => {
  const own = { title: 'Own', columns: ['Class', 'train', 'test'], rows: [] };
  expect(splitTable(finding(), { ...summary, splits: [] })).toBeNull();
  expect(splitTable(finding({ scope: 'image' as const }), summary)).toBeNull();
  expect(splitTable(finding({ evidence: { facts: [], tables: [own] } }), summary)).toBeNull();
});
