import type { Check } from './check';
import { edgesOf } from './finding';
import { exposure } from './measures';
import { qualityFindings } from './quality';

export const bright: Check = {
  id: 'bright',
  title: 'Over-exposed images',
  why: 'A washed-out picture has next to no contrast left: the CNN sees a white field under a label and learns to ignore its input.',
  how: 'The 1st percentile of luminance (0–255) above the threshold, unless the picture is one colour.',
  basis: 'images',
  drop: 'images',
  checklist: ['data'],
  thresholds: {
    'bright.black-level': {
      default: 233,
      min: 0,
      max: 254,
      unit: 'of 255',
      reason:
        'If 99 of 100 pixels lie in the brightest twelfth of the range, highlights and shadows have both washed out; a drawing on white paper still has dark lines.',
    },
  },
  alsoReads: ['low-information.contrast', 'dark.white-level'],
  version: 2,
  run: (input) =>
    qualityFindings(input, {
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
        'Look at them: darken the files if the picture is still there, leave them out if it is not. If one class holds most of them, brightness has become its label.',
      measure: (facts) => (exposure(facts, input.thresholds) === 'blank' ? null : facts.luminance[0]),
    }),
};
