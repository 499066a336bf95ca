import { describe, expect, it } from 'vitest';
import { importedTruth } from '../../../../src/core/labels/calibration';
import { softmaxRows } from '../../../../src/core/labels/temperature';
import { judgeLabels } from '../../../../src/core/labels/verdicts';
import { gaussian, seededRandom } from '../../../../src/core/statistics/random';

const CLASSES = 10;
const IMAGES = 2000;

/**
 * Probabilities of classes as far apart as `distance` standard deviations, raised to a power.
 * @param learned share of the noise in the labels that the model has learned
 */
function model(distance: number, rate: number, { power = 1, learned = 0 } = {}) {
  const random = seededRandom(3);
  const own = Int32Array.from({ length: IMAGES }, (_, i) => i % CLASSES);
  const labels = own.map((k) => (random() < rate ? (k + 1 + Math.floor(random() * (CLASSES - 1))) % CLASSES : k));
  const scores = new Float32Array(IMAGES * CLASSES).map(
    (_, at) => distance * ((at % CLASSES === own[Math.floor(at / CLASSES)] ? distance : 0) + gaussian(random)),
  );
  const noise = learned * rate;
  const given = softmaxRows(scores, CLASSES, 1).map((p) => (1 - noise) * p + (noise / (CLASSES - 1)) * (1 - p));
  const probabilities = softmaxRows(
    given.map((p) => Math.log(Math.max(1e-9, p))),
    CLASSES,
    power,
  );
  return { own, predictions: { probabilities, labels, classes: CLASSES } };
}

function found({ own, predictions }: ReturnType<typeof model>) {
  const { probabilities, truth, sharpness } = importedTruth(predictions);
  const verdicts = judgeLabels({ ...predictions, probabilities, truth });
  const flagged = [...verdicts.flags.keys()].filter((i) => verdicts.flags[i] === 1);
  const wrong = own.filter((k, i) => k !== predictions.labels[i]).length;
  return {
    ...verdicts,
    flagged: flagged.length,
    hits: flagged.filter((i) => own[i] !== predictions.labels[i]).length,
    wrong,
    sharpness,
  };
}

describe('predictions of another program', () => {
  it.each([
    [0.4, 0],
    [1, 0],
    [3, 0],
    [0.4, 1],
    [1, 1],
    [3, 1],
  ])('find nearly all wrong labels with the power %d, learned noise %d', (power, learned) => {
    const { flagged, hits, wrong, estimate } = found(model(4, 0.08, { power, learned }));
    expect(hits).toBeGreaterThan(0.93 * wrong);
    expect(hits).toBeGreaterThan(0.93 * flagged);
    expect(estimate!.low).toBeLessThanOrEqual(wrong);
    expect(estimate!.high).toBeGreaterThanOrEqual(wrong);
  });

  it.each([0.5, 1, 3])('flag next to nothing where no label is wrong, with the power %d', (power) => {
    expect(found(model(3, 0, { power })).flagged).toBeLessThanOrEqual(6);
  });

  it('are less sure after calibration if they were too sure, and the order of the classes is kept', () => {
    const { predictions } = model(3, 0, { power: 2 });
    const { probabilities, sharpness } = importedTruth(predictions);
    expect(sharpness).toBeGreaterThan(0.4);
    expect(sharpness).toBeLessThan(0.65);
    for (let from = 0; from < 200; from += CLASSES) {
      const order = (of: Float32Array) =>
        [...of.subarray(from, from + CLASSES).keys()].sort((a, b) => of[from + b]! - of[from + a]!)[0];
      expect(order(probabilities)).toBe(order(predictions.probabilities));
    }
  });

  it('stay as they are where the two halves of the images ask for opposite powers', () => {
    const predictions = {
      probabilities: Float32Array.of(0.6, 0.4, 0.4, 0.6, 0.6, 0.4, 0.4, 0.6),
      labels: Int32Array.of(0, 0, 0, 0),
      classes: 2,
    };
    expect(importedTruth(predictions).sharpness).toBe(1);
  });
});

/** Shares of five votes. In every fifth image, three votes of five are for another class that the picture looks like. */
function votes(rate: number) {
  const random = seededRandom(11);
  const other = (k: number, most: number): number => (k + 1 + Math.floor(random() * most)) % CLASSES;
  const own = Int32Array.from({ length: IMAGES }, (_, i) => i % CLASSES);
  const labels = own.map((k) => (random() < rate ? other(k, CLASSES - 1) : k));
  const probabilities = new Float32Array(IMAGES * CLASSES);
  own.forEach((k, i) => {
    const alike = other(k, 3);
    for (let vote = 0; vote < 5; vote++) {
      const seen = Math.floor(i / CLASSES) % 5 === 0 && random() < 0.6 ? alike : k;
      probabilities[i * CLASSES + (random() < rate ? other(seen, CLASSES - 1) : seen)]! += 0.2;
    }
  });
  return { own, predictions: { probabilities, labels, classes: CLASSES } };
}

describe('votes of few neighbours', () => {
  it('prove no wrong label by giving a class no vote', () => {
    expect(found(votes(0)).flagged).toBeLessThanOrEqual(0.002 * IMAGES);
  });

  it('find most wrong labels', () => {
    const { flagged, hits, wrong } = found(votes(0.1));
    expect(hits).toBeGreaterThan(0.8 * wrong);
    expect(hits).toBeGreaterThan(0.7 * flagged);
  });
});
