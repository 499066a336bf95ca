import { formatOf, names } from '../images/formats';
import type { Check } from './check';
import { classTable, finding, inOrder, ofAll, readable } from './finding';
import { named } from '../text/names';
import { percent } from '../text/numbers';

export const extensionMismatch: Check = {
  id: 'extension-mismatch',
  title: 'Wrong file endings',
  why: 'Loaders choose files, and some decoders too, by the ending: a PNG named .jpg is skipped by one tool and fails in another.',
  how: 'The format is told by the first bytes of the file and compared with the endings that name it.',
  basis: 'images',
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
        title: `${ofAll(wrong.length, images.length, 'are not what the ending says')}: ${named(sorted.map(([kind, n]) => `${n} ${kind}`))}.`,
        remedy:
          'Rename them by their content (the export does), or save them again as what they are called. tf.io.decode_jpeg fails on a PNG; PIL reads both.',
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
