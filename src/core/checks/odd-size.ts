import { quantileOf, sorted } from '../statistics/quantiles';
import type { Check } from './check';
import { edgesOf, readable } from './finding';
import { size } from './measures';
import { qualityFindings } from './quality';
import { short } from '../text/numbers';

/** The interquartile range counts as at least this many octaves. The reason of the threshold explains why. */
const SMALLEST_RANGE = 2 / 3;

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
  run(input) {
    const logs = sorted(readable(input.images).map((image) => Math.log2(size(image.facts))));
    if (logs.length < 8) return [];
    const lower = quantileOf(logs, 0.25);
    const upper = quantileOf(logs, 0.75);
    const range = Math.max(SMALLEST_RANGE, upper - lower);
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
      measure: (facts) => {
        const log = Math.log2(size(facts));
        return Math.max(0, lower - log, log - upper) / range;
      },
    });
  },
};
