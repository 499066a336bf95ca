import type { Check } from './check';
import { withoutRows } from './partials';
import { alikeClasses, type NameDifference } from '../dataset/class-names';
import { finding } from './finding';
import { counted } from '../text/numbers';
import { named, quoted } from '../text/names';

const DIFFERENCES: Record<NameDifference, string> = {
  unicode: 'the Unicode form of their letters',
  invisible: 'characters that cannot be seen',
  blanks: 'blanks',
  case: 'upper and lower case',
  separators: 'blanks, dashes or underscores between words',
  plural: 'singular and plural',
  copy: 'what systems add to the name of a copied folder',
  parent: 'the folders around the innermost one',
};

export const alikeClassesCheck: Check<null> = {
  id: 'alike-classes',
  title: 'Classes that may be one',
  why: 'If one class has two names, the network learns to tell apart what is the same. If the names are in different splits, every image of one of them counts as an error.',
  how: 'Class names that differ only in their Unicode form, characters that cannot be seen, blanks, case, separators, an English plural or the mark of a copied folder (“cats (1)”, “cats - Copy”); or the same innermost folder in two places that share no split, or of which one contains the other.',
  basis: 'class-counts',
  early: 'listed',
  checklist: ['data'],
  thresholds: {},
  version: 4,
  ...withoutRows((global) => {
    const [all, ...splits] = global.totals.bySplit;
    if (!all) return [];
    const index = new Map(global.classes.map((name, at) => [name, at]));
    const count = (counts: readonly number[], name: string) => counts[index.get(name) ?? -1] ?? 0;
    const splitsOf = (name: string) =>
      new Set(splits.flatMap(({ split, counts }) => (split !== null && count(counts, name) > 0 ? [split] : [])));
    const filled = global.classes.filter((_, at) => (all.counts[at] ?? 0) > 0);
    return alikeClasses(filled, splitsOf).map(({ names, differences }) => {
      const images = names.reduce((sum, name) => sum + count(all.counts, name), 0);
      const spread = names.map(splitsOf);
      const apart =
        splits.length > 1 &&
        spread.every((one, at) => spread.every((two, to) => at === to || [...one].every((split) => !two.has(split))));
      const where = apart
        ? `; ${named(names.map((name, at) => `${quoted(name)} is only in ${named([...spread[at]!])}`))}`
        : '';
      return finding({
        check: 'alike-classes',
        about: names.join('\n'),
        severity: 'warning',
        scope: 'class',
        title: `The classes ${named(names.map(quoted), 5)} may be one: their names differ only in ${named(differences.map((one) => DIFFERENCES[one]))}${where}.`,
        remedy:
          'Compare images of both. If they are one class, merge them: the folder is not changed. If they are two, nothing has to be done.',
        score: images / Math.max(1, all.total),
        value: images,
        classes: names,
        evidence: {
          facts: [
            { name: 'images in these classes', value: images },
            { name: 'names differ in', value: named(differences.map((one) => DIFFERENCES[one])) },
          ],
          tables: [
            {
              title: `Images of the ${counted(names.length, 'class', 'classes')}`,
              columns: ['class', 'images', ...splits.map(({ split }) => split ?? '')],
              rows: names.map((name) => [
                quoted(name),
                count(all.counts, name),
                ...splits.map(({ counts }) => count(counts, name)),
              ]),
            },
          ],
        },
      });
    });
  }),
};
