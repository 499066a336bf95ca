/**
 * Estimates how many labels are wrong from mixtures, without trusting the probe's own confidence. The images given a
 * class are a mixture of right and wrong labels. To see how wrong labels score, images of other classes are treated as
 * if they had been given this class (planted labels). Each image is predicted without its own label, so nothing has to
 * be fitted again. The share of wrong labels is the ratio of the two upper tails (Scott 2015; Garg et al. 2021). A
 * probe that confuses two classes raises both tails, so its confusion does not count as wrong labels.
 */
import { firstAtLeast } from '../statistics/quantiles';
import { countLabels, type ProbePredictions } from './predictions';

/**
 * Shares of the planted labels above the thresholds that are tried. Smaller shares contain too few images; in larger
 * ones, right and wrong labels are too mixed.
 */
const BEYOND = Array.from({ length: 9 }, (_, i) => 0.1 + 0.05 * i);
/** Standard errors of the bounds. Because the best of several thresholds is taken, 1.96 would be too few. */
const ERRORS = 2.2;
/**
 * Share of right labels that may look as wrong as planted ones, because their pictures are unusual. Error rates up to
 * this share cannot be distinguished from zero.
 */
export const UNUSUAL = 0.005;
/** Number of planted labels that are used at most. More would not change the quantiles. */
const PLANTED_MOST = 400_000;
const TINY = 1e-12;

export interface WrongShare {
  /** The most plausible share of wrong labels, 0–1. */
  readonly share: number;
  /**
   * 95 % interval. Errors on pictures that look like their wrong class are not seen; if there are any, even `high` is
   * too low.
   */
  readonly low: number;
  readonly high: number;
}

const oddsAgainst = (p: number): number => Math.log((1 - p + TINY) / (p + TINY));

/** Restricts which wrong labels are counted. */
export interface Counted {
  /** Classes whose labels are counted; all classes if it is not given. */
  readonly told?: readonly boolean[];
  /** Whether a person confirmed the label of an image. */
  readonly foundRight?: (image: number) => boolean;
}

/**
 * Share of wrong labels among the labels of the counted classes.
 * @param predictions P(class | image), predicted without the image's own label
 */
export function wrongShare(predictions: ProbePredictions, { told, foundRight }: Counted = {}): WrongShare {
  const { probabilities, labels, classes } = predictions;
  const counts = countLabels(labels, classes).map((count, k) => (told?.[k] === false ? 0 : count));
  const images = counts.reduce((sum, count) => sum + count, 0);
  if (images === 0 || classes < 2) return { share: 0, low: 0, high: 1 };
  const suspects = Int32Array.from(labels.keys()).filter((i) => counts[labels[i]!]! > 0 && !foundRight?.(i));
  const given = Float64Array.from(suspects, (i) => oddsAgainst(probabilities[i * classes + labels[i]!]!)).sort();
  const thresholds = plantedThresholds(predictions, counts);
  const bounds = thresholds.map(({ odds, beyond }) => {
    const found = given.length - firstAtLeast(given, odds);
    const error = ERRORS * Math.sqrt(found + 1);
    // If labels are wrong, some images used as planted ones really are of the class. This corrects for them.
    const shareFrom = (count: number): number => {
      const ratio = Math.max(0, count) / beyond / images;
      return ratio / (1 + ratio / (classes - 1));
    };
    return { share: shareFrom(found), low: shareFrom(found - error), high: shareFrom(found + 1 + error) };
  });
  const least = (values: number[]): number => values.reduce((a, b) => Math.min(a, b));
  const middle = bounds.map((bound) => bound.share).sort((a, b) => a - b)[BEYOND.length >> 1]!;
  const low = Math.max(0, least(bounds.map((bound) => bound.low)) - UNUSUAL);
  const high = Math.max(low, Math.min(1, least(bounds.map((bound) => bound.high))));
  return { share: Math.min(high, Math.max(low, middle)), low, high };
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/**
 * The thresholds: odds against the own class that a share `BEYOND` of the planted labels reaches. If many have the same
 * odds, a larger share does: `beyond`.
 */
function plantedThresholds(
  { probabilities, labels, classes }: ProbePredictions,
  counts: Int32Array,
): { odds: number; beyond: number }[] {
  const images = labels.length;
  const planted: { odds: number; weight: number }[] = [];
  let stride = Math.max(1, Math.ceil((images * (classes - 1)) / PLANTED_MOST));
  // A stride that has a common factor with the number of classes would skip some classes.
  while (greatestCommonDivisor(stride, classes) > 1) stride += 1;
  for (let at = 0; at < images * classes; at += stride) {
    const k = at % classes;
    if (labels[Math.floor(at / classes)] === k || counts[k] === 0) continue;
    planted.push({ odds: oddsAgainst(probabilities[at]!), weight: counts[k]! / Math.max(1, images - counts[k]!) });
  }
  planted.sort((a, b) => b.odds - a.odds);
  const total = planted.reduce((sum, { weight }) => sum + weight, 0);
  let at = 0;
  let seen = 0;
  return BEYOND.map((beyond) => {
    while (at < planted.length && seen + planted[at]!.weight < beyond * total) seen += planted[at++]!.weight;
    const odds = planted[Math.min(at, planted.length - 1)]?.odds ?? Infinity;
    while (at + 1 < planted.length && planted[at + 1]!.odds === odds) seen += planted[at++]!.weight;
    return { odds, beyond: total > 0 ? Math.max(beyond, (seen + (planted[at]?.weight ?? 0)) / total) : beyond };
  });
}
