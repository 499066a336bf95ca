import { describe, expect, it } from 'vitest';
import { copyPosteriors, groupLists } from '../../../../src/core/labels/copies';
import { evenNoise } from '../../../../src/core/labels/noise';
import { judgeLabels } from '../../../../src/core/labels/verdicts';
import { predicted } from './predicted';
import { seededRandom } from '../../../../src/core/statistics/random';

const CLASSES = 4;
const IMAGES = 2400;
const SIZE = 3;

/**
 * Half of the pictures have three copies each.
 * @param seen probability that the probe predicts the true class of a copy
 */
function copiedWorld(labelled: 'one by one' | 'once', seen: number) {
  const random = seededRandom(3);
  const groups = Int32Array.from({ length: IMAGES }, (_, i) => (i < IMAGES / 2 ? Math.floor(i / SIZE) : -1));
  const truth = Int32Array.from(groups, (group, i) => (group < 0 ? i : group) % CLASSES);
  const labels = truth.map((k) => (random() < 0.15 ? (k + 1 + Math.floor(random() * (CLASSES - 1))) % CLASSES : k));
  if (labelled === 'once') groups.forEach((group, i) => (group < 0 ? undefined : (labels[i] = labels[group * SIZE]!)));
  const probabilities = new Float32Array(IMAGES * CLASSES);
  truth.forEach((k, i) => {
    const right = i < IMAGES / 2 ? seen : 0.94;
    for (let j = 0; j < CLASSES; j++) probabilities[i * CLASSES + j] = j === k ? right : (1 - right) / (CLASSES - 1);
  });
  const wrong = labels.map((label, i) => (label === truth[i] ? 0 : 1));
  return { predictions: { probabilities, labels, classes: CLASSES }, groups, wrong };
}

function foundAmongCopies(flags: Uint8Array, wrong: Int32Array): { recall: number; precision: number } {
  let hits = 0;
  let planted = 0;
  let raised = 0;
  for (let i = 0; i < IMAGES / 2; i++) {
    hits += flags[i]! & wrong[i]!;
    planted += wrong[i]!;
    raised += flags[i]!;
  }
  return { recall: hits / planted, precision: hits / raised };
}

describe('labels of copies', () => {
  it('are combined by Bayes’ rule, as calculated by hand', () => {
    const noise = evenNoise(2, 0.1);
    const posteriors = copyPosteriors(
      { probabilities: Float32Array.of(0.8, 0.2, 0.8, 0.2, 0.5, 0.5), labels: Int32Array.of(0, 1, 0), classes: 2 },
      groupLists(Int32Array.of(7, 7, -1)),
      noise,
    );
    // Two contradicting labels support both classes equally, so that only the prediction of the probe counts.
    expect(posteriors.get(0)![0]).toBeCloseTo(0.8, 6);
    expect(posteriors.get(1)).toEqual(posteriors.get(0));
    expect(posteriors.has(2)).toBe(false);
    const three = copyPosteriors(
      { probabilities: Float32Array.of(0.5, 0.5, 0.5, 0.5, 0.5, 0.5), labels: Int32Array.of(0, 1, 0), classes: 2 },
      [Int32Array.of(0, 1, 2)],
      noise,
    );
    // ½·0.9²·0.1 / (½·0.9²·0.1 + ½·0.1²·0.9)
    expect(three.get(2)![0]).toBeCloseTo(0.9, 6);
  });

  it('reveal a wrong label if the copies were labelled separately', () => {
    const { predictions, groups, wrong } = copiedWorld('one by one', 0.6);
    const alone = foundAmongCopies(judgeLabels(predicted(predictions)).flags, wrong);
    const together = foundAmongCopies(judgeLabels(predicted(predictions), { groups }).flags, wrong);
    expect(alone.recall).toBeLessThan(0.2);
    expect(together.recall).toBeGreaterThan(0.8);
    expect(together.precision).toBeGreaterThan(0.9);
  });

  it('do not support each other if one label was copied to all of them', () => {
    const { predictions, groups, wrong } = copiedWorld('once', 0.94);
    const alone = foundAmongCopies(judgeLabels(predicted(predictions)).flags, wrong);
    const together = foundAmongCopies(judgeLabels(predicted(predictions), { groups }).flags, wrong);
    expect(alone.recall).toBeGreaterThan(0.5);
    expect(together.recall).toBeGreaterThanOrEqual(alone.recall);
  });

  it('give finite probabilities in groups of thousands', () => {
    const labels = Int32Array.from({ length: 5000 }, (_, i) => i % 2);
    const posteriors = copyPosteriors(
      { probabilities: new Float32Array(10_000).fill(0.5), labels, classes: 2 },
      [Int32Array.from(labels, (_, i) => i)],
      evenNoise(2, 0.01),
    );
    expect(posteriors.get(0)![0]! + posteriors.get(0)![1]!).toBeCloseTo(1, 9);
  });
});
