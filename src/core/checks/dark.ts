import type { Check } from './check';
import { edgesOf } from './finding';
import { exposure } from './measures';
import { qualityFindings } from './quality';

export const dark: Check = {
  id: 'dark',
  title: 'Dark images',
  why: 'A picture without light has next to no contrast left: the CNN sees noise under a label and learns to ignore its input.',
  how: 'The 99th percentile of luminance (0–255) below the threshold, unless the picture is one colour.',
  thresholds: ['dark.white-level', 'low-information.contrast'],
  version: 2,
  run: (input) =>
    qualityFindings(input, {
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
        'Look at them: brighten the files if the picture is still there, leave them out if it is not. If one class holds most of them, darkness has become its label.',
      measure: (facts) => (exposure(facts, input.thresholds) === 'blank' ? null : facts.luminance[4]),
    }),
};
