import { formatOf, names } from '../images/formats';
import type { Check, Tally } from './check';
import { classTable, finding, ofAll, readable } from './finding';
import { fields, talliesAdded, tally } from './partials';
import { ofSelection, selected, type SelectedImages, selectionOf, selectionsMerged } from './selection';
import { named } from '../text/names';
import { percent } from '../text/numbers';

/** Grows by 4 bytes for each image with a wrong ending. */
interface Wrong {
  readonly images: SelectedImages;
  /** How many there are of each kind. */
  readonly kinds: Tally;
}

export const extensionMismatch: Check<Wrong> = {
  id: 'extension-mismatch',
  title: 'Wrong file endings',
  why: 'Loaders choose files by their ending, and so do some decoders. One tool skips a PNG named .jpg, another fails on it.',
  how: 'The format is read from the first bytes of the file and compared with the file’s ending.',
  basis: 'images',
  early: 'measured',
  drop: 'images',
  checklist: [],
  thresholds: {},
  version: 1,
  partial({ images }) {
    const wrong = readable(images).filter((image) => !names(image.extension, formatOf(image.facts.format)));
    const named = (extension: string): string => (extension === '' ? 'without an ending' : `.${extension}`);
    return {
      images: selectionOf(wrong),
      kinds: tally(wrong.map(({ facts, extension }) => `${facts.format} named ${named(extension)}`)),
    };
  },
  merge: fields<Wrong>({ images: selectionsMerged, kinds: talliesAdded }),
  conclude({ images, kinds }, global) {
    const wrong = selected(images);
    if (wrong === 0) return [];
    const sorted = [...kinds].sort((a, b) => b[1] - a[1]);
    const share = wrong / global.totals.readable;
    return [
      finding({
        check: 'extension-mismatch',
        severity: 'warning',
        scope: 'image',
        title: `${ofAll(wrong, global.totals.readable, 'have another format than the ending says')}: ${named(sorted.map(([kind, n]) => `${n} ${kind}`))}.`,
        remedy:
          'Rename them by their content (the export does this), or save them again in the format that the ending names. tf.io.decode_jpeg fails on a PNG; PIL reads both.',
        score: Math.sqrt(share),
        value: wrong,
        ...ofSelection(global, images),
        evidence: {
          facts: [
            { name: 'images', value: wrong },
            { name: 'share', value: percent(share) },
          ],
          tables: [
            { title: 'Content and ending', columns: ['content', 'images'], rows: sorted.map(([kind, n]) => [kind, n]) },
            classTable(images.classes, global.totals.readableOf, 'By class'),
          ],
        },
      }),
    ];
  },
};
