import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byCodePoint, orderSplits } from '../../../../src/core/dataset/order';
import { parseRatios } from '../../../../src/core/dataset/ratios';
import { seededRandom, shuffled } from '../../../../src/core/statistics/random';
import { splitItems, type SplitItem, type SplitPlan, type SplitResult } from '../../../../src/core/dataset/split';
import { atOnce } from '../../../../src/core/slices';

const SHARES = [
  { name: 'train', share: 80 },
  { name: 'val', share: 10 },
  { name: 'test', share: 10 },
];
const fresh = (seed = '1', shares = SHARES): SplitPlan => ({ kind: 'new', shares, seed });

function items(counts: Record<string, number>, split: string | null = null): SplitItem[] {
  let id = 0;
  return Object.entries(counts).flatMap(([className, n]) =>
    Array.from({ length: n }, (_, index) => ({ id: id++, key: `${className}/${index}.png`, className, split })),
  );
}

const divide = (...given: Parameters<typeof splitItems>): SplitResult => atOnce(splitItems(...given));

const countsOf = (result: SplitResult, className: string): readonly number[] =>
  result.table.find((row) => row.className === className)!.counts;

/** Classes with groups of 1–9 members; unless `mixed`, each group has a single class. */
const dataset = (mixed: boolean): fc.Arbitrary<{ all: SplitItem[]; groups: number[][] }> =>
  fc
    .array(fc.record({ classIndex: fc.nat(3), size: fc.integer({ min: 1, max: 9 }), second: fc.nat(3) }), {
      minLength: 1,
      maxLength: 120,
    })
    .map((units) => {
      const all: SplitItem[] = [];
      const groups: number[][] = [];
      units.forEach(({ classIndex, size, second }, unit) => {
        const members: number[] = [];
        for (let index = 0; index < size; index += 1) {
          members.push(all.length);
          all.push({
            id: all.length,
            key: `${unit}/${index}`,
            className: `c${mixed && index > size / 2 ? second : classIndex}`,
            split: ['train', 'val', 'test'][(unit + (mixed ? index : 0)) % 3]!,
          });
        }
        groups.push(members);
      });
      return { all, groups };
    });

const divided = (groups: readonly (readonly number[])[], assignment: ReadonlyMap<number, string>): number =>
  groups.filter((group) => new Set(group.map((id) => assignment.get(id))).size > 1).length;

describe('a new split', () => {
  it('gives each split its share of each class', () => {
    const result = divide(items({ cat: 800, dog: 200 }), [], fresh());
    expect(countsOf(result, 'cat')).toEqual([640, 80, 80]);
    expect(countsOf(result, 'dog')).toEqual([160, 20, 20]);
    expect(result.notices).toEqual([]);
  });

  it('never divides a group and leaves no item out', () => {
    fc.assert(
      fc.property(dataset(true), fc.string(), ({ all, groups }, seed) => {
        const { assignment, table } = divide(all, groups, fresh(seed));
        expect(divided(groups, assignment)).toBe(0);
        expect(assignment.size).toBe(all.length);
        expect(table.flatMap((row) => row.counts).reduce((sum, n) => sum + n, 0)).toBe(all.length);
      }),
    );
  });

  it('differs from the share of a class by at most one group, if the smallest share is at least one group', () => {
    fc.assert(
      fc.property(dataset(false), fc.string(), ({ all, groups }, seed) => {
        const result = divide(all, groups, fresh(seed));
        for (const { className, counts } of result.table) {
          const sizes = groups.filter((group) => all[group[0]!]!.className === className).map((group) => group.length);
          const total = sizes.reduce((sum, n) => sum + n, 0);
          const most = Math.max(...sizes);
          if (total * 0.1 < most) continue;
          counts.forEach((n, index) =>
            expect(Math.abs(n - (total * SHARES[index]!.share) / 100)).toBeLessThanOrEqual(most),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('puts each class into each split if it has as many groups', () => {
    fc.assert(
      fc.property(dataset(false), fc.string(), ({ all, groups }, seed) => {
        const result = divide(all, groups, fresh(seed));
        for (const { className, counts } of result.table) {
          const units = groups.filter((group) => all[group[0]!]!.className === className).length;
          expect(counts.filter((n) => n > 0).length).toBe(Math.min(3, units));
        }
      }),
    );
  });

  it('says which class is missing from which split, and why', () => {
    const { notices, table } = divide(items({ cat: 50, emu: 2, fox: 1 }), [], fresh());
    expect(table.find((row) => row.className === 'emu')!.counts).toEqual([1, 1, 0]);
    expect(notices).toEqual([
      'Class “emu” has 2 images: too few for 3 splits, so test has no image of this class.',
      'Class “fox” has 1 image: too few for 3 splits, so val and test have no image of this class.',
    ]);
    const tied = divide(items({ cat: 9 }), [[0, 1, 2, 3, 4, 5, 6, 7]], fresh());
    expect(tied.notices).toEqual([
      'Class “cat” has 9 images in 2 groups (duplicates stay together): too few for 3 splits, so test has no image of this class.',
    ]);
  });

  it('is the same for the same seed, in any order and with any ids, and different for another seed', () => {
    fc.assert(
      fc.property(dataset(true), fc.integer(), ({ all, groups }, number) => {
        const order = shuffled(
          all.map((_, index) => index),
          seededRandom(number),
        );
        const renamed = order.map((from, id) => ({ ...all[from]!, id }));
        const newId = new Map(order.map((from, id) => [from, id]));
        const first = divide(all, groups, fresh('s')).assignment;
        const second = divide(
          renamed,
          groups.map((group) => group.map((id) => newId.get(id)!)).reverse(),
          fresh('s'),
        ).assignment;
        for (const item of all) expect(second.get(newId.get(item.id)!)).toBe(first.get(item.id));
      }),
    );
    const many = items({ cat: 100 });
    expect([...divide(many, [], fresh('1')).assignment]).not.toEqual([...divide(many, [], fresh('2')).assignment]);
  });

  it('keeps its result in later versions', () => {
    const { assignment } = divide(
      items({ cat: 12, dog: 5 }),
      [[0, 1, 2]],
      fresh('7', [
        { name: 'train', share: 60 },
        { name: 'val', share: 40 },
      ]),
    );
    expect(
      [...assignment]
        .filter(([, split]) => split === 'val')
        .map(([id]) => id)
        .sort((x, y) => x - y),
    ).toMatchInlineSnapshot(`
      [
        3,
        4,
        6,
        7,
        8,
        15,
        16,
      ]
    `);
  });

  it('does not change other classes when a class is added', () => {
    const before = divide(items({ cat: 40 }), [], fresh()).assignment;
    const after = divide(items({ cat: 40, dog: 40 }), [], fresh()).assignment;
    for (const [id, split] of before) expect(after.get(id)).toBe(split);
  });

  it('joins groups that share a member', () => {
    const { assignment } = divide(
      items({ cat: 30 }),
      [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
      fresh(),
    );
    expect(new Set([0, 1, 2, 3].map((id) => assignment.get(id))).size).toBe(1);
  });

  it('divides 100,000 images and keeps 20,000 groups whole', () => {
    const many = items({ a: 60_000, b: 30_000, c: 10_000 });
    const groups = Array.from({ length: 20_000 }, (_, index) => [index * 2, index * 2 + 1]);
    const { assignment } = divide(many, groups, fresh());
    expect(assignment.size).toBe(100_000);
    expect(groups.filter(([a, b]) => assignment.get(a!) !== assignment.get(b!))).toEqual([]);
  });
});

describe('an existing split with leaks removed', () => {
  it('moves only leaking images, to the home split', () => {
    const all = [
      ...items({ cat: 10 }, 'train'),
      ...[10, 11, 12].map((id) => ({ id, key: `t${id}`, className: 'cat', split: 'test' })),
      { id: 13, key: 'n', className: 'cat', split: null },
    ];
    const result = divide(
      all,
      [
        [0, 10],
        [1, 2],
        [11, 12],
      ],
      { kind: 'mended', home: 'train' },
    );
    expect(result.moved).toEqual([
      { id: 10, from: 'test', to: 'train' },
      { id: 13, from: null, to: 'train' },
    ]);
    expect(result.splits).toEqual(['train', 'test']);
    expect(countsOf(result, 'cat')).toEqual([12, 2]);
  });

  it('leaves no leak, and never moves an item whose whole group is in its split', () => {
    fc.assert(
      fc.property(dataset(true), ({ all, groups }) => {
        const { assignment, moved } = divide(all, groups, { kind: 'mended', home: 'train' });
        expect(divided(groups, assignment)).toBe(0);
        const leaking = new Set(groups.filter((group) => new Set(group.map((id) => all[id]!.split)).size > 1).flat());
        for (const { id } of moved) expect(leaking.has(id)).toBe(true);
      }),
    );
  });

  it('says which class is missing from a split', () => {
    const all = [
      { id: 0, key: 'a', className: 'cat', split: 'train' },
      { id: 1, key: 'b', className: 'cat', split: 'test' },
      { id: 2, key: 'c', className: 'dog', split: 'test' },
    ];
    const { notices } = divide(all, [[0, 1]], { kind: 'mended', home: 'train' });
    expect(notices.join(' ')).toContain('Class “cat” has no image in test');
    expect(notices.join(' ')).toContain('Class “dog” has no image in train');
  });

  it('names many such classes in one sentence, for an existing split and for a new one', () => {
    const kept = Array.from({ length: 8 }, (_, i) => ({
      id: i,
      key: String(i),
      className: `c${i}`,
      split: i === 0 ? 'test' : 'train',
    }));
    expect(divide(kept, [], { kind: 'mended', home: 'train' }).notices).toEqual([
      '8 classes have no image in at least one split: “c0” (train), “c1” (test), “c2” (test), “c3” (test), “c4” (test) and 3 more; only leaking images are moved. A new split gives each class its share if it has enough images.',
    ]);
    expect(divide(items({ a: 1, b: 2, c: 1, d: 50 }), [], fresh()).notices).toEqual([
      '3 classes cannot be in all 3 splits, because they have too few images or because their duplicates must stay together: “a” (none in val and test), “b” (none in test) and “c” (none in val and test).',
    ]);
  });
});

describe('parseRatios', () => {
  it.each([
    [
      '80/10/10',
      [
        ['train', 80],
        ['val', 10],
        ['test', 10],
      ],
    ],
    [
      '80/20',
      [
        ['train', 80],
        ['val', 20],
      ],
    ],
    [
      'train=70, val=15,holdout=15',
      [
        ['train', 70],
        ['val', 15],
        ['holdout', 15],
      ],
    ],
  ])('reads %s', (text, expected) => {
    expect(parseRatios(text)!.map(({ name, share }) => [name, share])).toEqual(expected);
  });
  it.each(['', 'a', '80/0', '80/-1', '1/2/3/4', '80/x', 'train=1,TRAIN=2', '../x=1,val=2', 'x=Infinity,y=1'])(
    'refuses %j',
    (text) => {
      expect(parseRatios(text)).toBeNull();
    },
  );
});

describe('sort orders', () => {
  it('compares by code point, like Python, also beyond U+FFFF', () => {
    expect(['b', '10', '2', 'é', 'Z', '😀', '\uffee', ''].sort(byCodePoint)).toEqual([
      '',
      '10',
      '2',
      'Z',
      'b',
      'é',
      '\uffee',
      '😀',
    ]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (x, y) => {
        const points = (text: string): number[] => Array.from(text).map((letter) => letter.codePointAt(0)!);
        const [a, b] = [points(x), points(y)];
        const at = a.findIndex((point, index) => point !== b[index]);
        const expected = at === -1 ? a.length - b.length : at >= b.length ? 1 : a[at]! - b[at]!;
        expect(Math.sign(byCodePoint(x, y))).toBe(Math.sign(expected));
      }),
    );
  });
  it('puts train, validation and test first', () => {
    expect(orderSplits(['extra', 'Test', 'valid', 'train', 'apart'])).toEqual([
      'train',
      'valid',
      'Test',
      'apart',
      'extra',
    ]);
  });
});
