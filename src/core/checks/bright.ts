import type { Check, MeasuredFacts, Thresholds } from './check';
import { edgesOf } from './finding';
import { exposure } from './measures';
import { byMeasure, type Measured } from './quality';

const measure = (thresholds: Thresholds) => (facts: MeasuredFacts) =>
  exposure(facts, thresholds) === 'blank' ? null : facts.luminance[0];

export const bright: Check<Measured> = {
  id: 'bright',
  title: 'Over-exposed images',
  why: 'A washed-out picture has almost no contrast left. The CNN sees a white area with a label and learns to ignore its input.',
  how: 'The 1st percentile of luminance (0–255) above the threshold, unless the picture is one colour.',
  basis: 'images',
  early: 'measured',
  drop: 'images',
  checklist: ['data'],
  thresholds: {
    'bright.black-level': {
      default: 233,
      min: 0,
      max: 254,
      unit: 'of 255',
      reason:
        'If 99 of 100 pixels are in the brightest twelfth of the range, even the shadows are washed out. A drawing on white paper still has dark lines.',
    },
  },
  alsoReads: ['low-information.contrast', 'dark.white-level'],
  version: 2,
  measure,
  ...byMeasure({
    check: 'bright',
    thresholdId: 'bright.black-level',
    side: 'above',
    histogram: {
      title: 'Darkest level (1st percentile)',
      unit: 'of 255',
      edges: edgesOf(0, 256, 64, false),
      log: false,
    },
    predicate: 'are so over-exposed that almost nothing can be seen',
    remedy:
      'Look at them. Darken the files if the picture is still visible, and leave them out if not. If most of them are in one class, the CNN can learn brightness instead of the class.',
    measure,
  }),
};
