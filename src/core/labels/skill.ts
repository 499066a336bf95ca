/**
 * The skill gate: what a probe must have learned before it may call a label wrong. Without it, a collapsed probe would
 * make confident learning flag whole classes of correct labels.
 */
import { isClearSignal } from '../statistics/clear-signal';
import { counted, percent } from '../text/numbers';
import { countLabels, predictedClasses, type ProbePredictions } from './predictions';

export type SkillVerdict = 'learned' | 'weak' | 'collapsed' | 'chance';

/** Standard errors above chance that count as skill. */
const SIGNIFICANT = 3;
/** The same for one of many classes. About one class in 4,000 reaches this by chance. */
const CLASS_SIGNIFICANT = 3.5;
/** Fewest images of the largest class from which a probe can learn anything about one that it does not see. */
const LEAST_IMAGES = 3;
/** Fewest images of a class that can reach CLASS_SIGNIFICANT. */
const LEAST_TOLD = 5;
/** Least entropy of the predicted classes, relative to its maximum. Below it, nearly all predictions are one class. */
const COLLAPSED_EFFECTIVE = 1.2;
/**
 * Least reduction of the log-loss, as a fraction of ln K, for label verdicts. Below it, the probe makes more errors
 * than the labels contain.
 */
const WEAK_LOG_LOSS_SKILL = 0.05;
/** Least recall of a class whose labels are judged. The probe knows little about a class that it seldom predicts. */
const CLASS_RECALL = 0.1;
/** Least probability that a random image of a class ranks above a random image of another class (AUC). */
const CLASS_SEPARATION = 0.65;

export interface ClassSkill {
  readonly images: number;
  readonly recall: number;
  /**
   * P(an image given this class scores higher for it than an image given another class); 0.5 is chance (Mann–Whitney).
   */
  readonly separation: number;
  /** (separation − ½) in standard errors under chance. */
  readonly z: number;
  /** Whether labels of this class may be judged. */
  readonly told: boolean;
}

export interface Skill {
  readonly verdict: SkillVerdict;
  /** Mean recall over the classes that have images. */
  readonly balancedAccuracy: number;
  /** 1 / number of classes with images. */
  readonly chance: number;
  /** (balanced accuracy − chance) in standard errors of random guessing. */
  readonly z: number;
  readonly accuracy: number;
  readonly majorityShare: number;
  /** exp of the entropy of the predicted classes; 1 means only one class. */
  readonly effectiveClasses: number;
  /** H(mean of P) − mean of H(P), in nats: how much the output depends on the image (mutual information). */
  readonly information: number;
  /** 1 − cross-entropy / entropy of the class shares: the share of the label entropy that the probe explains. */
  readonly logLossSkill: number;
  readonly perClass: readonly ClassSkill[];
  /** One sentence for the user. */
  readonly sentence: string;
}

function entropyOf(shares: ArrayLike<number>): number {
  let entropy = 0;
  for (let k = 0; k < shares.length; k++) if (shares[k]! > 0) entropy -= shares[k]! * Math.log(shares[k]!);
  return entropy;
}

/**
 * Compares out-of-sample probabilities with the given labels.
 * @param predicted class of each image, if it may differ from the class with the highest probability. Diagnoses show
 * the most probable true class here.
 */
export function probeSkill(predictions: ProbePredictions, predicted = predictedClasses(predictions)): Skill {
  const { probabilities, labels, classes } = predictions;
  const n = labels.length;
  const counts = countLabels(labels, classes);
  const present = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  const right = new Int32Array(classes);
  const guessed = new Int32Array(classes);
  const mean = new Float64Array(classes);
  let meanEntropy = 0;
  let crossEntropy = 0;
  for (let i = 0; i < n; i++) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    if (predicted[i] === labels[i]) right[labels[i]!]! += 1;
    guessed[predicted[i]!]! += 1;
    row.forEach((p, k) => (mean[k]! += p / n));
    meanEntropy += entropyOf(row) / n;
    crossEntropy -= Math.log(Math.max(1e-12, row[labels[i]!]!)) / n;
  }
  const chance = present > 0 ? 1 / present : 1;
  let balancedAccuracy = 0;
  let variance = 0;
  counts.forEach((count, k) => {
    if (count === 0) return;
    balancedAccuracy += right[k]! / count / present;
    variance += (chance * (1 - chance)) / count / (present * present);
  });
  const priorEntropy = entropyOf(Float64Array.from(counts, (count) => count / n));
  const figures = {
    balancedAccuracy,
    chance,
    z: variance > 0 ? (balancedAccuracy - chance) / Math.sqrt(variance) : 0,
    accuracy: n > 0 ? right.reduce((sum, count) => sum + count, 0) / n : 0,
    majorityShare: n > 0 ? Math.max(0, ...counts) / n : 0,
    effectiveClasses: Math.exp(entropyOf(Float64Array.from(guessed, (count) => count / n))),
    information: Math.max(0, entropyOf(mean) - meanEntropy),
    logLossSkill: priorEntropy > 0 ? 1 - crossEntropy / priorEntropy : 0,
  };
  const verdict = verdictOf(figures, present);
  const perClass = Array.from(counts, (count, k): ClassSkill => {
    const { separation, z } = classSeparation(predictions, k);
    const recall = count > 0 ? right[k]! / count : 0;
    return {
      images: count,
      recall,
      separation,
      z,
      told: verdict === 'learned' && recall >= CLASS_RECALL && isTold({ separation, z }),
    };
  });
  const most = counts.reduce((largest, count) => Math.max(largest, count), 0);
  if (verdict === 'learned' && !perClass.some(({ told }) => told))
    return { verdict: 'weak', ...figures, perClass, sentence: noClassSentence(figures, most) };
  const few = isClearSignal(chance + SIGNIFICANT * Math.sqrt(variance), chance) || most < LEAST_IMAGES;
  return { verdict, ...figures, perClass, sentence: sentenceOf(verdict, figures, present, few) };
}

function noClassSentence(figures: Figures, most: number): string {
  const why = most < LEAST_TOLD ? `: the largest class has only ${counted(most, 'image')}` : '';
  return `The probe is better than chance (${accuracyOf(figures)}), but it knows no class well enough to judge its labels${why}.`;
}

const accuracyOf = ({ balancedAccuracy, chance }: Figures): string =>
  `balanced accuracy ${percent(balancedAccuracy)}, chance ${percent(chance)}`;

type Figures = Pick<
  Skill,
  | 'balancedAccuracy'
  | 'chance'
  | 'z'
  | 'accuracy'
  | 'majorityShare'
  | 'effectiveClasses'
  | 'information'
  | 'logLossSkill'
>;

function verdictOf(figures: Figures, present: number): SkillVerdict {
  if (present < 2) return 'chance';
  if (figures.z < SIGNIFICANT) return figures.effectiveClasses < COLLAPSED_EFFECTIVE ? 'collapsed' : 'chance';
  return figures.logLossSkill >= WEAK_LOG_LOSS_SKILL ? 'learned' : 'weak';
}

/** @param few a probe that is clearly better than guessing could look like chance, because the images are few */
function sentenceOf(verdict: SkillVerdict, figures: Figures, present: number, few: boolean): string {
  const accuracy = accuracyOf(figures);
  switch (verdict) {
    case 'learned':
      return `The probe tells the classes apart (${accuracy}), so it may judge labels.`;
    case 'weak':
      return `The probe is better than chance (${accuracy}) but too unsure to call single labels wrong.`;
    case 'collapsed':
      return `The probe predicts one class for nearly everything: its accuracy of ${percent(figures.accuracy)} is the share of the largest class (${percent(figures.majorityShare)}). It cannot judge labels.`;
    case 'chance':
      if (present < 2) return 'There is only one class, so there is nothing to tell apart and no label to judge.';
      if (few)
        return `The images are too few to tell whether the probe does better than guessing (${accuracy}). It cannot judge labels.`;
      return `The probe does no better than guessing (${accuracy}): it found no connection between these images and their labels. It cannot judge labels.`;
  }
}

/** Whether P(class k) is higher for images given k than for images given other classes. */
function classSeparation({ probabilities, labels, classes }: ProbePredictions, k: number): Separation {
  const own: number[] = [];
  const others: number[] = [];
  labels.forEach((label, i) => (label === k ? own : others).push(probabilities[i * classes + k]!));
  return separationOf(own, others);
}

/**
 * Returns a function that tells whether the probe can distinguish two classes. A probe may be certain that an image
 * belongs to one of two classes without knowing which. Answers are cached.
 */
export function pairJudge({ probabilities, labels, classes }: ProbePredictions): (a: number, b: number) => boolean {
  const members: number[][] = Array.from({ length: classes }, () => []);
  labels.forEach((label, i) => members[label]!.push(i));
  const known = new Map<number, boolean>();
  return (a, b) => {
    const key = Math.min(a, b) * classes + Math.max(a, b);
    const found = known.get(key);
    if (found !== undefined) return found;
    const odds = (i: number): number =>
      Math.log((probabilities[i * classes + a]! + 1e-9) / (probabilities[i * classes + b]! + 1e-9));
    const told = isTold(separationOf(members[a]!.map(odds), members[b]!.map(odds)));
    known.set(key, told);
    return told;
  };
}

interface Separation {
  readonly separation: number;
  readonly z: number;
}

function isTold({ separation, z }: Separation): boolean {
  return z >= CLASS_SIGNIFICANT && separation >= CLASS_SEPARATION;
}

/**
 * P(a random value of `own` exceeds a random value of `others`), where ties count half, and its distance from ½ in
 * standard errors (Mann & Whitney 1947).
 */
export function separationOf(own: ArrayLike<number>, others: ArrayLike<number>): Separation {
  if (own.length === 0 || others.length === 0) return { separation: 0.5, z: 0 };
  const high = Float64Array.from(own).sort();
  const low = Float64Array.from(others).sort();
  let below = 0;
  let upTo = 0;
  let wins = 0;
  for (const value of high) {
    while (below < low.length && low[below]! < value) below += 1;
    while (upTo < low.length && low[upTo]! <= value) upTo += 1;
    wins += (below + upTo) / 2;
  }
  const separation = wins / (high.length * low.length);
  return {
    separation,
    z: (separation - 0.5) / Math.sqrt((high.length + low.length + 1) / (12 * high.length * low.length)),
  };
}
