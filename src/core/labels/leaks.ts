/**
 * Finds pairs of classes where one leaks into the other: many of its images carry the other label. A probe that only
 * confuses the two classes looks similar, so a leak counts only if it exceeds the probe's own confusion.
 */
import { argmax } from '../statistics/argmax';
import { normalQuantile } from '../statistics/distributions';
import { firstAbove } from '../statistics/quantiles';
import { countLabels, type ProbePredictions } from './predictions';

/** Least share of a class's images that carry the other label. The lower bound of the share must reach it. */
const LEAST_SHARE = 0.12;
/** The same if another pair leaks already. Leaks often come together, because one mistaken rule causes several. */
export const LATER_SHARE = 0.08;
/** Expected number of pairs that pass the bound by chance, over all tested pairs. */
const BY_CHANCE = 0.5;
/** A pair may leak a little if it is more than this many standard errors above the even share. */
const HINT_ERRORS = 2.5;
/** Standard errors for a one-sided 95 % bound. */
const ONE_SIDED = 1.645;
/**
 * A pair is tested only if the probe confuses the two classes, in either direction, in at least this share of the
 * images of the true class. A leak of 15 % of a class that the probe knows gives far more. With many classes, most
 * pairs need not be tested.
 */
const CANDIDATE = 0.03;
/** Least number of images of a class, and of images above a threshold, for a useful ratio. */
const LEAST_IMAGES = 10;
const LEAST_BEYOND = 8;
const TINY = 1e-12;
/** The thresholds that are tried, as shares of the images of the true class above them. */
const BEYOND = Array.from({ length: 37 }, (_, i) => (i + 2) * 0.025);

/** One pair of classes: `truth` leaks into `given`. */
export interface Leak {
  readonly given: number;
  readonly truth: number;
}

/**
 * Largest share of a mixture that a component can explain: the smallest ratio of the two upper tails over several
 * thresholds (mixture proportion estimation: Blanchard, Lee & Scott 2010; Scott 2015). The threshold with the lowest
 * upper bound is used.
 * @param mixture, component values, ascending
 * @returns the share at that threshold and its standard error
 */
function shareOf(mixture: Float64Array, component: Float64Array): { share: number; error: number } {
  let least = Infinity;
  let found = { share: 0, error: 0 };
  for (const beyond of BEYOND) {
    const threshold = component[Math.floor((1 - beyond) * (component.length - 1))]!;
    const inComponent = component.length - firstAbove(component, threshold);
    if (inComponent < LEAST_BEYOND) continue;
    const inMixture = mixture.length - firstAbove(mixture, threshold);
    const scale = component.length / (inComponent * mixture.length);
    const upper = (inMixture + 1 + ONE_SIDED * Math.sqrt(inMixture + 1)) * scale;
    if (upper >= least) continue;
    least = upper;
    found = { share: inMixture * scale, error: Math.sqrt(inMixture + 1) * scale };
  }
  return found;
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
 * because every image is predicted without its own label. Confusion by the probe raises both tails, so it is not taken
 * for a leak.
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
  const leaked = { sum: 0, variance: 0 };
  const hinted = { sum: 0, variance: 0 };
  const typical = members.map((images) => images.filter(trusted));
  const candidates = [...confused].flatMap(([cell, count]) => {
    const [given, truth] = [Math.floor(cell / classes), cell % classes];
    const enough = Math.min(counts[given]!, typical[truth]!.length) >= LEAST_IMAGES;
    return enough && count >= CANDIDATE * counts[truth]! ? [{ given, truth }] : [];
  });
  const errors = Math.max(ONE_SIDED, normalQuantile(1 - BY_CHANCE / Math.max(1, candidates.length)));
  for (const { given, truth } of candidates) {
    const [ofGiven, ofTruth] = [counts[given]!, typical[truth]!.length];
    const { share, error } = shareOf(logOdds(members[given]!, truth, given), logOdds(typical[truth]!, truth, given));
    const even = (evenShare * ofTruth) / ofGiven;
    if (((share - errors * error) * ofGiven) / (ofTruth + share * ofGiven) >= leastShare) {
      leaks.push({ given, truth });
      leaked.sum += share * ofGiven;
      leaked.variance += (error * ofGiven) ** 2;
    } else if (share - HINT_ERRORS * error > even) {
      hinted.sum += (share - even) * ofGiven;
      hinted.variance += (error * ofGiven) ** 2;
    }
  }
  const counted = ({ sum, variance }: typeof leaked): CountInPairs => ({
    count: sum,
    margin: ONE_SIDED * Math.sqrt(variance),
  });
  return { leaks, leaked: counted(leaked), hinted: counted(hinted) };
}
