import type { Check } from './check';
import { edgesOf } from './finding';
import { elongation } from './measures';
import { qualityFindings } from './quality';

export const oddAspect: Check = {
  id: 'odd-aspect',
  title: 'Odd shapes',
  why: 'Squeezed or cropped to a square input, a very long picture loses what its label rests on.',
  how: 'Longer side / shorter side above the threshold.',
  basis: 'images',
  drop: 'images',
  checklist: [],
  thresholds: {
    'odd-aspect.ratio': {
      default: 5,
      min: 1.2,
      max: 100,
      unit: 'long side / short side',
      reason:
        'Squeezed to a square, a picture five times as long as high keeps a fifth of its detail along the long side; panoramas and banners of 4:1 are common.',
    },
  },
  version: 1,
  run: (input) =>
    qualityFindings(input, {
      check: 'odd-aspect',
      thresholdId: 'odd-aspect.ratio',
      side: 'above',
      histogram: { title: 'Long side / short side', unit: '', edges: edgesOf(1, 32, 40, true), log: true },
      predicate: 'are strips, far longer one way than the other',
      remedy: 'Cut out the part that the label is about, or pad them instead of squeezing them.',
      measure: (facts) => elongation(facts),
    }),
};
