/** The label verdicts of a probe: which labels are wrong, how many there are in all, and whether it may say so. */
import { argmax } from '../statistics/argmax';
import { copyPosteriors, groupLists } from './copies';
import { type ConfidentJoint, confidentJoint } from './joint';
import { givenShares } from './latent';
import { fitNoise, likelihoods, type NoiseMatrix, weigh } from './noise';
import { predictedClasses, type ProbePredictions } from './predictions';
import { pairJudge, probeSkill, type Skill } from './skill';

/** More likely wrong than right. */
export const WRONG_FROM = 0.5;
/** Doubts below this are not looked into. */
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
   * P(the given label is wrong | image, given label), 0–1; 0 where the probe may not judge, or a person found the label
   * right.
   */
  readonly wrong: Float64Array;
  /** Likeliest true class; the given one where that is right more likely than not, or where the probe may not judge. */
  readonly suggested: Int32Array;
  /** 1 where the label is called wrong. */
  readonly flags: Uint8Array;
  /** 1 where the probe may judge the image's label. */
  readonly judged: Uint8Array;
  /** Null where the probe has not learned. */
  readonly estimate: ErrorEstimate | null;
}

/** What is known beside the predictions. */
export interface JudgedWith {
  /** Copies of one picture share a number, −1 is none: they are judged by all their labels together. */
  readonly groups?: Int32Array | null;
  /**
   * True class of each image as a person told it, −1 where nobody looked: how often which label is wrong is counted
   * from these first.
   */
  readonly known?: Int32Array | null;
}

/** The same probabilities, sure of what is known. */
function withKnown(probabilities: Float32Array, known: Int32Array, classes: number): Float32Array {
  const out = probabilities.slice();
  known.forEach((truth, i) => {
    if (truth >= 0) out.fill(0, i * classes, (i + 1) * classes)[i * classes + truth] = 1;
  });
  return out;
}

/**
 * Judges every label. `predictions.probabilities` are P(true class | image), made without the image's own label. By
 * Bayes with the noise T that
 * the labels themselves show, P(true = k | image, given = y) ∝ P(k | image) T[y, k]; a label more likely wrong than
 * right is flagged, if the
 * probe can tell its given and its suggested class, from the others and from each other. A probe that has learned
 * nothing judges nothing.
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
    // What a person found right is no doubt any more, however sure the probe is.
    if (!told[given] || known?.[i] === given) return;
    const shared = together.get(i);
    if (shared) posterior.set(shared);
    else weigh(probabilities, i, rows[given]!, posterior);
    // What speaks for a class that the probe cannot tell from the given one speaks for the given one as much.
    for (let k = 0; k < classes; k++) {
      if (k === given || posterior[k]! < LEAST_DOUBT || (told[k] && pairTold(given, k))) continue;
      posterior[given] = posterior[given]! + posterior[k]!;
      posterior[k] = 0;
    }
    wrong[i] = Math.min(1, Math.max(0, 1 - posterior[given]!));
    const own = posterior[given]!;
    posterior[given] = 0;
    const other = argmax(posterior, 0, classes);
    // Where several others share the doubt, the label is likelier wrong than right although none of them alone is
    // likelier than it.
    const rival = posterior[other]!;
    if (rival > 0 && (wrong[i] > WRONG_FROM || rival > own)) suggested[i] = other;
  });
  const judged = Uint8Array.from(labels, (label) => (told[label] ? 1 : 0));
  const flags = Uint8Array.from(labels, (label, i) => (wrong[i]! > WRONG_FROM && suggested[i] !== label ? 1 : 0));
  // Doubts alone, with those taken out that proved right, would count too few: what proved wrong counts whole.
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
 * Σ P(wrong); its spread is that of independent events and, since T was counted from as many errors, that of a count.
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
