import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/statistics/random';
import { crossValidated } from '../../../../src/core/statistics/binned-bayes';
import {
  chiSquareTail,
  kolmogorovTail,
  logGamma,
  normalQuantile,
  normalTail,
} from '../../../../src/core/statistics/distributions';
import { stratifiedGroupFolds } from '../../../../src/core/statistics/folds';
import { effectiveNumber } from '../../../../src/core/statistics/entropy';
import { median, moments, quantileOf, sorted } from '../../../../src/core/statistics/quantiles';
import { fisherExact, holm, independence, kolmogorovSmirnov, wilson } from '../../../../src/core/statistics/tests';

describe('order statistics', () => {
  it('interpolates quantiles as NumPy does', () => {
    expect(quantileOf([1, 2, 3, 4], 0.25)).toBeCloseTo(1.75);
    expect(median([9, 1, 5])).toBe(5);
    expect(quantileOf([], 0.5)).toBeNaN();
    expect([...sorted([3, 1, 2])]).toEqual([1, 2, 3]);
  });

  it('gives population moments', () => {
    expect(moments([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, std: 2 });
  });

  it('gives the effective number of classes', () => {
    expect(effectiveNumber([10, 10, 10, 10])).toBeCloseTo(4);
    expect(effectiveNumber([900, 100])).toBeCloseTo(1.384, 3);
    expect(effectiveNumber([5, 0])).toBe(1);
    expect(effectiveNumber([])).toBe(0);
  });
});

describe('distributions', () => {
  it('agrees with published tables', () => {
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
    expect(chiSquareTail(3.841458821, 1)).toBeCloseTo(0.05, 8);
    expect(chiSquareTail(16.9189776, 9)).toBeCloseTo(0.05, 8);
    expect(chiSquareTail(0.5, 9)).toBeCloseTo(0.99997, 4);
    expect(normalTail(1.959963985)).toBeCloseTo(0.025, 8);
    for (const p of [0.001, 0.2, 0.5, 0.975]) expect(normalTail(normalQuantile(p))).toBeCloseTo(1 - p, 3);
    expect(normalTail(-1)).toBeCloseTo(0.8413447, 6);
    expect(kolmogorovTail(1.358099)).toBeCloseTo(0.05, 5);
  });

  // Computed by mpmath with 40 digits. In the far tails 1 − CDF would have no correct digit left.
  it.each([
    ['χ²', chiSquareTail(3, 1), 0.08326451666355],
    ['χ²', chiSquareTail(5000, 5000), 0.4973403788923],
    ['χ²', chiSquareTail(200, 100), 1.178450072098e-8],
    ['χ²', chiSquareTail(600, 400), 3.371103255526e-10],
    ['χ²', chiSquareTail(60, 1), 9.485737571074e-15],
    ['χ²', chiSquareTail(250, 1), 2.59680703934e-56],
    ['χ²', chiSquareTail(3000, 1000), 1.643684584357e-198],
    ['normal', normalTail(-3), 0.9986501019684],
    ['normal', normalTail(1.7), 0.04456546275854],
    ['normal', normalTail(7.7), 6.803311540774e-15],
    ['normal', normalTail(15), 3.670966199313e-51],
    ['normal', normalTail(36.7), 3.651529302803e-295],
    ['ln Γ', logGamma(0.1), 2.252712651734],
    ['ln Γ', logGamma(2.5), 0.2846828704729],
    ['ln Γ', logGamma(1000), 5905.220423209],
    ['ln Γ', logGamma(1e7), 151180949.3694739],
    ['Kolmogorov', kolmogorovTail(0.3), 0.9999906941987],
    ['Kolmogorov', kolmogorovTail(1), 0.2699996716774],
    ['Kolmogorov', kolmogorovTail(5.8), 1.206972161194e-29],
  ])('has eleven correct digits, also in the far tails: %s, %d', (_name, value, exact) => {
    expect(Math.abs(value / exact - 1)).toBeLessThan(1e-11);
  });
});

describe('tests', () => {
  it('gives the exact p-value for Fisher’s tea tasting and a second table', () => {
    expect(fisherExact(3, 1, 1, 3)).toBeCloseTo(0.4857142857, 8);
    expect(fisherExact(8, 2, 1, 5)).toBeCloseTo(0.034965035, 8);
  });

  it('uses Fisher’s exact test for small tables and χ² for large ones', () => {
    expect(
      independence([
        [3, 1],
        [1, 3],
      ]).test,
    ).toBe('fisher');
    const large = independence([
      [20, 30],
      [30, 20],
    ]);
    expect(large.test).toBe('chi-square');
    expect(large.statistic).toBeCloseTo(4);
    expect(large.p).toBeCloseTo(0.0455, 4);
  });

  it('gives effect 0 for equal shares and 1 for a perfect association, and ignores empty rows', () => {
    expect(
      independence([
        [50, 50],
        [500, 500],
      ]).effect,
    ).toBe(0);
    expect(
      independence([
        [100, 0],
        [0, 100],
      ]).effect,
    ).toBeCloseTo(1, 2);
    expect(
      independence([
        [10, 10],
        [0, 0],
      ]),
    ).toMatchObject({ p: 1, effect: 0 });
  });

  it('measures the largest distance of two distribution functions', () => {
    expect(kolmogorovSmirnov([1, 2, 3, 4], [5, 6, 7, 8]).effect).toBe(1);
    expect(kolmogorovSmirnov([1, 1, 2, 2], [1, 1, 2, 2])).toMatchObject({ effect: 0, p: 1 });
    expect(kolmogorovSmirnov([1, 2, 3, 4], [3, 4, 5, 6]).effect).toBe(0.5);
    expect(kolmogorovSmirnov([], [1]).p).toBe(1);
  });

  it('finds a shift where there is one, and only there, for samples of any size', () => {
    const random = seededRandom(3);
    const draw = (shift: number): Float64Array => sorted(Array.from({ length: 400 }, () => random() + shift));
    expect(kolmogorovSmirnov(draw(0), draw(0)).p).toBeGreaterThan(0.01);
    expect(kolmogorovSmirnov(draw(0), draw(0.3)).p).toBeLessThan(1e-6);
  });

  it('adjusts p-values step by step, in ascending order', () => {
    const adjusted = holm([0.01, 0.04, 0.03]);
    [0.03, 0.06, 0.06].forEach((expected, i) => {
      expect(adjusted[i]).toBeCloseTo(expected);
    });
  });

  it('gives the Wilson interval', () => {
    expect(wilson(80, 100).low).toBeCloseTo(0.7112, 3);
    expect(wilson(80, 100).high).toBeCloseTo(0.8666, 3);
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe('stratified group folds', () => {
  it('does not divide groups and keeps class shares even', () => {
    const labels = Array.from({ length: 500 }, (_, i) => i % 5);
    const groups = labels.map((_, i) => (i < 100 ? Math.floor(i / 4) : i));
    const folds = stratifiedGroupFolds(labels, groups, 5, seededRandom(1));
    for (let i = 0; i < 100; i++) expect(folds[i]).toBe(folds[Math.floor(i / 4) * 4]);
    for (let label = 0; label < 5; label++) {
      for (let fold = 0; fold < 5; fold++)
        expect(labels.filter((l, i) => l === label && folds[i] === fold).length).toBeGreaterThan(16);
    }
  });

  it('gives the same folds for the same seed', () => {
    const labels = Array.from({ length: 60 }, (_, i) => i % 3);
    const ids = labels.map((_, i) => i);
    expect(stratifiedGroupFolds(labels, ids, 4, seededRandom(9))).toEqual(
      stratifiedGroupFolds(labels, ids, 4, seededRandom(9)),
    );
  });
});

describe('cross-validated naive Bayes', () => {
  const n = 400;
  const labels = Array.from({ length: n }, (_, i) => i % 2);
  const folds = labels.map((_, i) => Math.floor(i / 2) % 5);

  it('learns from an informative number and from an informative category', () => {
    const random = seededRandom(5);
    const numbers = labels.map((label) => label * 2 + random());
    expect(crossValidated([{ values: numbers, categorical: false }], labels, 2, folds).accuracy).toBe(1);
    expect(crossValidated([{ values: labels.map((l) => 1 - l), categorical: true }], labels, 2, folds).recall).toEqual([
      1, 1,
    ]);
  });

  it('stays at chance on noise', () => {
    const random = seededRandom(6);
    const { accuracy } = crossValidated([{ values: labels.map(() => random()), categorical: false }], labels, 2, folds);
    expect(accuracy).toBeGreaterThan(0.4);
    expect(accuracy).toBeLessThan(0.6);
  });

  it('predicts the most frequent class if the features say nothing', () => {
    const skewed = Array.from({ length: n }, (_, i) => (i % 10 === 0 ? 1 : 0));
    expect(crossValidated([{ values: skewed.map(() => 0), categorical: true }], skewed, 2, folds)).toEqual({
      accuracy: 0.9,
      recall: [1, 0],
    });
  });
});
