import { describe, expect, it } from 'vitest';
import { importedTruth } from '../../../../src/core/labels/calibration';
import { confidentErrors, unproven } from '../../../../src/core/labels/confident-errors';
import { givenFrom } from '../../../../src/core/labels/noise';
import { softmaxRows } from '../../../../src/core/labels/temperature';
import { judgeLabels } from '../../../../src/core/labels/verdicts';
import { gaussian, seededRandom } from '../../../../src/core/statistics/random';

const CLASSES = 10;
const IMAGES = 2000;
type Confuse = (own: number, random: () => number) => number;

/** A model that is nearly certain of the class that `confuse` gives, right or wrong. */
function sureModel(confuse: Confuse, { rate = 0, spread = 0.5, certainty = 0.98 } = {}) {
  const random = seededRandom(5);
  const own = Int32Array.from({ length: IMAGES }, (_, i) => i % CLASSES);
  const labels = own.map((k) => (random() < rate ? (k + 1 + Math.floor(random() * (CLASSES - 1))) % CLASSES : k));
  const lead = Math.log((certainty / (1 - certainty)) * (CLASSES - 1));
  const scores = new Float32Array(IMAGES * CLASSES);
  own.forEach((k, i) => {
    const seen = confuse(k, random);
    for (let j = 0; j < CLASSES; j++) scores[i * CLASSES + j] = (j === seen ? lead : 0) + spread * gaussian(random);
  });
  return { own, predictions: { probabilities: softmaxRows(scores, CLASSES, 1), labels, classes: CLASSES } };
}

const evenly: Confuse = (own, random) =>
  random() < 0.14 ? (own + 1 + Math.floor(random() * (CLASSES - 1))) % CLASSES : own;
/** Classes 2k and 2k + 1 look alike. */
const inPairs: Confuse = (own, random) => (random() < 0.14 ? own ^ 1 : own);
const inOnePair: Confuse = (own, random) => (own < 2 && random() < 0.3 ? own ^ 1 : own);
const never: Confuse = (own) => own;
/** Class 2k + 1 is taken for class 2k, never the other way round; images of any class for any other. */
const oneWay: Confuse = (own, random) => (own % 2 === 1 && random() < 0.3 ? own - 1 : evenly(own, random));

function flaggedBy({ own, predictions }: ReturnType<typeof sureModel>, supported?: () => number) {
  const { flags } = judgeLabels({ ...predictions, ...importedTruth(predictions, supported) });
  const flagged = [...flags.keys()].filter((i) => flags[i] === 1);
  return { flagged: flagged.length, hits: flagged.filter((i) => own[i] !== predictions.labels[i]).length };
}

describe('a model that is certain of its errors', () => {
  it.each([
    ['any other class', evenly, 0.5],
    ['any other class, with one probability for all', evenly, 0],
    ['classes that look alike', inPairs, 0.5],
    ['classes that look alike, with one probability for all', inPairs, 0],
    ['one pair of classes', inOnePair, 0.5],
    ['one class of each pair for the other, and any other class', oneWay, 0.5],
  ])('flags next to nothing where no label is wrong: %s', (_, confuse, spread) => {
    expect(flaggedBy(sureModel(confuse, { spread })).flagged).toBeLessThanOrEqual(0.001 * IMAGES);
  });

  it('flags next to nothing if it gives each image one class without any doubt', () => {
    const { own, predictions } = sureModel(inPairs);
    const probabilities = predictions.probabilities.map((p) => (p > 0.5 ? 1 : 0));
    expect(flaggedBy({ own, predictions: { ...predictions, probabilities } }).flagged).toBe(0);
  });

  it('flags nothing alone, but wrong labels up to the rate that another probe finds', () => {
    const made = sureModel(never, { rate: 0.1, spread: 0 });
    expect(flaggedBy(made).flagged).toBe(0);
    const { flagged, hits } = flaggedBy(made, () => 0.08);
    expect(hits / flagged).toBeGreaterThan(0.95);
    expect(hits).toBeGreaterThan(0.95 * made.own.filter((k, i) => k !== made.predictions.labels[i]).length);
    expect(flaggedBy(sureModel(evenly), () => 0.01).flagged).toBe(0);
  });

  it('flags next to nothing if it predicts few labels, and is told so', () => {
    const random = seededRandom(7);
    const own = Int32Array.from({ length: IMAGES }, (_, i) => i % CLASSES);
    const scores = new Float32Array(IMAGES * CLASSES).map(
      (_, at) => 1.3 * ((at % CLASSES === own[Math.floor(at / CLASSES)] ? 1.3 : 0) + gaussian(random)),
    );
    for (const power of [0.5, 1, 3]) {
      const weak = {
        own,
        predictions: { probabilities: softmaxRows(scores, CLASSES, power), labels: own, classes: CLASSES },
      };
      expect(flaggedBy(weak).flagged).toBeLessThanOrEqual(0.001 * IMAGES);
      expect(importedTruth(weak.predictions).remark).toMatch(
        /^These predictions match only 4\d % of the labels\. So a contradiction counts as an error of the model\. /,
      );
    }
  });

  it('is told so, with what a trained probe finds', () => {
    const { predictions } = sureModel(evenly);
    expect(importedTruth(predictions).remark).toMatch(
      /^These predictions give the predicted class 9\d % on average but match only 8\d % of the labels, and they contradict labels as often where they are surest as elsewhere\. So a contradiction counts as an error of the model\. /,
    );
    expect(importedTruth(predictions, () => 0.08).remark).toContain(
      ', except for the 8.0 % of wrong labels that a trained probe finds at least.',
    );
  });
});

describe('certainty', () => {
  it('is blind only if the model is surer than it is right and as wrong where it is surest', () => {
    const { predictions } = sureModel(evenly);
    const blind = unproven(predictions)!;
    expect(blind.why).toBe('blind');
    expect(blind.certainty).toBeGreaterThan(blind.accuracy + 0.05);
    // As sure as it is right.
    expect(unproven(sureModel(evenly, { certainty: 0.86 }).predictions)).toBeNull();
    // Less sure of its errors.
    const doubting = { ...predictions, probabilities: predictions.probabilities.slice() };
    predictions.labels.forEach((label, i) => {
      const row = doubting.probabilities.subarray(i * CLASSES, (i + 1) * CLASSES);
      if (row[label]! < 0.5) row.forEach((p, k) => (row[k] = 0.6 * p + 0.04));
    });
    expect(unproven(doubting)).toBeNull();
    expect(importedTruth(doubting).remark).toBeNull();
  });
});

describe('contradictions of the clearest images', () => {
  it('are wrong labels if every other class has as many', () => {
    const { noise, own } = confidentErrors(sureModel(never, { rate: 0.1 }).predictions);
    expect(noise).toBeGreaterThan(0.06);
    expect(noise).toBeLessThan(0.11);
    expect(own).toBeNull();
  });

  it('are errors of the model in both directions of a pair, beside wrong labels of all classes', () => {
    const { noise, noiseHigh, own } = confidentErrors(sureModel(inOnePair, { rate: 0.1 }).predictions);
    expect(noise).toBeLessThan(0.11);
    expect(noiseHigh).toBeGreaterThan(0.06);
    const truth = new Float64Array(CLASSES);
    for (const [predicted, other] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const certain = new Float64Array(CLASSES);
      certain[predicted] = 1;
      givenFrom(own!, certain, truth);
      expect(truth[other]).toBeGreaterThan(0.15);
      expect(truth[other]).toBeLessThan(0.4);
      expect(truth.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    }
  });

  it('are errors of the model if the given label is mostly its second choice', () => {
    const { predictions } = sureModel(evenly);
    const probabilities = predictions.probabilities.slice();
    predictions.labels.forEach((label, i) => {
      if (probabilities[i * CLASSES + label]! < 0.5) probabilities[i * CLASSES + label]! += 0.01;
    });
    expect(confidentErrors(predictions).noise).toBeGreaterThan(0.08);
    expect(confidentErrors({ ...predictions, probabilities }).noise).toBe(0);
  });

  it('may be a leak in one direction only, and are then no error of the model', () => {
    const leaking = sureModel(never);
    const random = seededRandom(9);
    const labels = leaking.predictions.labels.map((k) => (k === 0 && random() < 0.4 ? 1 : k));
    expect(confidentErrors({ ...leaking.predictions, labels }).own).toBeNull();
  });

  it('are none without images', () => {
    const nothing = { probabilities: new Float32Array(0), labels: new Int32Array(0), classes: 3 };
    expect(confidentErrors(nothing)).toEqual({ noise: 0, noiseHigh: 1, own: null });
    expect(unproven(nothing)).toBeNull();
  });
});
