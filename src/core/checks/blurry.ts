import type { Check, MeasuredFacts, Thresholds } from './check';
import { edgesOf } from './finding';
import { exposure, sharpness } from './measures';
import { byMeasure, type Measured } from './quality';

/**
 * An exposure fault is reported by its own check. Its low contrast is mostly noise, and the sharpness of noise means
 * nothing.
 */
const measure = (thresholds: Thresholds) => (facts: MeasuredFacts) =>
  exposure(facts, thresholds) === null ? sharpness(facts) : null;

export const blurry: Check<Measured> = {
  id: 'blurry',
  title: 'Blurred images',
  why: 'Without edges, the first layers of a CNN find nothing. If one class is blurred more often, the CNN recognises it by its blur.',
  how: 'max(0, variance of the Laplacian − 2) / variance of luminance, both at index size (at most 256 px), below the threshold; pictures that are blank, dark or over-exposed are left to those checks.',
  basis: 'images',
  drop: 'images',
  checklist: ['data'],
  thresholds: {
    'blurry.sharpness': {
      default: 0.012,
      min: 0,
      max: 2,
      unit: 'Laplacian variance / luminance variance',
      reason:
        'An edge blurred by σ pixels loses this energy with about σ⁻⁴: at index size (≤ 256 px) 98 of 100 sharp photographs are above 0.03, and those blurred by 1.5 % of the long side or more are below 0.01.',
    },
  },
  alsoReads: ['low-information.contrast', 'dark.white-level', 'bright.black-level'],
  version: 1,
  measure,
  ...byMeasure({
    check: 'blurry',
    thresholdId: 'blurry.sharpness',
    side: 'below',
    histogram: {
      title: 'Sharpness',
      unit: 'Laplacian variance / luminance variance',
      edges: edgesOf(0.0005, 20, 48, true),
      log: true,
    },
    predicate: 'are blurred: no edge is sharp at the size that a CNN sees',
    remedy:
      'Look at them, the most blurred first. Leave out pictures that you cannot recognise yourself. If pictures will be blurred in use too, keep some in every class and in every split.',
    measure,
  }),
};
