import { quantileOf, sorted } from '../statistics/quantiles';
import type { Check, MeasuredFacts, PictureMeasure } from './check';
import { edgesOf, readable } from './finding';
import { size } from './measures';
import { qualityFindings } from './quality';
import { short } from '../text/numbers';

/** The interquartile range counts as at least this many octaves. The reason of the threshold explains why. */
const SMALLEST_RANGE = 2 / 3;
/** With fewer images, quartiles are too uncertain. */
const FEWEST = 8;

/** Quartiles of the logarithms of all sizes, and the range between them. */
function middleHalf(all: readonly MeasuredFacts[]): { lower: number; upper: number; range: number } {
  const logs = sorted(all.map((facts) => Math.log2(size(facts))));
  const [lower, upper] = [quantileOf(logs, 0.25), quantileOf(logs, 0.75)];
  return { lower, upper, range: Math.max(SMALLEST_RANGE, upper - lower) };
}

const measure: PictureMeasure = (all) => {
  const { lower, upper, range } = middleHalf(all);
  return (facts) => {
    const log = Math.log2(size(facts));
    return Math.max(0, lower - log, log - upper) / range;
  };
};

export const oddSize: Check = {
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
  measure,
  run(input) {
    const all = readable(input.images).map(({ facts }) => facts);
    if (all.length < FEWEST) return [];
    const { lower, upper, range } = middleHalf(all);
    const reach = input.thresholds('odd-size.spread') * range;
    return qualityFindings(input, {
      check: 'odd-size',
      thresholdId: 'odd-size.spread',
      side: 'above',
      histogram: {
        title: 'Distance from the middle half of all sizes',
        unit: 'interquartile ranges of log size',
        edges: edgesOf(0, 12, 48, false),
        log: false,
      },
      predicate: `have an odd size: below ${short(2 ** (lower - reach))} or above ${short(2 ** (upper + reach))} pixels square, while half of all images are between ${short(2 ** lower)} and ${short(2 ** upper)}`,
      remedy:
        'Look at the smallest first: they are often thumbnails or icons that were saved instead of the picture. Replace them or leave them out.',
      measure,
    });
  },
};
