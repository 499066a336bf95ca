import type { Check, MeasuredFacts, Thresholds } from './check';
import { edgesOf } from './finding';
import { exposure } from './measures';
import { byMeasure, type Measured } from './quality';

const measure = (thresholds: Thresholds) => (facts: MeasuredFacts) =>
  exposure(facts, thresholds) === 'blank' ? null : facts.luminance[4];

export const dark: Check<Measured> = {
  id: 'dark',
  title: 'Dark images',
  why: 'A picture without light has almost no contrast left. The CNN sees noise with a label and learns to ignore its input.',
  how: 'The 99th percentile of luminance (0–255) below the threshold, unless the picture is one colour.',
  basis: 'images',
  early: 'measured',
  drop: 'images',
  checklist: ['data'],
  thresholds: {
    'dark.white-level': {
      default: 32,
      min: 1,
      max: 255,
      unit: 'of 255',
      reason:
        'If 99 of 100 pixels are in the darkest eighth of the range, nothing in the picture is lit. A night scene or a dark object still has lights or highlights.',
    },
  },
  alsoReads: ['low-information.contrast'],
  version: 2,
  measure,
  ...byMeasure({
    check: 'dark',
    thresholdId: 'dark.white-level',
    side: 'below',
    histogram: {
      title: 'Brightest level (99th percentile)',
      unit: 'of 255',
      edges: edgesOf(0, 256, 64, false),
      log: false,
    },
    predicate: 'are so dark that almost nothing can be seen',
    remedy:
      'Look at them. Brighten the files if the picture is still visible, and leave them out if not. If most of them are in one class, the CNN can learn darkness instead of the class.',
    measure,
  }),
};
