/** Lists of one class each that say of every image whether it shows the class: `ImageSets/Main/cat_train.txt` of Pascal VOC. */
import { byCodePoint } from './order';
import { baseOf, folderOf } from './row-path';
import { splitName, splitRole } from './split-names';
import type { Table } from './table';

interface ClassList {
  readonly table: Table;
  readonly className: string;
  readonly split: string;
  /** The image, and 1 for yes, −1 for no, 0 for hardly. */
  readonly rows: readonly (readonly string[])[];
}

/** Most images with several classes for each one with a single class, so that these are lists of labels. */
const MOST_SEVERAL = 0.25;

function classList(table: Table): ClassList | null {
  const [, className, split] = /^(.+)_(train|val|trainval|test)\.txt$/i.exec(baseOf(table.path)) ?? [];
  if (className === undefined || split === undefined || table.problem !== null) return null;
  const rows = table.columns[0] === 'file' ? table.rows : [table.columns, ...table.rows];
  const fits = rows.length > 1 && rows.every((row) => row.length === 2 && /^(-1|[01])$/.test(row[1]!));
  return fits && rows.some((row) => row[1] === '-1')
    ? { table, className, split: splitRole(split) === null ? split : splitName(split), rows }
    : null;
}

/** The lists of one folder as one table with the class and the split of each image. */
function joined(folder: string, lists: readonly ClassList[]): Table {
  // `trainval` repeats the images of `train` and `val`.
  const parts = lists.filter(({ split }) => split !== 'trainval');
  const used = parts.length > 0 ? parts : lists;
  const classes = new Map<string, string[]>();
  const splits = new Map<string, string>();
  for (const { className, split, rows } of used)
    for (const [image = '', says] of rows) {
      const found = classes.get(image) ?? [];
      classes.set(image, says === '1' ? [...found, className] : found);
      splits.set(image, split === 'trainval' ? '' : split);
    }
  const several = [...classes.values()].filter((found) => found.length > 1).length;
  const single = [...classes.values()].filter((found) => found.length === 1).length;
  const names = [...new Set(used.map(({ split }) => split))].sort(byCodePoint);
  const path = `${folder}/*_${names.length > 1 ? `{${names.join(',')}}` : names[0]!}.txt`;
  if (several > MOST_SEVERAL * single)
    return {
      path,
      columns: [],
      rows: [],
      problem: `these lists give ${several} of ${classes.size} images several classes, and Plumbline needs one class for each image`,
      known: true,
    };
  const rows = [...classes].map(([image, found]) => [
    image,
    found.length === 1 ? found[0]! : '',
    splits.get(image) ?? '',
  ]);
  return { path, columns: ['file', 'label', 'split'], rows, problem: null };
}

/** The tables with such lists of each folder joined into one; the same tables if a folder has lists of fewer than two classes. */
export function joinOneVsRest(tables: readonly Table[]): readonly Table[] {
  const byFolder = new Map<string, ClassList[]>();
  for (const table of tables) {
    const list = classList(table);
    const folder = folderOf(table.path);
    if (list) byFolder.set(folder, [...(byFolder.get(folder) ?? []), list]);
  }
  const whole = [...byFolder].filter(([, lists]) => new Set(lists.map(({ className }) => className)).size > 1);
  if (whole.length === 0) return tables;
  const parts = new Set(whole.flatMap(([, lists]) => lists.map(({ table }) => table)));
  return [...whole.map(([folder, lists]) => joined(folder, lists)), ...tables.filter((table) => !parts.has(table))];
}
