import type { Check } from './check';
import { edgesOf } from './finding';
import { elongation } from './measures';
import { byMeasure, type Measured } from './quality';

const measure = () => elongation;

export const oddAspect: Check<Measured> = {
  id: 'odd-aspect',
  title: 'Odd shapes',
  why: 'A very long picture that is squeezed or cropped to a square input can lose the part that its label is about.',
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
        'A picture five times as long as high, squeezed to a square, keeps a fifth of its detail along the long side. Panoramas and banners of 4:1 are common.',
    },
  },
  version: 1,
  measure,
  ...byMeasure({
    check: 'odd-aspect',
    thresholdId: 'odd-aspect.ratio',
    side: 'above',
    histogram: { title: 'Long side / short side', unit: '', edges: edgesOf(1, 32, 40, true), log: true },
    predicate: 'are very narrow: one side is much longer than the other',
    remedy: 'Cut out the part that the label is about, or pad them instead of squeezing them.',
    measure,
  }),
};
