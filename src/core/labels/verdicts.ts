/** A probe's verdicts on labels: which labels are wrong, how many there are in all, and whether the probe may judge. */
import { argmax } from '../statistics/argmax';
import { copyPosteriors, groupLists } from './copies';
import { UNUSUAL, wrongShare, type WrongShare } from './counting';
import { type ConfidentJoint, confidentJoint } from './joint';
import type { CountInPairs } from './leaks';
import { fitNoise, likelihoods, type NoiseMatrix, weigh } from './noise';
import { noiseEvidence, type NoiseEvidence } from './noise-evidence';
import type { ProbePredictions } from './predictions';
import { pairJudge, probeSkill, type Skill } from './skill';

/**
 * A label is flagged above this probability of being wrong. The limit is below one half because the probabilities are
 * cautious: in sets with known errors (photographs, emoji, textures; strong and weak probes), 47–80 % of the labels at
 * 0.4–0.5 are wrong.
 */
export const WRONG_FROM = 0.4;
/** Probabilities below this are ignored. */
const LEAST_DOUBT = 1e-4;

/** Predictions of the given label (with the label noise) and of the true class (without it). */
export interface LabelPredictions extends ProbePredictions {
  /** P(true class | image), n × classes, row-major; `probabilities` are P(given label | image). */
  readonly truth: Float32Array;
}

export interface ErrorEstimate {
  /** Expected number of wrong labels among the images that could be judged. */
  readonly expected: number;
  /**
   * 95 % interval for errors that are spread at random, evenly or over pairs of classes. Human errors are often on
   * pictures that look like the wrong class, where nothing distinguishes them from right labels. There may be more
   * errors of this kind.
   */
  readonly low: number;
  readonly high: number;
}

export interface LabelVerdicts {
  readonly skill: Skill;
  readonly noise: NoiseMatrix;
  readonly joint: ConfidentJoint;
  /**
   * P(the given label is wrong | image, given label), 0–1; 0 if the probe may not judge, or if a person confirmed the
   * label.
   */
  readonly wrong: Float64Array;
  /**
   * Most probable true class; the given class if the label is not flagged and no class is more probable, or if the
   * probe may not judge.
   */
  readonly suggested: Int32Array;
  /** 1 if the label is flagged as wrong. */
  readonly flags: Uint8Array;
  /** 1 if the probe may judge this label. */
  readonly judged: Uint8Array;
  /** Null if the probe has not learned. */
  readonly estimate: ErrorEstimate | null;
}

/** What is known in addition to the predictions. */
export interface JudgedWith {
  /**
   * Copies of one picture have the same number and are judged by all their labels together; −1 for images without
   * copies.
   */
  readonly groups?: Int32Array | null;
  /**
   * True class of each image if a person decided it, otherwise −1. These decisions come first when the label noise is
   * counted.
   */
  readonly known?: Int32Array | null;
}

/** The same probabilities, but certain where a person decided the true class. */
function withKnown(probabilities: Float32Array, known: Int32Array, classes: number): Float32Array {
  const out = probabilities.slice();
  known.forEach((truth, i) => {
    if (truth >= 0) out.fill(0, i * classes, (i + 1) * classes)[i * classes + truth] = 1;
  });
  return out;
}

/**
 * The same probabilities of the true class, with the share of right labels whose pictures look like another class. The
 * probe gives such a picture next to no probability for its label, as if the label were wrong.
 */
function withUnusual({ truth, labels, classes }: LabelPredictions): Float32Array {
  const out = truth.slice();
  labels.forEach((label, i) => (out[i * classes + label]! += UNUSUAL / Math.max(1, classes - 1)));
  return out;
}

/**
 * Judges every label by predictions that were made without the image's own label. By Bayes with the estimated label
 * noise T, P(true = k | image, given = y) ∝ P(k | image) T[y, k]. A label that is probably wrong is flagged only if the
 * probe can distinguish the given and the suggested class from the others and from each other. If the probe has learned
 * nothing, no label is judged.
 */
export function judgeLabels(
  predictions: LabelPredictions,
  { groups = null, known = null }: JudgedWith = {},
): LabelVerdicts {
  const { labels, classes } = predictions;
  const unusual = withUnusual(predictions);
  const {
    evidence,
    fitted: { noise, truth },
  } = noiseEvidence(predictions, (found) => {
    // The unusual pictures are few beside the labels that leak, and would blur which pairs leak.
    const truth = found.leaks.length === 0 ? unusual : predictions.truth;
    const reviewed = known === null ? truth : withKnown(truth, known, classes);
    return { truth, noise: fitNoise(reviewed, labels, classes, found) };
  });
  const skill = probeSkill(predictions);
  const told = skill.perClass.map((entry) => entry.told);
  const truths = { probabilities: predictions.truth, labels, classes };
  const pairTold = pairJudge(truths);
  const rows = likelihoods(noise);
  const together = copyPosteriors({ ...truths, probabilities: truth }, groupLists(groups), noise);
  const posterior = new Float64Array(classes);
  const wrong = new Float64Array(labels.length);
  const suggested = Int32Array.from(labels);
  labels.forEach((given, i) => {
    // A label that a person confirmed is never flagged, however confident the probe is.
    if (!told[given] || known?.[i] === given) return;
    const shared = together.get(i);
    if (shared) posterior.set(shared);
    else weigh(truth, i, rows[given]!, posterior);
    // If the probe cannot distinguish a class from the given class, the probability of that class counts for the given
    // class too.
    for (let k = 0; k < classes; k++) {
      if (k === given || posterior[k]! < LEAST_DOUBT || (told[k] && pairTold(given, k))) continue;
      posterior[given] = posterior[given]! + posterior[k]!;
      posterior[k] = 0;
    }
    wrong[i] = Math.min(1, Math.max(0, 1 - posterior[given]!));
    const own = posterior[given]!;
    posterior[given] = 0;
    const other = argmax(posterior, 0, classes);
    // If several classes share the probability, the label can be flagged although no single class is more likely.
    const rival = posterior[other]!;
    if (rival > 0 && (wrong[i] > WRONG_FROM || rival > own)) suggested[i] = other;
  });
  const judged = Uint8Array.from(labels, (label) => (told[label] ? 1 : 0));
  const flags = Uint8Array.from(labels, (label, i) => (wrong[i]! > WRONG_FROM && suggested[i] !== label ? 1 : 0));
  // Confirmed labels count as 0 in the sum. So labels that a person found wrong must count as 1, otherwise the sum
  // would be too low.
  const settled = wrong.map((p, i) =>
    known !== null && known[i]! >= 0 && known[i] !== labels[i] && judged[i] === 1 ? 1 : p,
  );
  return {
    skill,
    noise,
    joint: confidentJoint(truths),
    wrong,
    suggested,
    flags,
    judged,
    estimate: skill.verdict === 'learned' ? estimateErrors(settled, predictions, evidence, told, known) : null,
  };
}

/** Number of standard errors in a 95 % interval. */
const ERRORS = 1.96;

/**
 * Combines two estimates that err in different ways: Σ P(wrong), which trusts the probe, and the ratio of the tails,
 * which does not. The interval covers both. Σ P(wrong) has twice the variance of a count, because T was itself
 * estimated from the same number of errors.
 */
function estimateErrors(
  wrong: Float64Array,
  predictions: LabelPredictions,
  evidence: NoiseEvidence,
  told: readonly boolean[],
  known: Int32Array | null,
): ErrorEstimate {
  const { labels, truth, classes } = predictions;
  const foundRight = (i: number): boolean => known !== null && known[i] === labels[i];
  const countOf = (decided: (i: number) => boolean): number =>
    labels.reduce((sum, label, i) => sum + (told[label] && decided(i) ? 1 : 0), 0);
  const judged = countOf(() => true);
  const rightOnes = countOf(foundRight);
  const wrongOnes = countOf((i) => known !== null && known[i]! >= 0 && known[i] !== labels[i]);
  const sum = wrong.reduce((total, p) => total + p, 0);
  const error = ERRORS * Math.sqrt(2 * sum + 1);
  const given = wrongShare(predictions, { told, foundRight });
  const cleaned =
    evidence.leaks.length === 0 ? given : wrongShare({ probabilities: truth, labels, classes }, { told, foundRight });
  const unreviewed = judged === 0 ? 0 : (judged - rightOnes - wrongOnes) / judged;
  const most = judged - rightOnes;
  const low = Math.max(wrongOnes, Math.min(cleaned.low * judged, sum - error - UNUSUAL * judged));
  const high = Math.min(
    most,
    Math.max(
      low,
      sum + error,
      withPairs(cleaned, judged, unreviewed, [evidence.hinted]),
      withPairs(given, judged, unreviewed, [evidence.leaked, evidence.hinted]),
    ),
  );
  return { expected: Math.min(high, Math.max(low, sum)), low, high };
}

/**
 * Upper bound of the wrong labels, evenly spread ones and those of single pairs. The errors of the counts are
 * independent, so their margins are added as squares.
 */
function withPairs(
  { low, high }: WrongShare,
  judged: number,
  unreviewed: number,
  pairs: readonly CountInPairs[],
): number {
  const margin = ((high - low) / 2) * judged;
  const margins = pairs.reduce((sum, pair) => sum + (pair.margin * unreviewed) ** 2, margin ** 2);
  const count = pairs.reduce((sum, pair) => sum + pair.count * unreviewed, high * judged - margin);
  return count + Math.sqrt(margins);
}
