import { describe, expect, it } from 'vitest';
import { conflictingDuplicate } from '../../../../src/core/checks/conflicting-duplicate';
import { exactDuplicate } from '../../../../src/core/checks/exact-duplicate';
import { lowVariance } from '../../../../src/core/checks/low-variance';
import { nearDuplicate } from '../../../../src/core/checks/near-duplicate';
import { splitLeak } from '../../../../src/core/checks/split-leak';
import { seededRandom } from '../../../../src/core/statistics/random';
import { classes, group, ids, only, row, run } from './rows';

describe('exact-duplicate', () => {
  it('counts copies, and distinguishes identical bytes from identical pixels', () => {
    const exactGroups = [{ ...group([0, 1, 2]), relations: [null, 'same-bytes' as const, 'same-pixels' as const] }];
    const unread = row(10, { facts: null, unreadable: { code: 'truncated', reason: 'ends early' } });
    const found = only(run(exactDuplicate, [...classes({ a: 10 }), unread], { exactGroups }));
    expect(found.title).toBe(
      '2 images are exact copies of another (20 %): 1 byte for byte, 1 with the same pixels in another file.',
    );
    expect(ids(found)).toEqual([0, 1, 2]);
    expect(found.groups).toEqual(exactGroups);
  });
});

describe('near-duplicate', () => {
  it('leaves out groups that contain only exact copies', () => {
    expect(run(nearDuplicate, classes({ a: 4 }), { nearGroups: [group([0, 1], 'same-bytes')] })).toEqual([]);
  });

  it('counts mirrored copies and puts the largest group first', () => {
    const found = only(
      run(nearDuplicate, classes({ a: 10 }), { nearGroups: [group([0, 1], 'mirrored'), group([2, 3, 4])] }),
    );
    expect(found.title).toBe('3 images are nearly the same as another (30 %), in 2 groups; 1 of them mirrored.');
    expect(found.groups[0]?.members).toEqual([2, 3, 4]);
  });

  it('gives an upper end for the rate of false pairs from the pairs with different classes', () => {
    const images = classes({ a: 50, b: 50 });
    const same = Array.from({ length: 9 }, (_, i) => group([2 * i, 2 * i + 1]));
    const found = only(run(nearDuplicate, images, { nearGroups: [...same, group([40, 60])] }));
    // One of ten pairs has different classes, at most 40 % (95 %, Wilson). Half of all random pairs would.
    expect(found.evidence.facts).toContainEqual({
      name: 'possible false matches',
      value: 'up to 81 % of the pairs (95 %)',
    });
    const without = only(run(nearDuplicate, images, { nearGroups: same }));
    expect(without.evidence.facts).toContainEqual({
      name: 'possible false matches',
      value: 'up to 60 % of the pairs (95 %)',
    });
  });

  it('counts a group once for this rate, however many pairs it has', () => {
    const images = classes({ a: 50, b: 50 });
    const rate = (sizes: readonly number[]) => {
      let next = 0;
      const nearGroups = sizes.map((size) => group(Array.from({ length: size }, () => next++)));
      const { facts } = only(run(nearDuplicate, images, { nearGroups })).evidence;
      return facts.find(({ name }) => name === 'possible false matches')?.value;
    };
    expect(rate(Array.from({ length: 10 }, () => 5))).toBe(rate(Array.from({ length: 10 }, () => 2)));
    // One group cannot tell how many pairs are false.
    expect(rate([40])).toBeUndefined();
    // A few small groups beside a large one tell hardly more.
    expect(rate([40, 2, 2, 2])).toBeUndefined();
  });

  it('reports turned pictures separately, as information', () => {
    const found = only(run(nearDuplicate, classes({ a: 4 }), { turnedGroups: [group([0, 1], 'rotated-90')] }));
    expect(found).toMatchObject({ key: 'near-duplicate:turned', severity: 'info' });
  });
});

describe('conflicting-duplicate', () => {
  const images = classes({ cat: 20, dog: 20 });

  it('is an error with the highest score, and names the labels', () => {
    const found = only(run(conflictingDuplicate, images, { nearGroups: [group([0, 20]), group([1, 2])] }));
    expect(found).toMatchObject({ severity: 'error', value: 1, classes: ['cat', 'dog'] });
    expect(ids(found)).toEqual([0, 20]);
    expect(found.evidence.tables?.[0]?.rows).toEqual([['“cat” and “dog”', 1]]);
  });

  it('suspects mirroring if mirrored copies mostly have another label', () => {
    const nearGroups = Array.from({ length: 6 }, (_, i) => group([i, 20 + i], 'mirrored'));
    expect(only(run(conflictingDuplicate, images, { nearGroups }))).toMatchObject({
      key: 'conflicting-duplicate:mirrored',
      severity: 'warning',
      value: 6,
    });
    const mostly = [
      ...nearGroups.slice(0, 2),
      ...Array.from({ length: 6 }, (_, i) => group([6 + 2 * i, 7 + 2 * i], 'mirrored')),
    ];
    expect(only(run(conflictingDuplicate, images, { nearGroups: mostly }))).toMatchObject({
      severity: 'error',
      value: 2,
    });
  });

  it('does not treat two blank files as the same picture', () => {
    const blank = { facts: { std: [0, 0, 0] as [number, number, number], pixelHash: 'f'.repeat(64) } };
    expect(
      run(conflictingDuplicate, [row(0, { className: 'cat', ...blank }), row(1, { className: 'dog', ...blank })], {
        nearGroups: [group([0, 1], 'same-pixels')],
      }),
    ).toEqual([]);
  });
});

describe('split-leak', () => {
  const images = [
    ...classes({ a: 10 }, 0, (_, id) => ({ split: 'train', facts: { pixelHash: String(id % 10).padStart(64, 'a') } })),
    ...classes({ a: 5 }, 10, (_, id) => ({
      split: 'test',
      facts: { pixelHash: String(id === 10 ? 0 : id).padStart(64, id === 10 ? 'a' : 'b') },
    })),
  ];

  it('counts exact and near leaks separately in each direction, and is an error', () => {
    const found = only(
      run(splitLeak, images, { nearGroups: [group([0, 10], 'same-pixels'), group([1, 11]), group([2, 3])] }),
    );
    expect(found).toMatchObject({ severity: 'error', value: 2, splits: ['train', 'test'] });
    expect(found.title).toBe(
      '2 pictures are in more than one split (train and test): 1 as exact copies, 1 as near duplicates.',
    );
    expect(found.evidence.tables?.[0]?.rows).toEqual([
      ['train', 'test', 1, 1, '20 %'],
      ['test', 'train', 1, 1, '40 %'],
    ]);
    expect(found.groups).toHaveLength(2);
  });

  const SPLITS = ['fold_1 train', 'fold_1 test', 'fold_2 train', 'fold_2 test'];
  const folds = (names: readonly string[]) =>
    names.flatMap((split, at) =>
      classes({ a: 5 }, 5 * at, (_, id) => ({ split, facts: { pixelHash: String(id).padStart(64, 'c') } })),
    );

  it('is only between splits of one fold, where each fold contains splits', () => {
    expect(run(splitLeak, folds(SPLITS), { nearGroups: [group([0, 10]), group([1, 15]), group([5, 11])] })).toEqual([]);
    const found = only(run(splitLeak, folds(SPLITS), { nearGroups: [group([0, 10]), group([1, 6, 16])] }));
    expect(found.value).toBe(1);
    expect(found.evidence.tables?.[0]?.rows.map(([from, to]) => [from, to])).toEqual([
      ['fold_1 test', 'fold_1 train'],
      ['fold_1 train', 'fold_1 test'],
    ]);
  });

  it.each([
    [['fold_1', 'fold_2', 'fold_3', 'fold_4']],
    [['2019 train', '2020 test', '2021 test', 'val']],
    [['2019 train', '2020 test', '2021 train', '2022 test']],
  ])('is between all splits in %j', (names) => {
    expect(only(run(splitLeak, folds(names), { nearGroups: [group([0, 10]), group([1, 6])] })).value).toBe(2);
  });

  it('finds nothing if groups stay within a split', () => {
    expect(run(splitLeak, images, { nearGroups: [group([2, 3]), group([12, 13])] })).toEqual([]);
  });
});

describe('low-variance', () => {
  const noise = (seed: number, base: number, spread: number): Uint8Array => {
    const random = seededRandom(seed);
    return Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) =>
      Math.max(0, Math.min(255, base + spread * Math.sin(seed * (1 + (i >> 6)) * 0.01) + 4 * (random() - 0.5))),
    );
  };
  const images = classes({ moving: 30, still: 30 });

  it('finds a class whose pictures are all the same picture with noise', () => {
    const raster = (id: number) => (id < 30 ? noise(id + 1, 60 + 4 * id, 60) : noise(1000 + id, 120, 0));
    const found = only(run(lowVariance, images, { raster }));
    expect(found).toMatchObject({
      key: 'low-variance:still',
      severity: 'warning',
      classes: ['still'],
      thresholdId: 'low-variance.spread',
    });
    expect(found.value).toBeLessThan(0.1);
    expect(found.title).toMatch(
      /^The 30 images of “still” are almost the same: their spread is [\d.]+ % of the spread of the data set\.$/,
    );
  });

  it('finds a class in which most pictures repeat another one', () => {
    const raster = (id: number) => noise(id + 1, 60 + 4 * (id % 30), 60);
    const found = only(
      run(lowVariance, images, { raster, nearGroups: [group(Array.from({ length: 20 }, (_, i) => 30 + i))] }),
    );
    expect(found).toMatchObject({ key: 'low-variance:still', thresholdId: 'low-variance.duplicates', value: 19 / 30 });
    expect(found.title).toBe('Of the 30 images of “still”, 63 % repeat another (11 different pictures).');
  });

  it('tells how many images in the form of all other numbers', () => {
    const many = classes({ moving: 30, still: 1200 });
    const raster = (id: number) => noise(id < 30 ? id + 1 : 7, 60 + 4 * (id % 30), 60);
    const copies = group(Array.from({ length: 1195 }, (_, i) => 30 + i));
    const { title } = only(run(lowVariance, many, { raster, nearGroups: [copies] }));
    expect(title).toContain('1,200 images of “still”');
    expect(title).toContain('6 different pictures');
  });
});
