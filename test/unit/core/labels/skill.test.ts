import { describe, expect, it } from 'vitest';
import { probeSkill } from '../../../../src/core/labels/skill';
import { judgeLabels } from '../../../../src/core/labels/verdicts';
import { predicted } from './predicted';
import { type Random, seededRandom, shuffled } from '../../../../src/core/statistics/random';

/** Rows of probabilities from the logits that `logit` returns for each image and class. */
function predictions(labels: number[], classes: number, logit: (image: number, k: number) => number) {
  const probabilities = new Float32Array(labels.length * classes);
  labels.forEach((_, i) => {
    const row = Array.from({ length: classes }, (__, k) => Math.exp(logit(i, k)));
    const sum = row.reduce((a, b) => a + b, 0);
    row.forEach((value, k) => (probabilities[i * classes + k] = value / sum));
  });
  return { probabilities, labels: Int32Array.from(labels), classes };
}

const gaussian = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const repeated = (counts: number[]): number[] => counts.flatMap((count, k) => new Array<number>(count).fill(k));
const flagged = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0);

/** All labels are right, the probe learned nothing, and cleanlab flags up to 99 % of a class. */
const random = seededRandom(11);
const failures = [
  {
    name: 'a constant output at 900 : 100',
    verdict: 'collapsed',
    of: predictions(repeated([900, 100]), 2, (_, k) => Math.log(k === 0 ? 0.9 : 0.1)),
  },
  {
    name: 'the class shares with 1 % noise at 900 : 100',
    verdict: 'collapsed',
    of: predictions(repeated([900, 100]), 2, (_, k) => Math.log(k === 0 ? 0.9 : 0.1) + 0.01 * gaussian(random)),
  },
  {
    name: 'noise over four classes',
    verdict: 'chance',
    of: predictions(repeated([250, 250, 250, 250]), 4, () => gaussian(random)),
  },
  {
    name: 'sure noise over four classes',
    verdict: 'chance',
    of: predictions(repeated([250, 250, 250, 250]), 4, () => 8 * gaussian(random)),
  },
  {
    name: 'always the third of four classes',
    verdict: 'collapsed',
    of: predictions(repeated([250, 250, 250, 250]), 4, (_, k) => (k === 2 ? 3 : 0) + 0.2 * gaussian(random)),
  },
  {
    name: 'a constant output over 1,000 classes',
    verdict: 'collapsed',
    of: predictions(repeated(new Array<number>(1000).fill(2)), 1000, () => 0),
  },
] as const;

describe.each(failures)('a probe that has learned nothing: $name', ({ of, verdict }) => {
  const verdicts = judgeLabels(predicted(of));

  it('is recognized and explained in a sentence', () => {
    expect(verdicts.skill.verdict).toBe(verdict);
    expect(verdicts.skill.sentence).toContain('cannot judge labels');
    expect(verdicts.skill.sentence).not.toContain('too few');
  });

  it('calls no label wrong and gives no estimate', () => {
    expect(flagged(verdicts.flags)).toBe(0);
    expect(flagged(verdicts.judged)).toBe(0);
    expect(verdicts.estimate).toBeNull();
  });
});

describe('the skill of a probe', () => {
  it('is high for good predictions, with every class recognized', () => {
    const labels = repeated([60, 60, 60]);
    const skill = probeSkill(predictions(labels, 3, (i, k) => (labels[i] === k ? 3 : 0) + gaussian(random)));
    expect(skill.verdict).toBe('learned');
    expect(skill.perClass.every((entry) => entry.told)).toBe(true);
    expect(skill.effectiveClasses).toBeGreaterThan(2.9);
    expect(skill.logLossSkill).toBeGreaterThan(0.5);
    expect(skill.information).toBeGreaterThan(0.5);
  });

  it('is gone if the same labels are permuted', () => {
    const labels = repeated([60, 60, 60]);
    const good = predictions(labels, 3, (i, k) => (labels[i] === k ? 3 : 0) + gaussian(random));
    const permuted = { ...good, labels: Int32Array.from(shuffled(labels, seededRandom(3))) };
    expect(judgeLabels(predicted(permuted)).skill.verdict).toBe('chance');
    expect(flagged(judgeLabels(predicted(permuted)).flags)).toBe(0);
  });

  it('is weak, with the reason, if it knows no class well enough to judge its labels', () => {
    const labels = repeated(new Array<number>(60).fill(4));
    const sure = predictions(labels, 60, (i, k) => (labels[i] === k ? 4 : 0));
    const verdicts = judgeLabels(predicted(sure));
    expect(verdicts.skill.verdict).toBe('weak');
    expect(verdicts.skill.sentence).toMatch(/knows no class well enough .*: the largest class has only 4 images\.$/);
    expect(verdicts.estimate).toBeNull();
    expect(flagged(verdicts.judged)).toBe(0);
    const five = repeated(new Array<number>(60).fill(5));
    expect(probeSkill(predictions(five, 60, (i, k) => (five[i] === k ? 4 : 0))).verdict).toBe('learned');
  });

  it('is weak if the classes are recognized only slightly better than by guessing', () => {
    const labels = repeated([500, 500]);
    const skill = probeSkill(predictions(labels, 2, (i, k) => (labels[i] === k ? 0.1 : 0) + 0.3 * gaussian(random)));
    expect(skill.z).toBeGreaterThan(3);
    expect(skill.verdict).toBe('weak');
    expect(skill.perClass.some((entry) => entry.told)).toBe(false);
  });

  it('is judged by class: two classes that are not distinguished get almost no flag', () => {
    const labels = repeated([200, 200, 200, 200]);
    const side = (k: number): number => (k < 2 ? k : 2);
    const of = predictions(labels, 4, (i, k) => (side(labels[i]!) === side(k) ? 4 : 0) + gaussian(random));
    const { skill, flags } = judgeLabels(predicted(of));
    expect(skill.verdict).toBe('learned');
    expect(skill.perClass.map((entry) => entry.told).slice(0, 2)).toEqual([true, true]);
    const between = of.labels.filter((label, i) => label >= 2 && flags[i] === 1).length;
    expect(between).toBeLessThan(8);
  });

  it('is chance for a single class, and the sentence says so', () => {
    const skill = probeSkill(predictions(repeated([20]), 1, () => 0));
    expect(skill.verdict).toBe('chance');
    expect(skill.sentence).toContain('only one class');
  });

  it.each([[[12, 12]], [new Array<number>(30).fill(1)]])(
    'is not “no connection” for classes of %j images',
    (counts) => {
      const skill = probeSkill(predictions(repeated(counts), counts.length, () => gaussian(random)));
      expect(skill.verdict).toBe('chance');
      expect(skill.sentence).toMatch(/^The images are too few to tell whether the probe does better than guessing/);
    },
  );

  it('is never NaN, for no image, one image or an empty class', () => {
    for (const labels of [[], [0], [0, 0, 2, 2]]) {
      const skill = probeSkill(predictions(labels, 3, () => gaussian(random)));
      expect(Object.values(skill).filter((value) => typeof value === 'number' && Number.isNaN(value))).toEqual([]);
    }
  });
});
