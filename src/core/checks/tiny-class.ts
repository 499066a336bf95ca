import type { Check } from './check';
import { withoutRows } from './partials';
import { inSplit, trainedOn } from './class-counts';
import { finding, thresholdFact } from './finding';
import { counted, integer } from '../text/numbers';
import { named, quoted } from '../text/names';

export const tinyClass: Check<null> = {
  id: 'tiny-class',
  title: 'Tiny classes',
  why: 'A CNN cannot learn a class from a handful of pictures, and nobody can measure whether it did.',
  how: 'The number of readable images of a class in the train split, or in any other split, is below the threshold.',
  basis: 'class-counts',
  early: 'listed',
  checklist: ['data'],
  thresholds: {
    'tiny-class.warning': {
      default: 20,
      min: 1,
      max: 10_000,
      unit: 'images',
      reason:
        'With fewer images, a split of 60/20/20 leaves fewer than four images for validation, and recall changes in steps of a quarter or more.',
    },
    'tiny-class.error': {
      default: 5,
      min: 1,
      max: 10_000,
      unit: 'images',
      reason: 'With fewer than five images, a class cannot have one image in a 20 % split.',
    },
    'tiny-class.split': {
      default: 5,
      min: 1,
      max: 10_000,
      unit: 'images in the split',
      reason: 'Recall over fewer than five images says almost nothing: one image changes it by 20 points or more.',
    },
  },
  version: 1,
  ...withoutRows((global) => {
    const all = global.totals.bySplit;
    const train = trainedOn(all);
    const classes = global.classes.map((name, i) => ({ name, n: train.counts[i] ?? 0, i })).filter(({ n }) => n > 0);
    const findings = (['tiny-class.error', 'tiny-class.warning'] as const).flatMap((thresholdId) => {
      const isError = thresholdId === 'tiny-class.error';
      const threshold = global.thresholds(thresholdId);
      const tiny = classes
        .filter(({ n }) => n < threshold && (isError || n >= global.thresholds('tiny-class.error')))
        .sort((a, b) => a.n - b.n);
      const [smallest] = tiny;
      if (!smallest) return [];
      return [
        finding({
          check: 'tiny-class',
          about: isError ? 'error' : 'warning',
          severity: isError ? 'error' : 'warning',
          scope: 'class',
          title: `${counted(tiny.length, 'class has', 'classes have')} fewer than ${integer(threshold)} images${inSplit(train.split)}: ${named(tiny.map(({ name, n }) => `${quoted(name)} (${integer(n)})`))}.`,
          remedy: isError
            ? 'Collect more images, merge these classes into a wider class, or leave them out: they cannot be split into train and validation.'
            : 'Collect more images or merge these classes into a wider class. Until then, judge them by their recall over several splits, not over one.',
          score: 1 - smallest.n / threshold / 2,
          value: smallest.n,
          threshold,
          thresholdId,
          classes: tiny.map(({ name }) => name),
          splits: train.split === null ? [] : [train.split],
          evidence: {
            facts: [{ name: 'classes', value: tiny.length }, thresholdFact(global, thresholdId)],
            tables: [
              { title: 'Tiny classes', columns: ['class', 'images'], rows: tiny.map(({ name, n }) => [name, n]) },
            ],
          },
        }),
      ];
    });
    const least = global.thresholds('tiny-class.split');
    for (const part of all) {
      if (part.split === null || part.split === train.split) continue;
      const tiny = global.classes
        .map((name, i) => ({ name, n: part.counts[i] ?? 0 }))
        .filter(({ n }) => n > 0 && n < least);
      if (tiny.length === 0) continue;
      findings.push(
        finding({
          check: 'tiny-class',
          about: `split:${part.split}`,
          severity: 'warning',
          scope: 'split',
          title: `${counted(tiny.length, 'class has', 'classes have')} fewer than ${integer(least)} images in the ${part.split} split: ${named(tiny.map(({ name, n }) => `${quoted(name)} (${integer(n)})`))}.`,
          remedy:
            'Their recall there depends on chance. Split again, stratified by class (the export does this), or use cross-validation.',
          score: tiny.length / Math.max(1, part.counts.filter((n) => n > 0).length) / 2,
          value: Math.min(...tiny.map(({ n }) => n)),
          threshold: least,
          thresholdId: 'tiny-class.split',
          classes: tiny.map(({ name }) => name),
          splits: [part.split],
          evidence: {
            facts: [{ name: 'classes', value: tiny.length }, thresholdFact(global, 'tiny-class.split')],
            tables: [
              {
                title: `Classes in ${part.split}`,
                columns: ['class', 'images'],
                rows: tiny.map(({ name, n }) => [name, n]),
              },
            ],
          },
        }),
      );
    }
    return findings;
  }),
};
