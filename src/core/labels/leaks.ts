/**
 * Finds pairs of classes where one leaks into the other: many of its images carry the other label. A probe that only
 * confuses the two classes looks similar, so a leak counts only if it exceeds the probe's own confusion.
 */
import { argmax } from '../statistics/argmax';
import { normalQuantile } from '../statistics/distributions';
import { countLabels, type ProbePredictions } from './predictions';
import { largestExcess, lowestBound, type TailShares, tailShares } from './tail-shares';

/** Least share of a class's images that carry the other label. The lower bound of the share must reach it. */
const LEAST_SHARE = 0.12;
/** The same if another pair leaks already. Leaks often come together, because one mistaken rule causes several. */
export const LATER_SHARE = 0.08;
/** Expected number of pairs that pass the bound by chance, over all tested pairs. */
const BY_CHANCE = 0.5;
/** A pair may leak a little if it is more than this many standard errors above the even share. */
const HINT_ERRORS = 2.5;
/** Standard errors for a one-sided 95 % bound. Because the best of several thresholds is taken, 1.645 would be too few. */
const BOUND_ERRORS = 2;
/**
 * A pair is tested only if the probe confuses the two classes, in either direction, in at least this share of the
 * images of the true class. A leak of 15 % of a class that the probe knows gives far more. With many classes, most
 * pairs need not be tested.
 */
const CANDIDATE = 0.03;
/** Least number of images of a class for a useful ratio. */
const LEAST_IMAGES = 10;
const TINY = 1e-12;

/** One pair of classes: `truth` leaks into `given`. */
export interface Leak {
  readonly given: number;
  readonly truth: number;
}

/** A number of wrong labels, and what must be added for a one-sided 95 % bound. */
export interface CountInPairs {
  readonly count: number;
  readonly margin: number;
}

export interface LeakEvidence {
  readonly leaks: readonly Leak[];
  /** Wrong labels in pairs that leak. */
  readonly leaked: CountInPairs;
  /**
   * Wrong labels in pairs that exceed `evenShare`, but not enough for a leak. They may be real errors, or pictures that
   * look like the other class.
   */
  readonly hinted: CountInPairs;
}

/**
 * Finds the pairs that leak: at least 12 % (8 % if others leak) of the images of the true class carry the other label.
 * The images given `given` are a mixture. The images given `truth` show how images of `truth` would score in it,
 * because every image is predicted without its own label. A probe that confuses the two classes does so in both
 * directions, so only what exceeds the opposite direction is a leak. Without this, 363 of 2,000 right labels were flagged
 * in a simulation of two classes that look alike.
 * @param predictions P(given label | image), predicted without the image's own label
 * @param evenShare share of a class's images that carry one particular other label if errors are spread evenly
 * @param trusted selects the images whose label is likely right; only these show how images of a class score. All
 * images by default
 * @param leastShare a pair is a leak if the lower bound of its share of the class's images is at least this
 */
export function leakEvidence(
  { probabilities, labels, classes }: ProbePredictions,
  evenShare: number,
  {
    trusted = () => true,
    leastShare = LEAST_SHARE,
  }: { trusted?: (image: number) => boolean; leastShare?: number } = {},
): LeakEvidence {
  const counts = countLabels(labels, classes);
  const members = Array.from(counts, (count) => new Int32Array(count));
  const filled = new Int32Array(classes);
  const confused = new Map<number, number>();
  labels.forEach((label, i) => {
    members[label]![filled[label]!++] = i;
    const predicted = argmax(probabilities, i * classes, classes);
    if (predicted === label) return;
    for (const cell of [label * classes + predicted, predicted * classes + label])
      confused.set(cell, (confused.get(cell) ?? 0) + 1);
  });
  const logOdds = (images: Int32Array, truth: number, given: number): Float64Array =>
    Float64Array.from(images, (i) =>
      Math.log((probabilities[i * classes + truth]! + TINY) / (probabilities[i * classes + given]! + TINY)),
    ).sort();
  const leaks: Leak[] = [];
  const leaked: TailShares[] = [];
  const hinted: TailShares[] = [];
  let evenInHinted = 0;
  const typical = members.map((images) => images.filter(trusted));
  const candidates = [...confused].flatMap(([cell, count]) => {
    const [given, truth] = [Math.floor(cell / classes), cell % classes];
    const enough = Math.min(counts[given]!, typical[truth]!.length) >= LEAST_IMAGES;
    return enough && count >= CANDIDATE * counts[truth]! ? [{ given, truth }] : [];
  });
  const errors = Math.max(BOUND_ERRORS, normalQuantile(1 - BY_CHANCE / Math.max(1, candidates.length)));
  const sharesOf = (given: number, truth: number): TailShares => ({
    shares: tailShares(logOdds(members[given]!, truth, given), logOdds(typical[truth]!, truth, given)),
    images: counts[given]!,
  });
  for (const { given, truth } of candidates) {
    const [ofGiven, ofTruth] = [counts[given]!, typical[truth]!.length];
    const shares = sharesOf(given, truth);
    const opposite = { ...sharesOf(truth, given), images: ofGiven };
    const { excess, count } = largestExcess(shares, opposite, errors);
    const { count: least, error } = lowestBound([shares], BOUND_ERRORS);
    const even = evenShare * ofTruth;
    if (excess / (ofTruth + count) >= leastShare) {
      leaks.push({ given, truth });
      leaked.push(shares);
    } else if (excess > 0 || least - HINT_ERRORS * error > even) {
      hinted.push(shares);
      evenInHinted += even;
    }
  }
  return { leaks, leaked: countedIn(leaked, 0), hinted: countedIn(hinted, evenInHinted) };
}

function countedIn(pairs: readonly TailShares[], even: number): CountInPairs {
  if (pairs.length === 0) return { count: 0, margin: 0 };
  const { count, error } = lowestBound(pairs, BOUND_ERRORS);
  return { count: count - even, margin: BOUND_ERRORS * error };
}
