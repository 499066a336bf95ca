import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupsOf, type Link } from '../../../../src/core/duplicates/groups';
import { composed, inverse, relationOf } from '../../../../src/core/duplicates/orientation';
import { chooseKeeper } from '../../../../src/core/duplicates/keeper';
import { readable } from '../../../../src/core/checks/finding';
import { row } from '../checks/rows';

const images = readable(
  Array.from({ length: 40 }, (_, id) =>
    row(1000 + id, { split: id % 4 === 0 ? 'train' : 'test', facts: { width: 100 + (id % 3), height: 100 } }),
  ),
);

const someLinks = fc.array(
  fc
    .record({
      a: fc.nat(39),
      b: fc.nat(39),
      orientation: fc.constant(0),
      similarity: fc.double({ min: 0.96, max: 1, noNaN: true }),
    })
    .filter(({ a, b }) => a !== b),
  { maxLength: 60 },
);

/** Connected components by repeated sweeps: slow, but simple enough to be the reference. */
function components(links: readonly Link[]): string[] {
  const mark = images.map((_, i) => i);
  for (let changed = true; changed;) {
    changed = false;
    for (const { a, b } of links) {
      const low = Math.min(mark[a]!, mark[b]!);
      if (mark[a] !== low || mark[b] !== low) {
        mark[a] = low;
        mark[b] = low;
        changed = true;
      }
    }
  }
  return [...new Set(mark)]
    .map((m) => mark.flatMap((x, i) => (x === m ? [1000 + i] : [])))
    .filter((list) => list.length > 1)
    .map((list) => list.join())
    .sort();
}

describe('groups', () => {
  it('are the connected components, in any order of the links', () => {
    fc.assert(
      fc.property(someLinks, fc.array(fc.nat()), (links, order) => {
        const groups = groupsOf(images, links);
        expect(groups.map(({ members }) => [...members].sort((x, y) => x - y).join()).sort()).toEqual(
          components(links),
        );
        const shuffled = links
          .map((link, i) => ({ link, at: order[i] ?? 0 }))
          .sort((x, y) => x.at - y.at)
          .map(({ link }) => link);
        expect(groupsOf(images, shuffled).map(({ members }) => members)).toEqual(groups.map(({ members }) => members));
      }),
    );
  });

  it('have the member that an export would keep as representative, and a relation and similarity for the others', () => {
    fc.assert(
      fc.property(someLinks, (links) => {
        for (const { members, relations, similarities } of groupsOf(images, links)) {
          const all = members.map((id) => images[id - 1000]!);
          expect(chooseKeeper(all, new Map(), null)).toBe(all[0]);
          expect(relations[0]).toBeNull();
          expect(relations.slice(1).every((relation) => relation === 'near')).toBe(true);
          expect(similarities.slice(1).every((s) => s >= 0.96 && s <= 1)).toBe(true);
        }
      }),
    );
  });

  it('compose orientations along the links: applying its relation to the representative gives the member', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(7), { minLength: 40, maxLength: 40 }),
        fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { minLength: 20, maxLength: 80 }),
        (poses, pairs) => {
          // Image i is one hidden picture in orientation poses[i]; pose(b)⁻¹ and then pose(a) turn b into a.
          const links = pairs
            .filter(([a, b]) => a !== b)
            .map(([a, b]) => ({ a, b, orientation: composed(inverse(poses[b]!), poses[a]!), similarity: 0.99 }));
          for (const { members, relations } of groupsOf(images, links)) {
            const head = poses[members[0]! - 1000]!;
            members.slice(1).forEach((id, i) => {
              expect(relations[i + 1]).toBe(relationOf(composed(inverse(head), poses[id - 1000]!)));
            });
          }
        },
      ),
    );
  });
});
