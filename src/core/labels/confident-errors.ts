/**
 * Separates wrong labels from the confident errors of a model. Both look alike in a single image: a prediction that is
 * nearly certain and contradicts the label. Over all images they differ. Evenly spread wrong labels give a predicted
 * class every other label equally often. A model that confuses two classes with certainty contradicts labels in both
 * directions of this pair. And a model whose errors are as frequent where it is certain as elsewhere does not know when
 * it is wrong, so that its certainty proves nothing.
 */
import { evenNoise, type NoiseMatrix } from './noise';
import { predictedClasses, type ProbePredictions } from './predictions';
import { separationOf } from './skill';

/** Shares of the images that are taken as clear: the images whose predicted class has the highest probability. */
const CLEAR = [1 / 2, 1 / 4, 1 / 8];
/** A pair stands out if its count is this many standard errors above the even count, and not below this count. */
const OUTSTANDING = { errors: 3, count: 3 };
/** Rounds in which pairs that stand out are left out of the even rate. */
const ROUNDS = 6;
/**
 * Predictions are overconfident if their mean probability of the predicted class exceeds the share of the labels that
 * they match by at least this much and by this many standard errors.
 */
const OVERCONFIDENT = { excess: 0.01, errors: 3 };
/** Standard errors above chance from which on the certainty of a model tells its errors from its right predictions. */
const TELLING = 3;

/**
 * Least share of the right labels that a model predicts if its contradictions are to prove something. Below it, even its
 * clearest predictions are often wrong: of 1,218 right labels, linear models and naive Bayes on pixels, with .44–.47,
 * had 380–440 called wrong.
 */
const KNOWN_LEAST = 0.6;

function certainties({ probabilities, labels, classes }: ProbePredictions, predicted: Int32Array): Float64Array {
  return Float64Array.from(labels, (_, i) => probabilities[i * classes + predicted[i]!]!);
}

/** Why the certainty of a model does not prove that a label is wrong. */
export interface Unproven {
  /** `weak`: the model predicts too few labels. `blind`: it is as wrong where it is surest as elsewhere. */
  readonly why: 'weak' | 'blind';
  /** Mean probability of the predicted class, 0–1. */
  readonly certainty: number;
  /** Share of the given labels that the model predicts, 0–1. */
  readonly accuracy: number;
}

/**
 * Whether the contradictions of a model say little about the labels, because it predicts too few of them, or because it
 * is surer than it is right and contradicts labels about as often where it is sure as elsewhere. Null if they do say
 * something.
 * @param predictions as the model gave them
 */
export function unproven(predictions: ProbePredictions): Unproven | null {
  const { labels } = predictions;
  const predicted = predictedClasses(predictions);
  const sure = certainties(predictions, predicted);
  const images = Math.max(1, labels.length);
  const matched = sure.filter((_, i) => predicted[i] === labels[i]);
  const contradicted = sure.filter((_, i) => predicted[i] !== labels[i]);
  const accuracy = matched.length / images;
  const certainty = sure.reduce((sum, p) => sum + p, 0) / images;
  if (labels.length > 0 && accuracy < KNOWN_LEAST * (1 - confidentErrors(predictions).noiseHigh))
    return { why: 'weak', certainty, accuracy };
  const error = Math.sqrt((accuracy * (1 - accuracy)) / images);
  if (certainty - accuracy < Math.max(OVERCONFIDENT.excess, OVERCONFIDENT.errors * error)) return null;
  return separationOf(matched, contradicted).z < TELLING ? { why: 'blind', certainty, accuracy } : null;
}

/** How often the clear images predicted as one class have each label: [given, predicted]. */
interface Contradictions {
  readonly counts: Float64Array;
  /** Clear images of each predicted class. */
  readonly of: Float64Array;
  /** 1 where a pair has clearly more images than the even rate explains. */
  readonly outstanding: Uint8Array;
  /** Images of one other label per image of a predicted class, without the outstanding pairs. */
  readonly even: number;
  /** Bounds of the share of wrong labels if these are spread evenly, 0–1 (one standard error). */
  readonly low: number;
  readonly high: number;
}

/** Mean probability of each class over the images predicted as one class: [predicted, class]. */
function typicalOf({ probabilities, labels, classes }: ProbePredictions, predicted: Int32Array): Float64Array {
  const typical = new Float64Array(classes * classes);
  const of = new Float64Array(classes);
  labels.forEach((_, i) => {
    of[predicted[i]!]! += 1;
    for (let k = 0; k < classes; k++) typical[predicted[i]! * classes + k]! += probabilities[i * classes + k]!;
  });
  return typical.map((sum, at) => sum / Math.max(1, of[Math.floor(at / classes)]!));
}

/**
 * Whether the given label is among the less probable half of the classes other than the predicted one. Classes with the
 * same probability, such as those without a vote of a neighbour, are in the order of their typical probabilities. 0–1
 * if these are the same too.
 */
function isUnlikely(
  { probabilities, labels, classes }: ProbePredictions,
  typical: Float64Array,
  image: number,
  predicted: number,
): number {
  const given = labels[image]!;
  const p = probabilities[image * classes + given]!;
  const usual = typical[predicted * classes + given]!;
  let [above, equal] = [0, 0];
  for (let k = 0; k < classes; k++) {
    if (k === predicted) continue;
    const more = probabilities[image * classes + k]! - p || typical[predicted * classes + k]! - usual;
    if (more > 0) above += 1;
    else if (more === 0) equal += 1;
  }
  const likely = Math.floor((classes - 1) / 2);
  return Math.min(1, Math.max(0, (above + equal - likely) / equal));
}

function contradictionsOf(
  predictions: ProbePredictions,
  predicted: Int32Array,
  typical: Float64Array,
  isClear: (image: number) => boolean,
): Contradictions {
  const { labels, classes } = predictions;
  const counts = new Float64Array(classes * classes);
  const of = new Float64Array(classes);
  const unlikely = new Float64Array(classes * classes);
  labels.forEach((label, i) => {
    if (!isClear(i)) return;
    const pair = label * classes + predicted[i]!;
    counts[pair]! += 1;
    of[predicted[i]!]! += 1;
    if (label !== predicted[i]) unlikely[pair]! += isUnlikely(predictions, typical, i, predicted[i]!);
  });
  const outstanding = new Uint8Array(classes * classes);
  const rate = { even: 0, low: 0, high: 0 };
  const unlikelyShare = 1 - Math.floor((classes - 1) / 2) / (classes - 1);
  for (let round = 0; round < ROUNDS; round++) {
    let [count, exposed, spread] = [0, 0, 0];
    for (let at = 0; at < counts.length; at++) {
      if (Math.floor(at / classes) === at % classes || outstanding[at] === 1) continue;
      count += counts[at]!;
      exposed += of[at % classes]!;
      spread += unlikely[at]!;
    }
    const scale = exposed > 0 ? (classes - 1) / (unlikelyShare * exposed) : 0;
    rate.even = exposed > 0 ? count / exposed : 0;
    rate.low = Math.max(0, spread - Math.sqrt(spread)) * scale;
    rate.high = (spread + Math.sqrt(spread + 1)) * scale;
    let found = false;
    for (let at = 0; at < counts.length; at++) {
      if (Math.floor(at / classes) === at % classes || outstanding[at] === 1) continue;
      const expected = rate.even * of[at % classes]!;
      const least = Math.max(OUTSTANDING.count, expected + OUTSTANDING.errors * Math.sqrt(expected + 1));
      if (counts[at]! < least) continue;
      outstanding[at] = 1;
      found = true;
    }
    if (!found) break;
  }
  return { counts, of, outstanding, ...rate };
}

export interface ConfidentErrors {
  /** Lower bound of the rate of evenly spread wrong labels, 0–1. */
  readonly noise: number;
  /** Upper bound of the same. */
  readonly noiseHigh: number;
  /** P(true class | predicted with certainty): the model's own confident errors. Null if there are none. */
  readonly own: NoiseMatrix | null;
}

/**
 * Divides the contradictions of the clearest images between wrong labels and the errors of the model.
 * - For the clearest images, a wrong label is more likely than a wrong prediction (anchor points: Liu & Tao 2016). But a
 *   wrong prediction usually gives the right class the second or third place. Evenly spread wrong labels have every
 *   place equally often. So their rate is counted in the less probable half of the places (as in Storey 2002). The
 *   smallest bounds over several shares of the images are used.
 * - What exceeds the even rate in both directions of a pair is confusion of two classes that look alike.
 * - What exceeds it in one direction only may be a leak, which `trainedTruth` looks for, unless the rate of wrong labels
 *   is known from elsewhere.
 * @param predictions calibrated
 * @param supported the rate of wrong labels that is known from elsewhere, 0–1. All other contradictions are then errors
 * of the model. Null if the predictions themselves show the rate
 */
export function confidentErrors(predictions: ProbePredictions, supported: number | null = null): ConfidentErrors {
  const { labels, classes } = predictions;
  if (labels.length === 0 || classes < 2) return { noise: 0, noiseHigh: 1, own: null };
  const predicted = predictedClasses(predictions);
  const sure = certainties(predictions, predicted);
  const ranked = sure.toSorted().reverse();
  const typical = typicalOf(predictions, predicted);
  const shares = CLEAR.map((share) => {
    const least = ranked[Math.ceil(labels.length * share) - 1]!;
    return contradictionsOf(predictions, predicted, typical, (i) => sure[i]! >= least);
  });
  const [widest] = shares;
  const least = (bounds: readonly number[]): number => bounds.reduce((a, b) => Math.min(a, b), 1);
  if (supported !== null) {
    const even = Math.min(1, (classes - 1) * widest!.even);
    const noise = Math.min(even, supported);
    return { noise, noiseHigh: noise, own: withConfusions(evenNoise(classes, even - noise), widest!, (one) => one) };
  }
  const noise = least(shares.map(({ low }) => low));
  const noiseHigh = least(shares.map(({ high }) => high));
  return { noise, noiseHigh, own: withConfusions(evenNoise(classes, 0), widest!, Math.min) };
}

/**
 * Adds the pairs that stand out to a matrix of even errors.
 * @param ownOf the share that is the model's own, from the excess of a pair and that of the opposite direction
 */
function withConfusions(
  even: NoiseMatrix,
  { counts, of, outstanding, even: rate }: Contradictions,
  ownOf: (excess: number, opposite: number) => number,
): NoiseMatrix | null {
  const { classes } = even;
  const excess = (given: number, predicted: number): number =>
    of[predicted] === 0 ? 0 : Math.max(0, counts[given * classes + predicted]! / of[predicted]! - rate);
  const share = Float64Array.from(even.share);
  const pairs: { given: number; truth: number; share: number }[] = [];
  for (let a = 0; a < classes; a++)
    for (let b = 0; b < classes; b++) {
      if (a === b || (outstanding[a * classes + b] === 0 && outstanding[b * classes + a] === 0)) continue;
      const own = ownOf(excess(a, b), excess(b, a));
      if (own > 0) pairs.push({ given: a, truth: b, share: own });
    }
  if (pairs.length === 0 && even.base.every((value) => value === 0)) return null;
  // evenNoise lists each class with itself, in order.
  for (const pair of pairs) share[pair.truth]! -= pair.share;
  return {
    classes,
    base: even.base,
    given: Int32Array.from([...even.given, ...pairs.map((pair) => pair.given)]),
    truth: Int32Array.from([...even.truth, ...pairs.map((pair) => pair.truth)]),
    share: Float64Array.from([...share, ...pairs.map((pair) => pair.share)]),
  };
}
