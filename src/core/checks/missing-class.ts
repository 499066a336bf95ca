import { splitRole } from '../dataset/order';
import type { Check, CheckFinding } from './check';
import { countsBySplit } from './class-counts';
import { finding } from './finding';
import { counted } from '../text/numbers';
import { named, quoted } from '../text/names';

export const missingClass: Check = {
  id: 'missing-class',
  title: 'Missing classes',
  why: 'A class that is not in the train split is never learnt; one that is not in validation or test is never measured.',
  how: 'A class without images, or one that a split lacks.',
  basis: 'splits',
  checklist: ['validation'],
  thresholds: {},
  version: 1,
  run(input) {
    const [all, ...splits] = countsBySplit(input);
    if (!all) return [];
    const findings: CheckFinding[] = [];
    const empty = input.classes.filter((_, i) => all.counts[i] === 0);
    if (empty.length > 0) {
      findings.push(
        finding({
          check: 'missing-class',
          about: 'empty',
          severity: 'warning',
          scope: 'class',
          title: `${counted(empty.length, 'class has', 'classes have')} no readable image: ${named(empty.map(quoted))}.`,
          remedy:
            'Fill the folder or delete it: it counts as an output of the network that nothing ever trains, and torchvision’s ImageFolder raises at it.',
          score: empty.length / input.classes.length,
          value: empty.length,
          classes: empty,
          evidence: { facts: [{ name: 'classes without images', value: empty.length }] },
        }),
      );
    }
    if (splits.length < 2) return findings;
    for (const { split, counts } of splits) {
      const missing = input.classes.filter((_, i) => (all.counts[i] ?? 0) > 0 && counts[i] === 0);
      if (missing.length === 0 || split === null) continue;
      const train = splitRole(split) === 0;
      findings.push(
        finding({
          check: 'missing-class',
          about: split,
          severity: train ? 'error' : 'warning',
          scope: 'split',
          title: `${counted(missing.length, 'class is', 'classes are')} missing from the ${split} split: ${named(missing.map(quoted))}.`,
          remedy: train
            ? 'Move some of their images to train, or make the split anew, stratified by class (the export does). Loaders that number classes by folder also give the splits different numbers.'
            : 'Make the split anew, stratified by class (the export does). Loaders that number classes by folder give this split other numbers than train: every prediction then counts as wrong.',
          score: missing.length / input.classes.length,
          value: missing.length,
          classes: missing,
          splits: [split],
          evidence: {
            facts: [{ name: 'classes missing', value: missing.length }],
            tables: [
              {
                title: 'Images per split',
                columns: ['class', ...splits.map((part) => part.split ?? '')],
                rows: missing.map((name) => [
                  name,
                  ...splits.map((part) => part.counts[input.classes.indexOf(name)] ?? 0),
                ]),
              },
            ],
          },
        }),
      );
    }
    return findings;
  },
};
