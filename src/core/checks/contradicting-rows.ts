import type { Check } from './check';
import { withoutRows } from './partials';
import { finding } from './finding';
import { named, quoted } from '../text/names';
import { counted, integer } from '../text/numbers';

export const contradictingRows: Check<null> = {
  id: 'contradicting-rows',
  title: 'Rows that contradict each other',
  why: 'If a table gives one image several labels, nobody knows which one is right. Most training scripts take the last row, or use the image under each label.',
  how: 'Rows of the label tables that name the same image and different labels. Such an image has no label here.',
  basis: 'loaders',
  checklist: ['data'],
  thresholds: {},
  version: 1,
  ...withoutRows(({ listing: { contradicting = [] }, totals }) => {
    const [first] = contradicting;
    if (!first) return [];
    const labels = [...new Set(first.rows.map(({ label }) => label))];
    const tables = new Set(contradicting.flatMap(({ rows }) => rows.map(({ table }) => table)));
    const place = (row: number, table: string): string => (tables.size > 1 ? `${table} ${integer(row)}` : integer(row));
    return [
      finding({
        check: 'contradicting-rows',
        about: 'rows',
        severity: 'warning',
        scope: 'dataset',
        title: `${counted(contradicting.length, 'image has', 'images have')} rows with different labels, for example ${quoted(first.path)} with ${named(labels.map(quoted), 4)}.`,
        remedy:
          'Look at these images, correct or remove the wrong rows, and index again. Until then the images have no label and are left out. If several people labelled each image, write one label per image, for example that of the majority.',
        score: contradicting.length / Math.max(1, contradicting.length + totals.images),
        value: contradicting.length,
        evidence: {
          facts: [{ name: 'images', value: contradicting.length }],
          tables: [
            {
              title: `Rows of ${named([...tables], 3)}, counted without the header`,
              columns: ['image', 'labels', 'rows'],
              rows: contradicting.map(({ path, rows }) => [
                path,
                rows.map(({ label }) => quoted(label)).join(', '),
                rows.map(({ row, table }) => place(row, table)).join(', '),
              ]),
            },
          ],
        },
      }),
    ];
  }),
};
