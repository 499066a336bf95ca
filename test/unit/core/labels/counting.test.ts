import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrongShare } from '../../../../src/core/labels/counting';
import { fitLatent } from '../../../../src/core/labels/latent';
import { leakEvidence } from '../../../../src/core/labels/leaks';
import type { ProbePredictions } from '../../../../src/core/labels/predictions';
import { fitSharpness, softmaxRows } from '../../../../src/core/labels/temperature';
import { judgeLabels, type LabelPredictions } from '../../../../src/core/labels/verdicts';
import { seededRandom } from '../../../../src/core/statistics/random';
import { predicted } from './predicted';

interface World extends ProbePredictions {
  readonly truth: Int32Array;
  readonly wrong: number;
}

/** A standard normal number (Box & Muller). */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * Images whose scores are the true class plus noise; classes 0 and 1 look alike by `alike`.
 * @param skill distance of the true class from the others, in standard deviations
 */
function world(
  images: number,
  classes: number,
  skill: number,
  alike: number,
  corrupt: (truth: number, random: () => number) => number,
  seed: number,
): World {
  const random = seededRandom(seed);
  const truth = Int32Array.from({ length: images }, (_, i) => i % classes);
  const labels = truth.map((k) => corrupt(k, random));
  const scores = Float32Array.from({ length: images * classes }, (_, at) => {
    const [k, j] = [truth[Math.floor(at / classes)]!, at % classes];
    return normal(random) + (j === k ? skill : k < 2 && j < 2 ? alike * skill : 0);
  });
  const wrong = labels.reduce((sum, label, i) => sum + (label === truth[i] ? 0 : 1), 0);
  return { probabilities: softmaxRows(scores, classes, skill / 2), labels, classes, truth, wrong };
}

const even =
  (rate: number, classes: number) =>
  (k: number, random: () => number): number =>
    random() < rate ? (k + 1 + Math.floor(random() * (classes - 1))) % classes : k;
const byPair =
  (rate: number) =>
  (k: number, random: () => number): number =>
    k % 2 === 0 && random() < 2 * rate ? k + 1 : k;

/** Moves a share of the labels of class k to class k ^ 1, for the classes that `loses` names. */
const toPartner =
  (share: number, loses: (k: number) => boolean) =>
  (k: number, random: () => number): number =>
    loses(k) && random() < share ? k ^ 1 : k;
const everyOther = (k: number): boolean => k % 2 === 0;

/** A world in which classes lose images to their partners, and the scores are those of a probe of its labels. */
function learnedByPair(
  images: number,
  classes: number,
  skill: number,
  share: number,
  seed: number,
  loses = everyOther,
): { predictions: LabelPredictions; wrong: number; right: Int32Array } {
  const made = world(images, classes, skill, 0, toPartner(share, loses), seed);
  const { probabilities: clean, labels, wrong } = made;
  const scores = clean.map((p, at) => {
    const [k, from] = [at % classes, at - (at % classes)];
    const partner = clean[from + (k ^ 1)]!;
    const own = (loses(k) ? 1 - share : 1) * Math.log(p);
    return (own + (loses(k ^ 1) ? share * Math.log(partner) : 0)) / skill;
  });
  const probabilities = softmaxRows(scores, classes, fitSharpness(scores, labels, classes));
  const { truth } = fitLatent(scores, { probabilities, labels, classes });
  return { predictions: { probabilities, truth, labels, classes }, wrong, right: made.truth };
}

describe('the number of wrong labels', () => {
  it('is within its interval in at least nine of ten worlds, for strong and weak probes', () => {
    const runs = [1.5, 2.5, 4].flatMap((skill) =>
      [0, 0.02, 0.05, 0.1, 0.2, 0.4].flatMap((rate) =>
        [even(rate, 6), ...(rate > 0 && rate < 0.4 ? [byPair(rate)] : [])].map((corrupt, at) =>
          world(3000, 6, skill, 0, corrupt, Math.round(100 * (rate + skill)) + at),
        ),
      ),
    );
    expect(runs.length).toBeGreaterThan(25);
    const held = runs.filter((made) => {
      const { estimate } = judgeLabels(predicted(made));
      return estimate === null || (estimate.low <= made.wrong && made.wrong <= estimate.high);
    });
    expect(held.length / runs.length).toBeGreaterThanOrEqual(0.9);
  });

  it('is within its interval if every other class loses images, for a probe that has learned the wrong labels', () => {
    const made = [2.5, 4].flatMap((skill) =>
      [0.2, 0.4].flatMap((share) => [1, 2].map((seed) => learnedByPair(1000, 6, skill, share, seed))),
    );
    const held = made.filter(({ predictions, wrong }) => {
      const { low, high } = judgeLabels(predictions).estimate!;
      return low <= wrong && wrong <= high;
    });
    expect(held.length).toBeGreaterThanOrEqual(0.9 * made.length);
  });

  it('is within its interval if classes exchange labels in both directions, and nearly all flagged labels are wrong', () => {
    const made = [0.1, 0.2].map((share) => learnedByPair(1000, 4, 4, share, 3, () => true));
    const flaggedOf = made.map(({ predictions, wrong, right }) => {
      const { estimate, flags } = judgeLabels(predictions);
      expect(estimate!.low).toBeLessThanOrEqual(wrong);
      expect(estimate!.high).toBeGreaterThanOrEqual(wrong);
      const flagged = right.filter((_, i) => flags[i] === 1).length;
      const found = right.filter((k, i) => flags[i] === 1 && predictions.labels[i] !== k).length;
      expect(found).toBeGreaterThanOrEqual(0.9 * flagged);
      return flagged / wrong;
    });
    // With many exchanged labels, the probe has learned both labels for both classes.
    expect(flaggedOf[0]).toBeGreaterThan(0.8);
    expect(flaggedOf[1]).toBeLessThan(0.5);
  });

  it('is close to none where none is wrong, although the probe confuses two classes', () => {
    const made = world(4000, 6, 3, 0.8, (k) => k, 5);
    const { low, share } = wrongShare(made);
    expect(low).toBe(0);
    expect(share).toBeLessThan(0.02);
    const { estimate, flags } = judgeLabels(predicted(made));
    expect(estimate!.low).toBe(0);
    expect(estimate!.high / 4000).toBeLessThan(0.05);
    expect(flags.reduce((sum, flag) => sum + flag, 0) / 4000).toBeLessThan(0.01);
  });

  it('leaves open whether a few unusual pictures have wrong labels, if hardly any other label looks wrong', () => {
    const unusual = (rate: number): number => {
      const made = world(4000, 6, 5, 0, even(rate, 6), 13);
      // Every 250th picture shows what pictures of the next class show.
      const images = Array.from({ length: 16 }, (_, at) => 250 * at);
      for (const i of images) made.probabilities.set(made.probabilities.slice((i + 1) * 6, (i + 2) * 6), i * 6);
      const { wrong } = judgeLabels(predicted(made));
      return images.reduce((most, i) => Math.max(most, made.labels[i] === made.truth[i] ? wrong[i]! : 0), 0);
    };
    expect(unusual(0)).toBeLessThan(0.55);
    expect(unusual(0.05)).toBeGreaterThan(0.85);
  });

  it('leaves out labels that a person found right', () => {
    const made = world(3000, 6, 3, 0, even(0.1, 6), 6);
    const none = wrongShare(made, { foundRight: () => true });
    expect(none.share).toBe(0);
    expect(wrongShare(made).low).toBeGreaterThan(0.03);
  });

  it('is not counted for classes that the probe cannot tell', () => {
    const made = world(3000, 6, 3, 0, (k, random) => (k === 2 && random() < 0.9 ? 3 : k), 7);
    const all = wrongShare(made).share;
    const without = wrongShare(made, { told: [true, true, true, false, true, true] }).share;
    expect(all).toBeGreaterThan(0.05);
    expect(without).toBeLessThan(0.02);
  });
});

describe('the number of wrong labels of many images', () => {
  it('is counted for each class, also if only a part of the planted labels is drawn', () => {
    const made = world(100_000, 6, 3, 0, (k, random) => (k === 1 && random() < 0.2 ? 2 : k), 12);
    const one = [0, 1, 2, 3, 4, 5].map((k) => wrongShare(made, { told: [0, 1, 2, 3, 4, 5].map((j) => j === k) }));
    expect(one.map(({ share }) => share > 0.1)).toEqual([false, false, true, false, false, false]);
    for (const { high } of one) expect(high).toBeLessThan(0.3);
  });
});

describe('the interval of the number of wrong labels', () => {
  it('is in order and within the judged images, whatever a person decided', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }), (seed, reviewed) => {
        // Class 5 is not told: the probe never predicts it.
        const made = world(240, 6, 4, 0, even(0.1, 6), seed);
        for (let i = 0; i < 240; i++) made.probabilities[i * 6 + 5] = 0.02;
        const random = seededRandom(seed + 1);
        const known = made.truth.map((truth) => (truth === 5 || random() < reviewed ? truth : -1));
        const { estimate, judged } = judgeLabels(predicted(made), { known });
        const most = judged.reduce((sum, one) => sum + one, 0);
        const { low, expected, high } = estimate!;
        expect(most).toBeLessThan(240);
        expect(0 <= low && low <= expected && expected <= high && high <= most).toBe(true);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe('evidence of leaks', () => {
  it('tells a class that leaks from two classes that look alike', () => {
    const leaking = world(4000, 6, 3, 0, (k, random) => (k === 0 && random() < 0.3 ? 1 : k), 8);
    expect(leakEvidence(leaking, 0).leaks).toEqual([{ given: 1, truth: 0 }]);
    const alike = world(4000, 6, 3, 0.8, (k) => k, 9);
    expect(leakEvidence(alike, 0).leaks).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5, 6])('takes no two classes that look alike for a leak, in small sets too (%d)', (seed) => {
    for (const [classes, skill] of [
      [4, 2.5],
      [4, 1.5],
      [10, 4],
    ] as const)
      expect(
        leakEvidence(
          world(2000, classes, skill, 0.8, (k) => k, seed),
          0,
        ).leaks,
      ).toEqual([]);
  });

  it('finds every leak if several classes leak, for a probe that knows the classes less well', () => {
    const { leaks } = leakEvidence(learnedByPair(2000, 4, 2.5, 0.2, 1).predictions, 0);
    expect(leaks).toHaveLength(2);
    expect(leaks).toEqual(
      expect.arrayContaining([
        { given: 1, truth: 0 },
        { given: 3, truth: 2 },
      ]),
    );
  });

  it('finds a leak of a class that the probe knows well although the class is small', () => {
    const made = world(240, 6, 4, 0, (k, random) => (k === 0 && random() < 0.5 ? 1 : k), 10);
    expect(leakEvidence(made, 0).leaks).toEqual([{ given: 1, truth: 0 }]);
  });

  it('says nothing of classes with fewer than ten images', () => {
    const made = world(30, 6, 4, 0, (k, random) => (k === 0 && random() < 0.5 ? 1 : k), 11);
    expect(leakEvidence(made, 0).leaks).toEqual([]);
  });
});
