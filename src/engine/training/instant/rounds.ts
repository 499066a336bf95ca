/**
 * A round of the instant probe: from scores to probabilities, and from these to the targets of the second round. Loads no
 * TensorFlow.
 */
import { fitLatent } from '../../../core/labels/latent';
import { fitSharpness, softmaxRows } from '../../../core/labels/temperature';
import { judgeLabels } from '../../../core/labels/verdicts';
import { PENALTIES } from './penalties';
import { meanLeverage, type RidgeBasis } from './sums';

/**
 * Mean leverage (effect of an image's own label on its score) up to which suspected labels are corrected in a second
 * round. AP without and with it: 10,000 digits at 0.05: .9983, .9988; 3,500 at 0.12: .9967, .9974; 4,872 textures at
 * 0.20: .9936, .9929 and F1 .962, .969; 3,781 photographs at 0.46: .9636, .9656 and F1 .889, .900, and at 0.39, without
 * the pretrained network: .809, .817 and F1 .670, .681; 1,218 textures at 0.58: .974, .951.
 */
export const LEVERAGE_MOST = 0.5;

interface Labelled {
  readonly labels: Int32Array;
  readonly classes: number;
}

export interface Round {
  /** P(given label | image), images × classes. */
  readonly probabilities: Float32Array;
  /** P(true class | image), images × classes. */
  readonly truth: Float32Array;
  readonly sharpness: number;
}

/** @param scores images × classes, each predicted without its image */
export function roundOf(scores: Float32Array, { labels, classes }: Labelled): Round {
  const probabilities = softmaxRows(scores, classes, fitSharpness(scores, labels, classes));
  const { truth, sharpness } = fitLatent(scores, { probabilities, labels, classes });
  return { probabilities, truth, sharpness };
}

/** What was chosen in the rounds, for interested users. @param penalty an index of PENALTIES, that of the first round */
export function roundChoices(made: {
  readonly landmarks: number;
  readonly rounds: number;
  readonly penalty: number;
  readonly sharpness: number;
}): { name: string; value: string }[] {
  return [
    { name: 'landmarks', value: String(made.landmarks) },
    { name: 'rounds', value: String(made.rounds) },
    { name: 'penalty', value: PENALTIES[made.penalty]!.toPrecision(2) },
    { name: 'sharpness', value: made.sharpness.toPrecision(2) },
  ];
}

/** How much a round doubts each label. */
export interface Doubts {
  /** P(the given label is wrong). */
  readonly wrong: Float64Array;
  /** Most probable class. */
  readonly suggested: Int32Array;
}

/** Null if the round has not learned. */
export function doubtsOf({ probabilities, truth }: Round, labelled: Labelled): Doubts | null {
  const { skill, wrong, suggested } = judgeLabels({ probabilities, truth, ...labelled });
  return skill.verdict === 'learned' ? { wrong, suggested } : null;
}

/** 1 in the column of the label, 0 elsewhere: images × classes. */
export function oneHot(labels: Int32Array, classes: number): Float32Array {
  const targets = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => (targets[i * classes + label] = 1));
  return targets;
}

/** The target of a suspect is divided between the given and the suggested class. */
export function targetsOf({ labels, classes }: Labelled, doubts: Doubts | null): Float32Array {
  const targets = oneHot(labels, classes);
  doubts?.wrong.forEach((wrong, i) => {
    targets[i * classes + labels[i]!]! -= wrong;
    targets[i * classes + doubts.suggested[i]!]! += wrong;
  });
  return targets;
}

/**
 * Probabilities from the scores of all images, and the doubts for a second round: null where there is none.
 * @param chosen from `chosenPenalties`
 */
export function judgeScores(
  scores: Float32Array,
  { labels, classes }: Labelled,
  basis: Pick<RidgeBasis, 'spectrum' | 'images'>,
  chosen: readonly number[],
): { readonly round: Round; readonly doubts: Doubts | null } {
  const labelled = { labels, classes };
  const round = roundOf(scores, labelled);
  const confirms = meanLeverage(basis, PENALTIES[chosen[0]!]!) > LEVERAGE_MOST;
  return { round, doubts: confirms ? null : doubtsOf(round, labelled) };
}
