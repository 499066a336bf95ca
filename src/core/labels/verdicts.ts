/** Label verdicts of a probe: which labels are wrong, how many in all, and whether the probe may judge. */
import { argmax } from '../statistics/argmax';
import { copyPosteriors, groupLists } from './copies';
import { type ConfidentJoint, confidentJoint } from './joint';
import { givenShares } from './latent';
import { fitNoise, likelihoods, type NoiseMatrix, weigh } from './noise';
import { predictedClasses, type ProbePredictions } from './predictions';
import { pairJudge, probeSkill, type Skill } from './skill';

/** The threshold of a flag: more likely wrong than right. */
export const WRONG_FROM = 0.5;
/** Probabilities below this are ignored. */
const LEAST_DOUBT = 0.01;

export interface ErrorEstimate {
  /** Expected number of wrong labels among the images that could be judged. */
  readonly expected: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
}

export interface LabelVerdicts {
  readonly skill: Skill;
  readonly noise: NoiseMatrix;
  readonly joint: ConfidentJoint;
  /**
   * P(the given label is wrong | image, given label), 0–1; 0 if the probe may not judge, or if a person found the label
   * right.
   */
  readonly wrong: Float64Array;
  /**
   * Most probable true class; the given class if that is more likely right than wrong, or if the probe may not judge.
   */
  readonly suggested: Int32Array;
  /** 1 if the label is flagged as wrong. */
  readonly flags: Uint8Array;
  /** 1 if the probe may judge this label. */
  readonly judged: Uint8Array;
  /** Null if the probe has not learned. */
  readonly estimate: ErrorEstimate | null;
}

/** What is known besides the predictions. */
export interface JudgedWith {
  /** Copies of one image share a number, −1 for no copies: they are judged by all their labels together. */
  readonly groups?: Int32Array | null;
  /**
   * True class of each image as a person decided it, −1 where nobody looked. The label noise is counted from these
   * first.
   */
  readonly known?: Int32Array | null;
}

/** The same probabilities, with certainty where the true class is known. */
function withKnown(probabilities: Float32Array, known: Int32Array, classes: number): Float32Array {
  const out = probabilities.slice();
  known.forEach((truth, i) => {
    if (truth >= 0) out.fill(0, i * classes, (i + 1) * classes)[i * classes + truth] = 1;
  });
  return out;
}

/**
 * Judges every label. `predictions.probabilities` are P(true class | image), predicted without the image's own label.
 * By Bayes with the estimated label noise T, P(true = k | image, given = y) ∝ P(k | image) T[y, k]. A label more likely
 * wrong than right is flagged if the probe can tell its given and its suggested class from the others and from each
 * other. A probe that has learned nothing judges nothing.
 */
export function judgeLabels(
  predictions: ProbePredictions,
  { groups = null, known = null }: JudgedWith = {},
): LabelVerdicts {
  const { probabilities, labels, classes } = predictions;
  const noise = fitNoise(known === null ? probabilities : withKnown(probabilities, known, classes), labels, classes);
  const skill = probeSkill(
    { probabilities: givenShares(noise, probabilities), labels, classes },
    predictedClasses(predictions),
  );
  const told = skill.perClass.map((entry) => entry.told);
  const pairTold = pairJudge(predictions);
  const rows = likelihoods(noise);
  const together = copyPosteriors(predictions, groupLists(groups), noise);
  const posterior = new Float64Array(classes);
  const wrong = new Float64Array(labels.length);
  const suggested = Int32Array.from(labels);
  labels.forEach((given, i) => {
    // A label that a person found right is never flagged, however confident the probe is.
    if (!told[given] || known?.[i] === given) return;
    const shared = together.get(i);
    if (shared) posterior.set(shared);
    else weigh(probabilities, i, rows[given]!, posterior);
    // Probability of a class that the probe cannot tell from the given class counts for the given class as well.
    for (let k = 0; k < classes; k++) {
      if (k === given || posterior[k]! < LEAST_DOUBT || (told[k] && pairTold(given, k))) continue;
      posterior[given] = posterior[given]! + posterior[k]!;
      posterior[k] = 0;
    }
    wrong[i] = Math.min(1, Math.max(0, 1 - posterior[given]!));
    const own = posterior[given]!;
    posterior[given] = 0;
    const other = argmax(posterior, 0, classes);
    // If several classes share the probability, the label can be more likely wrong than right although no single class
    // is more likely than it.
    const rival = posterior[other]!;
    if (rival > 0 && (wrong[i] > WRONG_FROM || rival > own)) suggested[i] = other;
  });
  const judged = Uint8Array.from(labels, (label) => (told[label] ? 1 : 0));
  const flags = Uint8Array.from(labels, (label, i) => (wrong[i]! > WRONG_FROM && suggested[i] !== label ? 1 : 0));
  // The sum of probabilities without the labels found right would be too low: labels found wrong count as one each.
  const settled = wrong.map((p, i) =>
    known !== null && known[i]! >= 0 && known[i] !== labels[i] && judged[i] === 1 ? 1 : p,
  );
  return {
    skill,
    noise,
    joint: confidentJoint(predictions),
    wrong,
    suggested,
    flags,
    judged,
    estimate: skill.verdict === 'learned' ? estimateErrors(settled) : null,
  };
}

/**
 * Σ P(wrong). Its variance is that of independent events plus, because T was estimated from as many errors, that of a
 * count.
 */
function estimateErrors(wrong: Float64Array): ErrorEstimate {
  let expected = 0;
  let variance = 0;
  for (const p of wrong) {
    expected += p;
    variance += p * (1 - p);
  }
  const half = 1.96 * Math.sqrt(variance + expected);
  return { expected, low: Math.max(0, expected - half), high: Math.min(wrong.length, expected + half) };
}
