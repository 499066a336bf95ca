import { quantileOf } from '../statistics/quantiles';
import type { Check, MeasuredFacts, Survey } from './check';
import { edgesOf, readable } from './finding';
import { size } from './measures';
import { type NumberColumn, concatenated, rowsIn, valuesOf } from './partials';
import { byMeasure, type Measured } from './quality';
import { short } from '../text/numbers';

/** The interquartile range counts as at least this many octaves. The reason of the threshold explains why. */
const SMALLEST_RANGE = 2 / 3;
/** With fewer images, quartiles are too uncertain. */
const FEWEST = 8;

/** Quartiles of the logarithms of all sizes, and the range between them. */
interface MiddleHalf {
  readonly lower: number;
  readonly upper: number;
  readonly range: number;
}

const logSize = (facts: MeasuredFacts): number => Math.log2(size(facts));

function middleHalf(logs: Float64Array): MiddleHalf {
  const ascending = logs.sort();
  const [lower, upper] = [quantileOf(ascending, 0.25), quantileOf(ascending, 0.75)];
  return { lower, upper, range: Math.max(SMALLEST_RANGE, upper - lower) };
}

const distance =
  ({ lower, upper, range }: MiddleHalf) =>
  (facts: MeasuredFacts): number =>
    Math.max(0, lower - logSize(facts), logSize(facts) - upper) / range;

/** A column of 8 bytes for each image, because quartiles need all sizes. */
const survey: Survey<NumberColumn, MiddleHalf | null> = {
  partial: ({ images }) => [Float64Array.from(readable(images), ({ facts }) => logSize(facts))],
  merge: concatenated,
  conclude: (logs) => (rowsIn(logs) < FEWEST ? null : middleHalf(valuesOf(logs))),
};

export const oddSize: Check<Measured, MiddleHalf | null> = {
  id: 'odd-size',
  title: 'Odd sizes',
  why: 'Scaled to the common input size, a tiny picture becomes a blur, and a huge one loses the details that its label is about.',
  how: 'With s = log₂ √(width · height) and its quartiles q₁, q₃: max(q₁ − s, s − q₃) / max(q₃ − q₁, ⅔) above the threshold.',
  basis: 'images',
  drop: 'images',
  checklist: [],
  thresholds: {
    'odd-size.spread': {
      default: 3,
      min: 1,
      max: 20,
      unit: 'interquartile ranges of log size',
      reason:
        'Tukey’s far-out fence on the logarithm of √(width × height). A fence on pixels could fall below zero; this one cannot. The range counts as at least ⅔ octave, so that even among equal sizes only a factor of 4 is odd.',
    },
  },
  version: 1,
  survey,
  measure: (_, all) => distance(middleHalf(Float64Array.from(all, logSize))),
  ...byMeasure<MiddleHalf | null>({
    check: 'odd-size',
    thresholdId: 'odd-size.spread',
    side: 'above',
    histogram: {
      title: 'Distance from the middle half of all sizes',
      unit: 'interquartile ranges of log size',
      edges: edgesOf(0, 12, 48, false),
      log: false,
    },
    predicate(thresholds, middle) {
      const { lower, upper, range } = middle!;
      const reach = thresholds('odd-size.spread') * range;
      return `have an odd size: below ${short(2 ** (lower - reach))} or above ${short(2 ** (upper + reach))} pixels square, while half of all images are between ${short(2 ** lower)} and ${short(2 ** upper)}`;
    },
    remedy:
      'Look at the smallest first: they are often thumbnails or icons that were saved instead of the picture. Replace them or leave them out.',
    measure: (_, middle) => (middle === null ? () => null : distance(middle)),
  }),
};
