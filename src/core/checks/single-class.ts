import type { Check } from './check';
import { withoutRows } from './partials';
import { finding } from './finding';
import { integer } from '../text/numbers';
import { quoted } from '../text/names';

const allImages = (total: number, of = ''): string =>
  total === 1 ? `The only image${of} has` : `All ${integer(total)} images${of} have`;

export const singleClass: Check<null> = {
  id: 'single-class',
  title: 'One class only',
  why: 'If all images have the same label, there is nothing to learn: any model reaches 100 % by always predicting that label.',
  how: 'Only one class has images, in the data set or in a split.',
  basis: 'class-counts',
  early: 'listed',
  checklist: ['data', 'imbalance'],
  thresholds: {},
  version: 1,
  ...withoutRows((global) => {
    const lonely = global.totals.bySplit.filter(
      ({ counts, total }) => total > 0 && counts.filter((n) => n > 0).length === 1,
    );
    // If the whole data set has one class, so does every split: report it once.
    const told = lonely.some(({ split }) => split === null) ? lonely.slice(0, 1) : lonely;
    return told.map(({ split, counts, total }) => {
      const name = global.classes[counts.findIndex((n) => n > 0)] ?? '';
      return finding({
        check: 'single-class',
        about: split ?? 'all',
        severity: 'error',
        scope: split === null ? 'dataset' : 'split',
        title:
          split === null
            ? `${allImages(total)} the label ${quoted(name)}.`
            : `${allImages(total, ` of the ${split} split`)} the label ${quoted(name)}.`,
        remedy:
          split === null
            ? 'Check that you opened the right folder and that it is read correctly: one folder per class, or a table with a label column. Training needs a second class.'
            : 'Split again, shuffled and stratified by class (the export does this). The images were probably split in the order of the class folders.',
        score: 1,
        value: 1,
        classes: [name],
        splits: split === null ? [] : [split],
        evidence: {
          facts: [
            { name: 'images', value: total },
            { name: 'classes', value: 1 },
          ],
        },
      });
    });
  }),
};
