import { describe, expect, it } from 'vitest';
import { deconvolver } from '../../../../src/core/labels/deconvolution';
import { fitLatent, trainedTruth } from '../../../../src/core/labels/latent';
import { noiseEvidence } from '../../../../src/core/labels/noise-evidence';
import { evenNoise, fitNoise, givenFrom, likelihoods, type NoiseMatrix } from '../../../../src/core/labels/noise';
import { diagnose } from '../../../../src/core/collapse/diagnosis';
import { predictedClasses } from '../../../../src/core/labels/predictions';
import { fitSharpness, softmaxRows } from '../../../../src/core/labels/temperature';
import { judgeLabels } from '../../../../src/core/labels/verdicts';
import { predicted } from './predicted';
import { seededRandom } from '../../../../src/core/statistics/random';

interface World {
  readonly truth: Int32Array;
  readonly labels: Int32Array;
  /** Predictions of a probe that is right in nine of ten cases. */
  readonly probabilities: Float32Array;
}

/** Images of `classes` classes with wrong labels as `corrupt` gives them. */
function world(
  images: number,
  classes: number,
  corrupt: (truth: number, random: () => number) => number,
  seed = 1,
): World {
  const random = seededRandom(seed);
  const truth = Int32Array.from({ length: images }, (_, i) => i % classes);
  const labels = truth.map((k) => corrupt(k, random));
  const probabilities = new Float32Array(images * classes);
  truth.forEach((k, i) => {
    const seen = random() < 0.9 ? k : Math.floor(random() * classes);
    for (let j = 0; j < classes; j++) probabilities[i * classes + j] = j === seen ? 0.9 : 0.1 / (classes - 1);
  });
  return { truth, labels, probabilities };
}

const even = (rate: number, classes: number) => (k: number, random: () => number) =>
  random() < rate ? (k + 1 + Math.floor(random() * (classes - 1))) % classes : k;
const noiseOf = ({ probabilities, labels }: World): NoiseMatrix =>
  noiseEvidence({ probabilities, labels, classes: 4 }, (evidence) => ({
    truth: probabilities,
    noise: fitNoise(probabilities, labels, 4, evidence),
  })).fitted.noise;
/** P(given label | image) of images whose true class has these probabilities. */
function throughNoise(noise: NoiseMatrix, truth: Float32Array): Float32Array {
  const given = new Float64Array(noise.classes);
  return Float32Array.from({ length: truth.length }, (_, at) => {
    if (at % noise.classes === 0) givenFrom(noise, truth.subarray(at, at + noise.classes), given);
    return given[at % noise.classes]!;
  });
}
/** P(given label | true class). */
const noiseShare = (noise: NoiseMatrix, given: number, truth: number): number => likelihoods(noise)[given]![truth]!;

const leaking = (rate: number) => (k: number, random: () => number) => (k === 0 && random() < rate ? 1 : k);

function counted(
  verdicts: { flags: Uint8Array },
  { truth, labels }: World,
): { precision: number; recall: number; planted: number } {
  let hits = 0;
  let raised = 0;
  let planted = 0;
  truth.forEach((k, i) => {
    raised += verdicts.flags[i]!;
    if (labels[i] === k) return;
    planted += 1;
    hits += verdicts.flags[i]!;
  });
  return { precision: hits / raised, recall: hits / planted, planted };
}

describe('judged labels', () => {
  it('finds evenly spread wrong labels, and estimates their number', () => {
    const made = world(3000, 5, even(0.2, 5));
    const verdicts = judgeLabels(predicted({ ...made, classes: 5 }));
    const { precision, recall, planted } = counted(verdicts, made);
    expect(precision).toBeGreaterThan(0.65);
    expect(recall).toBeGreaterThan(0.85);
    const { expected, low, high } = verdicts.estimate!;
    expect(low).toBeLessThan(expected);
    expect(expected).toBeLessThan(high);
    expect(Math.abs(expected - planted) / planted).toBeLessThan(0.5);
  });

  it('gives the same accuracy as a diagnosis of the same predictions', () => {
    const made = world(3000, 3, leaking(0.6));
    const { figures } = diagnose({
      classes: ['a', 'b', 'c'],
      labels: made.labels,
      predicted: predictedClasses({ ...made, classes: 3 }),
      probabilities: made.probabilities,
    });
    const { skill } = judgeLabels(predicted({ ...made, classes: 3 }));
    expect([skill.balancedAccuracy, skill.accuracy]).toEqual([
      expect.closeTo(figures.balancedAccuracy.value, 10),
      expect.closeTo(figures.accuracy.value, 10),
    ]);
  });

  it('suggests the true classes of the images', () => {
    const made = world(3000, 5, even(0.2, 5));
    const { flags, suggested } = judgeLabels(predicted({ ...made, classes: 5 }));
    const hits = made.truth.filter((k, i) => flags[i] === 1 && made.labels[i] !== k);
    const named = made.truth.filter((k, i) => flags[i] === 1 && made.labels[i] !== k && suggested[i] === k);
    expect(named.length / hits.length).toBeGreaterThan(0.85);
    flags.forEach((flag, i) => expect(flag === 1 && suggested[i] === made.labels[i]).toBe(false));
  });

  it('flags few labels if none is wrong, although the probe makes errors', () => {
    const made = world(3000, 5, (k) => k);
    const { flags } = judgeLabels(predicted({ ...made, classes: 5 }));
    expect(flags.reduce((sum, flag) => sum + flag, 0) / 3000).toBeLessThan(0.1);
  });

  it('prefers the results of a review to the predictions of the probe', () => {
    const made = world(3000, 5, (k) => k);
    const before = judgeLabels(predicted({ ...made, classes: 5 }));
    const reviewed = Array.from(before.wrong.keys())
      .sort((a, b) => before.wrong[b]! - before.wrong[a]!)
      .slice(0, 300);
    const rightAfterAll = new Int32Array(3000).fill(-1);
    for (const i of reviewed) rightAfterAll[i] = made.labels[i]!;
    const after = judgeLabels(predicted({ ...made, classes: 5 }), { known: rightAfterAll });
    expect(after.estimate!.expected).toBeLessThan(before.estimate!.expected);
    expect(reviewed.map((i) => [after.wrong[i], after.flags[i], after.suggested[i]])).toEqual(
      reviewed.map((i) => [0, 0, made.labels[i]]),
    );

    const noisy = world(3000, 5, even(0.2, 5));
    const first = judgeLabels(predicted({ ...noisy, classes: 5 }));
    const confirmed = judgeLabels(predicted({ ...noisy, classes: 5 }), {
      known: Int32Array.from(noisy.truth, (truth, i) => (i % 3 === 0 ? truth : -1)),
    });
    const planted = counted(first, noisy).planted;
    expect(Math.abs(confirmed.estimate!.expected - planted)).toBeLessThan(Math.abs(first.estimate!.expected - planted));
  });

  it('gives no estimate for an empty data set', () => {
    const { estimate, flags } = judgeLabels(
      predicted({ probabilities: new Float32Array(0), labels: new Int32Array(0), classes: 3 }),
    );
    expect(estimate).toBeNull();
    expect(flags.length).toBe(0);
  });
});

describe('the noise in labels', () => {
  it('finds a class of which a third has another label, and no other pair', () => {
    const made = world(4000, 4, leaking(0.33));
    const noise = noiseOf(made);
    expect(noiseShare(noise, 1, 0)).toBeGreaterThan(0.25);
    expect(noiseShare(noise, 1, 0)).toBeLessThan(0.42);
    for (const [given, truth] of [
      [0, 1],
      [2, 0],
      [3, 2],
      [1, 3],
    ] as const)
      expect(noiseShare(noise, given, truth)).toBeLessThan(0.06);
  });

  it('has columns that sum to 1', () => {
    for (const noise of [evenNoise(4, 0.2), noiseOf(world(400, 4, leaking(0.4)))]) {
      for (let truth = 0; truth < 4; truth++) {
        const sum = [0, 1, 2, 3].reduce((total, given) => total + noiseShare(noise, given, truth), 0);
        expect(sum).toBeCloseTo(1, 6);
      }
    }
  });

  it('is removed from scores that were fitted to noisy labels', () => {
    const made = world(4000, 4, leaking(0.4));
    // A linear fit to the given labels tends towards T times the result of a fit to the true labels.
    const scores = throughNoise(noiseOf(made), made.probabilities);
    const model = fitLatent(scores, { probabilities: scores, labels: made.labels, classes: 4 });
    const { truth } = model;
    const right = made.truth.filter((k, i) => [0, 1, 2, 3].every((j) => truth[i * 4 + k]! >= truth[i * 4 + j]!)).length;
    expect(right / 4000).toBeGreaterThan(0.88);
    expect(noiseShare(model.noise, 1, 0)).toBeGreaterThan(0.25);
  });

  it('is removed from the predictions of a net trained on the given labels', () => {
    const made = world(4000, 4, leaking(0.4));
    const given = throughNoise(noiseOf(made), made.probabilities);
    const truth = trainedTruth({ probabilities: given, labels: made.labels, classes: 4 });
    const right = made.truth.filter((k, i) => [0, 1, 2, 3].every((j) => truth[i * 4 + k]! >= truth[i * 4 + j]!)).length;
    expect(right / 4000).toBeGreaterThan(0.88);
    const sureness = (rows: Float32Array): number => made.truth.reduce((sum, k, i) => sum + rows[i * 4 + k]!, 0) / 4000;
    expect(sureness(truth)).toBeGreaterThan(sureness(given) + 0.05);
  });

  it('is not certain with a hundred images, because an error of the net may be its own mistake', () => {
    const labels = Int32Array.from({ length: 120 }, (_, i) => i % 3);
    const given = Float32Array.from(
      [...labels].flatMap((label, i) => [0, 1, 2].map((k) => (k === (i < 4 ? (label + 1) % 3 : label) ? 0.88 : 0.06))),
    );
    const truth = trainedTruth({ probabilities: given, labels, classes: 3 });
    for (let i = 0; i < 4; i++) expect(truth[i * 3 + labels[i]!]).toBeGreaterThan(0.005);
  });

  it('gives finite numbers for one class and for a class without images', () => {
    for (const [classes, labels] of [
      [1, [0, 0]],
      [3, [0, 0, 2]],
    ] as const) {
      const scores = Float32Array.from({ length: labels.length * classes }, (_, i) => (i % 3) / 3);
      const predictions = { probabilities: scores, labels: Int32Array.from(labels), classes };
      const { truth } = fitLatent(scores, predictions);
      expect([...truth, ...trainedTruth(predictions)].every(Number.isFinite)).toBe(true);
    }
  });
});

describe('deconvolution', () => {
  it('agrees with a calculation by hand for one image', () => {
    // Class 0 keeps all its labels, class 1 loses a quarter to class 0. An image with P(given = 0) = 0.625 belongs to
    // either class with probability ½.
    const noise: NoiseMatrix = {
      classes: 2,
      base: Float64Array.of(0, 0),
      given: Int32Array.of(0, 0, 1),
      truth: Int32Array.of(0, 1, 1),
      share: Float64Array.of(1, 0.25, 0.75),
    };
    const truth = deconvolver(noise)(Float32Array.of(0.625, 0.375), 0);
    expect([...truth]).toEqual([expect.closeTo(0.5, 2), expect.closeTo(0.5, 2)]);
  });
});

describe('temperature', () => {
  it('finds the sharpness from which the labels were drawn', () => {
    const random = seededRandom(2);
    const scores = Float32Array.from({ length: 9000 }, () => random());
    const shares = softmaxRows(scores, 3, 6);
    const labels = Int32Array.from({ length: 3000 }, (_, i) => {
      const u = random();
      return u < shares[i * 3]! ? 0 : u < shares[i * 3]! + shares[i * 3 + 1]! ? 1 : 2;
    });
    expect(fitSharpness(scores, labels, 3)).toBeGreaterThan(5);
    expect(fitSharpness(scores, labels, 3)).toBeLessThan(7);
  });
});
