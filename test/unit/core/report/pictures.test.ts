import { describe, expect, it } from 'vitest';
import { choosePictures, shownGroups } from '../../../../src/core/report/pictures';
import { card } from './material';

const range = (from: number, n: number) => Array.from({ length: n }, (_, i) => from + i);

describe('the pictures of a report', () => {
  it('stay within the budget, and each finding gets its first ones before any gets more', () => {
    const lists = range(0, 10).map((i) => range(i * 100, 12));
    const chosen = choosePictures(lists, () => 'x'.repeat(10), 10 * 40);
    expect([...chosen.keys()]).toEqual(lists.flatMap((list) => list.slice(0, 4)));
  });

  it('count for each place in which they are shown', () => {
    expect([...choosePictures([[1], [1], [1], [2]], () => 'x'.repeat(10), 25).keys()]).toEqual([2]);
    expect([...choosePictures([[1], [1], [2]], () => 'x'.repeat(10), 30).keys()]).toEqual([1, 2]);
  });

  it('are left out if there is no thumbnail, without reading it twice', () => {
    const asked: number[] = [];
    const read = (image: number) => {
      asked.push(image);
      return image === 1 ? null : 'x';
    };
    expect([
      ...choosePictures(
        [
          [1, 2],
          [1, 3],
        ],
        read,
      ).keys(),
    ]).toEqual([2, 3]);
    expect(asked).toEqual([1, 2, 3]);
  });

  it('never show a single member of a group', () => {
    const group = (n: number) => ({
      members: range(0, n).map((id) => ({ place: id, card: card(id), bytes: 1, relation: null, similarity: 1 })),
    });
    expect(shownGroups([group(5), group(6), group(9)]).map((one) => one.members.length)).toEqual([5, 6]);
    expect(shownGroups([group(2), group(50), group(3), group(2)]).map((one) => one.members.length)).toEqual([2, 6, 3]);
  });
});
