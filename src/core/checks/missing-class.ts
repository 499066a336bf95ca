import { splitRole } from '../dataset/split-names';
import type { Check, CheckFinding } from './check';
import { withoutRows } from './partials';
import { finding } from './finding';
import { counted } from '../text/numbers';
import { named, quoted } from '../text/names';

export const missingClass: Check<null> = {
  id: 'missing-class',
  title: 'Missing classes',
  why: 'A class that is not in the train split is never learned. A class that is not in validation or test is never measured.',
  how: 'A class without images, or a class that is missing from a split.',
  basis: 'splits',
  early: 'listed',
  checklist: ['validation'],
  thresholds: {},
  version: 1,
  ...withoutRows((global) => {
    const [all, ...splits] = global.totals.bySplit;
    if (!all) return [];
    const findings: CheckFinding[] = [];
    const empty = global.classes.filter((_, i) => all.counts[i] === 0);
    if (empty.length > 0) {
      findings.push(
        finding({
          check: 'missing-class',
          about: 'empty',
          severity: 'warning',
          scope: 'class',
          title: `${counted(empty.length, 'class has', 'classes have')} no readable image: ${named(empty.map(quoted))}.`,
          remedy:
            'Fill the folder or delete it. Otherwise the network gets an output that is never trained, and torchvision’s ImageFolder raises an error.',
          score: empty.length / global.classes.length,
          value: empty.length,
          classes: empty,
          evidence: { facts: [{ name: 'classes without images', value: empty.length }] },
        }),
      );
    }
    if (splits.length < 2) return findings;
    for (const { split, counts } of splits) {
      const missing = global.classes.filter((_, i) => (all.counts[i] ?? 0) > 0 && counts[i] === 0);
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
            ? 'Move some of their images to train, or split again, stratified by class (the export does this). Loaders that number classes by folder also give the splits different numbers.'
            : 'Split again, stratified by class (the export does this). Loaders that number classes by folder give this split other numbers than train, and correct predictions then count as wrong.',
          score: missing.length / global.classes.length,
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
                  ...splits.map((part) => part.counts[global.classes.indexOf(name)] ?? 0),
                ]),
              },
            ],
          },
        }),
      );
    }
    return findings;
  }),
};
