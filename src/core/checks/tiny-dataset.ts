import { wilson } from '../statistics/tests';
import type { Check } from './check';
import { withoutRows } from './partials';
import { inSplit, trainedOn } from './class-counts';
import { finding, thresholdFact } from './finding';
import { counted, integer, percent } from '../text/numbers';

export const tinyDataset: Check<null> = {
  id: 'tiny-dataset',
  title: 'Tiny data set',
  why: 'A CNN trained from scratch on very few pictures memorises them instead of learning what they have in common.',
  how: 'The number of readable images in the train split (or in all images if there is none) is below the threshold.',
  basis: 'class-counts',
  early: 'listed',
  checklist: ['data'],
  thresholds: {
    'tiny-dataset.warning': {
      default: 200,
      min: 1,
      max: 1_000_000,
      unit: 'images',
      reason:
        'A CNN trained from scratch on fewer images memorises all of them, and accuracy measured on 20 % of them has an interval of ±15 points.',
    },
    'tiny-dataset.error': {
      default: 30,
      min: 1,
      max: 1_000_000,
      unit: 'images',
      reason: 'With six images for validation, skill cannot be told from chance.',
    },
  },
  version: 1,
  ...withoutRows((global) => {
    const part = trainedOn(global.totals.bySplit);
    const isError = part.total < global.thresholds('tiny-dataset.error');
    const thresholdId = isError ? 'tiny-dataset.error' : 'tiny-dataset.warning';
    const threshold = global.thresholds(thresholdId);
    if (part.total >= threshold || part.total === 0) return [];
    const held = Math.max(1, Math.round(part.total / 5));
    const interval = wilson(Math.round(held * 0.8), held);
    return [
      finding({
        check: 'tiny-dataset',
        severity: isError ? 'error' : 'warning',
        scope: 'dataset',
        title: `There are only ${counted(part.total, 'readable image')}${inSplit(part.split)}.`,
        remedy: `Collect more, or start from a network trained on other pictures (transfer learning) and validate over several folds: with ${integer(held)} images held out, a measured accuracy of 80 % can mean anything from ${percent(interval.low)} to ${percent(interval.high)}.`,
        score: 1 - part.total / threshold / 2,
        value: part.total,
        threshold,
        thresholdId,
        splits: part.split === null ? [] : [part.split],
        evidence: { facts: [{ name: 'readable images', value: part.total }, thresholdFact(global, thresholdId)] },
      }),
    ];
  }),
};
