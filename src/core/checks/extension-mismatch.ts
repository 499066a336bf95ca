import { formatOf, names } from '../images/formats';
import type { Check } from './check';
import { classTable, finding, inOrder, ofAll, readable } from './finding';
import { named } from '../text/names';
import { percent } from '../text/numbers';

export const extensionMismatch: Check = {
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
  run(input) {
    const images = readable(input.images);
    const wrong = images.filter((image) => !names(image.extension, formatOf(image.facts.format)));
    if (wrong.length === 0) return [];
    const kinds = new Map<string, number>();
    for (const image of wrong) {
      const kind = `${image.facts.format} named ${image.extension === '' ? 'without an ending' : `.${image.extension}`}`;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    const sorted = [...kinds].sort((a, b) => b[1] - a[1]);
    const share = wrong.length / images.length;
    return [
      finding({
        check: 'extension-mismatch',
        severity: 'warning',
        scope: 'image',
        title: `${ofAll(wrong.length, images.length, 'have another format than the ending says')}: ${named(sorted.map(([kind, n]) => `${n} ${kind}`))}.`,
        remedy:
          'Rename them by their content (the export does this), or save them again in the format that the ending names. tf.io.decode_jpeg fails on a PNG; PIL reads both.',
        score: Math.sqrt(share),
        value: wrong.length,
        ...inOrder(input, wrong),
        images: wrong.map((image) => ({ id: image.id, value: null })),
        evidence: {
          facts: [
            { name: 'images', value: wrong.length },
            { name: 'share', value: percent(share) },
          ],
          tables: [
            { title: 'Content and ending', columns: ['content', 'images'], rows: sorted.map(([kind, n]) => [kind, n]) },
            classTable(wrong, images, 'By class'),
          ],
        },
      }),
    ];
  },
};
