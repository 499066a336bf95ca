import type { Check, MeasuredFacts, Thresholds } from './check';
import { edgesOf } from './finding';
import { contrast, exposure } from './measures';
import { byMeasure, type Measured } from './quality';

const measure = (thresholds: Thresholds) => (facts: MeasuredFacts) => {
  const fault = exposure(facts, thresholds);
  return fault === 'dark' || fault === 'bright' ? null : contrast(facts);
};

export const lowInformation: Check<Measured> = {
  id: 'low-information',
  title: 'Blank images',
  why: 'A picture of one colour says nothing about its label. A CNN can only guess the most common class for it.',
  how: 'The largest standard deviation of a channel, in levels, below the threshold.',
  basis: 'images',
  early: 'measured',
  drop: 'images',
  checklist: ['data'],
  thresholds: {
    'low-information.contrast': {
      default: 1.5,
      min: 0,
      max: 60,
      unit: 'levels (standard deviation)',
      reason: 'With a spread below one or two levels, a picture is one colour with rounding noise.',
    },
  },
  alsoReads: ['dark.white-level', 'bright.black-level'],
  version: 1,
  measure,
  ...byMeasure({
    check: 'low-information',
    thresholdId: 'low-information.contrast',
    side: 'below',
    histogram: {
      title: 'Contrast (standard deviation)',
      unit: 'levels',
      edges: edgesOf(0, 128, 64, false),
      log: false,
    },
    predicate: 'are blank: one colour and nothing else',
    remedy:
      'Leave them out. If there should be a picture, find out where it was lost: in a failed download, a wrong crop, or values that were scaled twice.',
    measure,
    severity: (share) => (share > 0.5 ? 'error' : 'warning'),
  }),
};
