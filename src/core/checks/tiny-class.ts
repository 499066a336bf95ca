import type { Check } from './check';
import { inSplit, countsBySplit, trainedOn } from './class-counts';
import { finding, thresholdFact } from './finding';
import { counted, integer } from '../text/numbers';
import { named, quoted } from '../text/names';

export const tinyClass: Check = {
  id: 'tiny-class',
  title: 'Tiny classes',
  why: 'A CNN cannot learn a class from a handful of pictures, and nobody can measure whether it did.',
  how: 'Readable images of a class in the split that is trained on, and in each other split, below the threshold.',
  basis: 'class-counts',
  checklist: ['data'],
  thresholds: {
    'tiny-class.warning': {
      default: 20,
      min: 1,
      max: 10_000,
      unit: 'images',
      reason:
        'With fewer, a split of 60/20/20 leaves less than four images to validate on, and recall moves in steps of a quarter or more.',
    },
    'tiny-class.error': {
      default: 5,
      min: 1,
      max: 10_000,
      unit: 'images',
      reason: 'Below five images a class cannot have one in a 20 % part.',
    },
    'tiny-class.split': {
      default: 5,
      min: 1,
      max: 10_000,
      unit: 'images in the split',
      reason: 'Recall over fewer than five images says almost nothing: one image is 20 points or more.',
    },
  },
  version: 1,
  run(input) {
    const all = countsBySplit(input);
    const train = trainedOn(all);
    const classes = input.classes.map((name, i) => ({ name, n: train.counts[i] ?? 0, i })).filter(({ n }) => n > 0);
    const findings = (['tiny-class.error', 'tiny-class.warning'] as const).flatMap((thresholdId) => {
      const isError = thresholdId === 'tiny-class.error';
      const threshold = input.thresholds(thresholdId);
      const tiny = classes
        .filter(({ n }) => n < threshold && (isError || n >= input.thresholds('tiny-class.error')))
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
            ? 'Collect more of them, merge them into a wider class, or leave them out: they cannot be split into train and validation.'
            : 'Collect more of them or merge them into a wider class; until then judge them by recall over several splits, not by one number.',
          score: 1 - smallest.n / threshold / 2,
          value: smallest.n,
          threshold,
          thresholdId,
          classes: tiny.map(({ name }) => name),
          splits: train.split === null ? [] : [train.split],
          evidence: {
            facts: [{ name: 'classes', value: tiny.length }, thresholdFact(input, thresholdId)],
            tables: [
              { title: 'Tiny classes', columns: ['class', 'images'], rows: tiny.map(({ name, n }) => [name, n]) },
            ],
          },
        }),
      ];
    });
    const least = input.thresholds('tiny-class.split');
    for (const part of all) {
      if (part.split === null || part.split === train.split) continue;
      const tiny = input.classes
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
            'Their recall there is a matter of luck. Make the split anew, stratified by class (the export does), or measure by cross-validation.',
          score: tiny.length / Math.max(1, part.counts.filter((n) => n > 0).length) / 2,
          value: Math.min(...tiny.map(({ n }) => n)),
          threshold: least,
          thresholdId: 'tiny-class.split',
          classes: tiny.map(({ name }) => name),
          splits: [part.split],
          evidence: {
            facts: [{ name: 'classes', value: tiny.length }, thresholdFact(input, 'tiny-class.split')],
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
  },
};
