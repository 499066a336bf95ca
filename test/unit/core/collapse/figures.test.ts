import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figuresOf, shareOf } from '../../../../src/core/collapse/figures';
import { entropy } from '../../../../src/core/statistics/entropy';
import { fromConfusion } from './confusion';

const confusion = fc
  .integer({ min: 2, max: 6 })
  .chain((k) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: k, maxLength: k }), { minLength: k, maxLength: k }),
  )
  .filter((matrix) => matrix.flat().some((n) => n > 0));

describe('figures of a set of predictions', () => {
  it('gives accuracy .90, baseline .90 and balanced accuracy .50 when 900 of 1000 are the class that everything is predicted as', () => {
    const figures = figuresOf(
      fromConfusion([
        [900, 0],
        [100, 0],
      ]),
    );
    expect(figures.accuracy.value).toBeCloseTo(0.9, 12);
    expect(figures.majority).toEqual({ name: 'c0', share: 0.9 });
    expect(figures.balancedAccuracy.value).toBeCloseTo(0.5, 12);
    expect(figures.mcc).toBe(0);
    expect(figures.predictionEntropy).toBe(0);
    expect(figures.effectivePredictedClasses).toBeCloseTo(1, 12);
    expect(figures.perClass[1]).toMatchObject({ labels: 100, predicted: 0, recall: 0, precision: null, f1: 0 });
  });

  it('agrees with figures computed by hand for a table of three classes', () => {
    const figures = figuresOf(
      fromConfusion([
        [40, 8, 2],
        [10, 25, 15],
        [0, 5, 45],
      ]),
    );
    expect(figures.accuracy.value).toBeCloseTo(110 / 150, 12);
    expect(figures.balancedAccuracy.value).toBeCloseTo((0.8 + 0.5 + 0.9) / 3, 12);
    expect(figures.perClass[1]!.precision).toBeCloseTo(25 / 38, 12);
    expect(figures.perClass[1]!.f1).toBeCloseTo((2 * 25) / (50 + 38), 12);
    // scikit-learn's matthews_corrcoef on the same table.
    expect(figures.mcc).toBeCloseTo(
      (110 * 150 - (50 * 50 + 50 * 38 + 50 * 62)) / Math.sqrt((22500 - (2500 + 1444 + 3844)) * (22500 - 7500)),
      12,
    );
  });

  it('gives the Wilson interval as published: 8 of 10 is .490 to .943', () => {
    const interval = shareOf(8, 10);
    expect(interval.low).toBeCloseTo(0.4902, 4);
    expect(interval.high).toBeCloseTo(0.9433, 4);
    expect(shareOf(0, 10).low).toBe(0);
    expect(shareOf(10, 10).high).toBe(1);
    expect(shareOf(10, 10).low).toBeCloseTo(0.7225, 4);
  });

  it('distinguishes a constant output from one that depends on the image', () => {
    const labels = [0, 1, 0, 1];
    const classes = ['a', 'b'];
    const constant = figuresOf({
      classes,
      labels,
      predicted: [0, 0, 0, 0],
      probabilities: [0.6, 0.4, 0.6, 0.4, 0.6, 0.4, 0.6, 0.4],
    }).probabilities!;
    expect(constant.spread).toBeCloseTo(0, 9);
    expect(constant.mutualInformation).toBeCloseTo(0, 12);
    expect(constant.logLossSkill).toBeLessThan(0);
    const sure = figuresOf({
      classes,
      labels,
      predicted: labels,
      probabilities: [1, 0, 0, 1, 1, 0, 0, 1],
    }).probabilities!;
    expect(sure.spread).toBeCloseTo(Math.SQRT1_2, 9);
    expect(sure.mutualInformation).toBeCloseTo(Math.log(2), 9);
    expect(sure).toMatchObject({ meanEntropy: 0, calibrationError: 0, logLossSkill: 1 });
  });

  it('measures calibration: a confidence of 80 % and an accuracy of 50 % give an error of .3', () => {
    const probabilities = [0.8, 0.2, 0.8, 0.2];
    const figures = figuresOf({ classes: ['a', 'b'], labels: [0, 1], predicted: [0, 0], probabilities });
    expect(figures.probabilities!.calibrationError).toBeCloseTo(0.3, 9);
  });

  it('leaves classes without an image out of the mean recall', () => {
    const figures = figuresOf(
      fromConfusion([
        [5, 5, 0],
        [0, 10, 0],
        [0, 0, 0],
      ]),
    );
    expect(figures.balancedAccuracy.value).toBeCloseTo(0.75, 12);
    expect(figures.chance).toBe(0.5);
    expect(figures.perClass[2]!.recall).toBeNull();
  });

  it('keeps every figure in its range and inside its interval, for any table', () => {
    fc.assert(
      fc.property(confusion, (matrix) => {
        const figures = figuresOf(fromConfusion(matrix));
        for (const estimate of [figures.accuracy, figures.balancedAccuracy]) {
          expect(estimate.low).toBeLessThanOrEqual(estimate.value);
          expect(estimate.high).toBeGreaterThanOrEqual(estimate.value);
          expect(estimate.low).toBeGreaterThanOrEqual(0);
          expect(estimate.high).toBeLessThanOrEqual(1);
        }
        expect(Math.abs(figures.mcc)).toBeLessThanOrEqual(1 + 1e-12);
        expect(figures.effectivePredictedClasses).toBeGreaterThanOrEqual(1 - 1e-12);
        expect(figures.effectivePredictedClasses).toBeLessThanOrEqual(matrix.length + 1e-9);
        expect(figures.perClass.reduce((sum, one) => sum + one.labelShare, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('gives a model that always predicts one class exactly the balanced accuracy of guessing, for any imbalance', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 2, maxLength: 8 }),
        fc.nat(),
        (counts, pick) => {
          const column = pick % counts.length;
          const figures = figuresOf(
            fromConfusion(counts.map((count) => counts.map((_, k) => (k === column ? count : 0)))),
          );
          expect(figures.balancedAccuracy.value).toBeCloseTo(1 / counts.length, 12);
          expect(figures.mcc).toBe(0);
        },
      ),
    );
  });

  it('does not depend on the order of classes', () => {
    fc.assert(
      fc.property(confusion, (matrix) => {
        const turned = [...matrix].reverse().map((row) => [...row].reverse());
        const one = figuresOf(fromConfusion(matrix));
        const other = figuresOf(fromConfusion(turned));
        expect(other.mcc).toBeCloseTo(one.mcc, 9);
        expect(other.balancedAccuracy.value).toBeCloseTo(one.balancedAccuracy.value, 9);
        expect(other.predictionEntropy).toBeCloseTo(one.predictionEntropy, 9);
      }),
    );
  });

  it('takes weights that need not sum to one for the entropy', () => {
    expect(entropy([2, 2, 2, 2])).toBeCloseTo(Math.log(4), 12);
    expect(entropy([0, 0])).toBe(0);
  });
});
