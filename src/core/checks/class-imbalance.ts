import { effectiveNumber } from '../statistics/entropy';
import type { Check, CheckFinding, CheckGlobal, SplitCounts } from './check';
import { withoutRows } from './partials';
import { inSplit, trainedOn } from './class-counts';
import { finding, thresholdFact } from './finding';
import { integer, percent, short } from '../text/numbers';
import { named, quoted } from '../text/names';

/** Every class with images is judged by the ratio of the largest class to it. The weights are n / (K · n_c). */
function judge(global: CheckGlobal, part: SplitCounts): CheckFinding | null {
  const rows = global.classes.map((name, i) => ({ name, n: part.counts[i] ?? 0 })).filter(({ n }) => n > 0);
  const ordered = [...rows].sort((a, b) => b.n - a.n);
  const [largest] = ordered;
  const smallest = ordered[ordered.length - 1];
  if (!largest || !smallest || rows.length < 2) return null;
  const ratio = largest.n / smallest.n;
  const worst = ratio >= global.thresholds('class-imbalance.error');
  const thresholdId = worst ? 'class-imbalance.error' : 'class-imbalance.warning';
  if (!worst && ratio < global.thresholds('class-imbalance.warning')) return null;
  const threshold = global.thresholds(thresholdId);
  const rare = ordered.filter(({ n }) => largest.n / n >= threshold).reverse();
  const share = largest.n / part.total;
  // Only where the largest class holds at least half of the images. With many classes it may hold only 2 %, and an
  // accuracy of 2 % does not look like success.
  const fools = share >= 0.5;
  return finding({
    check: 'class-imbalance',
    severity: worst ? 'error' : 'warning',
    scope: part.split === null ? 'dataset' : 'split',
    title: `Classes are imbalanced${inSplit(part.split)}: ${integer(largest.n)} images of ${quoted(largest.name)} to ${integer(smallest.n)} of ${quoted(smallest.name)} (${short(ratio)} : 1).${fools ? ` Always answering ${quoted(largest.name)} is correct for ${percent(share)} of the images.` : ''}`,
    remedy: `${fools ? `Compare every accuracy with ${percent(share)} and look` : 'Look'} at balanced accuracy${fools ? '' : ' and at the recall of each class: accuracy says little about rare classes'}. Train with class weights, which the export writes, or a balanced sampler; more images help most for ${named(rare.map(({ name }) => quoted(name)))}.`,
    score: 1 - 1 / ratio,
    value: ratio,
    threshold,
    thresholdId,
    classes: rare.map(({ name }) => name),
    splits: part.split === null ? [] : [part.split],
    evidence: {
      facts: [
        { name: 'majority share', value: share, unit: 'share' },
        { name: 'largest / smallest class', value: ratio },
        {
          name: 'effective number of classes',
          value: Number(effectiveNumber(rows.map(({ n }) => n)).toFixed(1)),
          unit: `of ${global.classes.length}`,
        },
        { name: 'images per class, median', value: ordered[Math.floor(ordered.length / 2)]?.n ?? 0 },
        thresholdFact(global, thresholdId),
      ],
      tables: [
        {
          title: 'Every class',
          columns: ['class', 'images', 'share', 'largest / this', 'class weight'],
          rows: ordered.map(({ name, n }) => [
            name,
            n,
            percent(n / part.total),
            Number((largest.n / n).toFixed(2)),
            Number((part.total / (rows.length * n)).toFixed(4)),
          ]),
        },
      ],
    },
  });
}

export const classImbalance: Check<null> = {
  id: 'class-imbalance',
  title: 'Class imbalance',
  why: 'A CNN trained without weights learns the common classes first and may never predict a rare class. Accuracy shows little of this.',
  how: 'n of the largest class / n of each class, in the train split (or in all images if there is none). Weights: n / (K · n_c). Effective number of classes: exp of the entropy of the class shares.',
  basis: 'class-counts',
  early: 'listed',
  checklist: ['imbalance'],
  thresholds: {
    'class-imbalance.warning': {
      default: 3,
      min: 1.1,
      max: 1000,
      unit: '× smaller than the largest class',
      reason:
        'At 3:1, always predicting the larger class is correct three times in four, and a CNN may stop there at first.',
    },
    'class-imbalance.error': {
      default: 9,
      min: 1.1,
      max: 10_000,
      unit: '× smaller than the largest class',
      reason:
        'At 9:1, always predicting the larger class is correct nine times in ten, and a CNN trained without weights often learns only that.',
    },
  },
  version: 4,
  ...withoutRows((global) => {
    const all = global.totals.bySplit;
    const judged = judge(global, trainedOn(all)) ?? (all[0] ? judge(global, all[0]) : null);
    return judged ? [judged] : [];
  }),
};
