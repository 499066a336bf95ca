import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../src/core/collapse/diagnosis';
import { balancedAccuracyTest, binomialLowerTail, binomialUpperTail } from '../../../../src/core/collapse/significance';
import { seededRandom } from '../../../../src/core/statistics/random';
import { fromConfusion } from './confusion';

const verdict = (matrix: number[][]) => diagnose(fromConfusion(matrix)).verdict;

describe('verdict', () => {
  it('calls 1000 predictions of the class of 900 images single-class, with both baselines in the sentence', () => {
    const given = verdict([
      [900, 0],
      [100, 0],
    ]);
    expect(given.kind).toBe('single-class');
    expect(given.sentence).toContain(
      'Accuracy is 90 %, always predicting “c0” gives 90 %; balanced accuracy is 50 %, guessing gives 50 %',
    );
    expect(given.againstChance).toBe(1);
    expect(given.againstMajority).toBeGreaterThan(0.5);
  });

  it('calls it single-class only if one class has 95 % of the predictions', () => {
    expect(
      verdict([
        [400, 0],
        [360, 40],
      ]).kind,
    ).toBe('single-class');
    expect(
      verdict([
        [400, 0],
        [359, 41],
      ]).kind,
    ).toBe('partial');
  });

  it('does not praise a model that gives one class to most images of the others', () => {
    const given = verdict([
      [100, 0, 0],
      [80, 20, 0],
      [70, 5, 25],
    ]);
    expect(given).toMatchObject({ kind: 'partial', neverPredicted: [] });
    expect(given.sentence).toMatch(
      /^It has learned something, but predicts “c0” for 150 of the 200 images of other classes\. Accuracy is /,
    );
    const both = verdict([
      [100, 0, 0],
      [60, 40, 0],
      [80, 20, 0],
    ]);
    expect(both.sentence).toContain(
      'predicts “c0” for 140 of the 200 images of other classes, and never predicts “c2”.',
    );
  });

  it('calls a model of many confused classes one that learns if no class takes most of the others', () => {
    expect(
      verdict([
        [60, 20, 20],
        [40, 40, 20],
        [45, 15, 40],
      ]).kind,
    ).toBe('learns');
  });

  it('calls a constant prediction on 1000:10 majority-only, because one class also has 95 % of the labels', () => {
    const given = verdict([
      [1000, 0],
      [10, 0],
    ]);
    expect(given.kind).toBe('majority-only');
    expect(given.sentence).toContain('of the 10 images that are not “c0” it finds 0');
  });

  it('calls an accuracy that is not above the majority share majority-only, even if a few of the others are found', () => {
    expect(
      verdict([
        [860, 40],
        [70, 30],
      ]).kind,
    ).toBe('majority-only');
  });

  it('calls guessing among many classes chance, although the largest is predicted too often', () => {
    const labels = [40, ...Array.from({ length: 29 }, () => 20)];
    const given = verdict(labels.map((n) => labels.map((_, k) => n * (k === 0 ? 0.1 : k <= 18 ? 0.05 : 0))));
    expect(given.kind).toBe('chance');
    expect(given.sentence).toMatch(/^No better than guessing/);
  });

  it('does not hold a lower accuracy against a model that finds the rare class', () => {
    expect(
      verdict([
        [790, 110],
        [15, 85],
      ]).kind,
    ).toBe('learns');
  });

  it('calls guessing with even shares chance', () => {
    expect(
      verdict([
        [250, 250],
        [252, 248],
      ]).kind,
    ).toBe('chance');
    expect(
      verdict([
        [30, 33, 37],
        [35, 31, 34],
        [34, 34, 32],
      ]).kind,
    ).toBe('chance');
  });

  it('names the classes that are never predicted', () => {
    const given = verdict([
      [90, 10, 0],
      [15, 85, 0],
      [40, 60, 0],
    ]);
    expect(given).toMatchObject({ kind: 'partial', neverPredicted: ['c2'] });
    expect(given.sentence).toContain('“c2”');
  });

  it('does not call it partial when the class that was never predicted has three images', () => {
    expect(
      verdict([
        [90, 10, 0],
        [15, 85, 0],
        [1, 2, 0],
      ]).kind,
    ).toBe('learns');
  });

  it('says how many images are needed if there are too few', () => {
    const four = verdict([
      [2, 0],
      [2, 0],
    ]);
    expect(four).toMatchObject({ kind: 'inconclusive', imagesNeeded: 7 });
    expect(
      verdict([
        [7, 0],
        [7, 0],
      ]).kind,
    ).toBe('single-class');
    const few = verdict([
      [5, 4],
      [4, 5],
    ]);
    expect(few.kind).toBe('inconclusive');
    expect(few.imagesNeeded!).toBeGreaterThan(200);
    const rare = verdict([
      [24, 0],
      [4, 2],
    ]);
    expect(rare.kind).not.toBe('majority-only');
  });

  it('says that images with a single label cannot be judged', () => {
    const given = verdict([
      [50, 0],
      [0, 0],
    ]);
    expect(given).toMatchObject({ kind: 'inconclusive', imagesNeeded: null });
    expect(given.sentence).toContain('Every image here is labelled “c0”');
  });

  it('never calls a model that is always right single-class, majority-only or chance', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 6 }), (counts) => {
        const kind = verdict(counts.map((count, k) => counts.map((_, c) => (c === k ? count : 0)))).kind;
        expect(['learns', 'inconclusive']).toContain(kind);
      }),
      { numRuns: 60 },
    );
  });

  it('never says that a constant prediction learns', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 6 }),
        fc.nat(),
        (counts, pick) => {
          const column = pick % counts.length;
          const kind = verdict(counts.map((count) => counts.map((_, c) => (c === column ? count : 0)))).kind;
          expect(['single-class', 'majority-only', 'chance', 'inconclusive']).toContain(kind);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps its level: about one in a hundred guessing models counts as learning', () => {
    const random = seededRandom(3);
    let learns = 0;
    for (let trial = 0; trial < 120; trial++) {
      const matrix = [0, 1, 2, 3].map(() => [0, 0, 0, 0]);
      for (let i = 0; i < 200; i++) matrix[i % 4]![Math.floor(random() * 4)]! += 1;
      if (verdict(matrix).kind === 'learns') learns++;
    }
    expect(learns).toBeLessThanOrEqual(5);
  });
});

describe('tests behind the verdict', () => {
  it('gives the exact binomial tails of a table', () => {
    expect(binomialUpperTail(8, 10, 0.5)).toBeCloseTo(56 / 1024, 12);
    expect(binomialUpperTail(0, 10, 0.5)).toBe(1);
    expect(binomialLowerTail(2, 10, 0.5)).toBeCloseTo(56 / 1024, 12);
    expect(binomialUpperTail(900, 1000, 0.9)).toBeCloseTo(0.5266, 3);
  });

  it('is Fisher’s exact test for two classes: the tea taster’s 17 of 70', () => {
    expect(
      balancedAccuracyTest(
        [
          [3, 1],
          [1, 3],
        ],
        seededRandom(1),
      ),
    ).toBeCloseTo(17 / 70, 12);
  });

  it('gives the same p-value by permutations, by moments and exactly', () => {
    const two = [
      [60, 40],
      [45, 55],
    ];
    const exact = balancedAccuracyTest(two, seededRandom(1));
    const drawn = balancedAccuracyTest(
      [
        [60, 40, 0],
        [45, 55, 0],
        [0, 0, 0],
      ],
      seededRandom(1),
    );
    expect(Math.abs(exact - drawn)).toBeLessThan(0.012);
    const many = [
      [3400, 3300, 3300],
      [3300, 3400, 3300],
      [3300, 3300, 3400],
    ];
    const byMoments = balancedAccuracyTest(many, seededRandom(1));
    // Hits are close to normal with mean n/3 and variance 2n/9 · n/(n − 1): z = 200 / √(6666.9 · …).
    expect(byMoments).toBeGreaterThan(0.001);
    expect(byMoments).toBeLessThan(0.02);
  });

  it('gives the same result for the same seed', () => {
    const table = [
      [8, 6, 6],
      [5, 9, 6],
      [6, 6, 8],
    ];
    expect(balancedAccuracyTest(table, seededRandom(5))).toBe(balancedAccuracyTest(table, seededRandom(5)));
  });
});
