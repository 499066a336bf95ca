/** Tables that number the images and give everything else by that number, as CUB-200 does. */
import type { Table } from './table';
import { hasEnding } from './row-path';

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).toLowerCase();

/** The number or the code of an image, which is no file name: `7`, `0000139e-21dc-4d0c-bfe1-4cae3c85c829`. */
const isId = (cell: string): boolean => /^[\w-]*\d[\w-]*$/.test(cell);

/** All lines of a list of two columns, which has no header; null for other tables. */
function pairs({ columns, rows, problem }: Table): Map<string, string> | null {
  const all = [columns, ...rows];
  if (problem !== null || rows.length === 0 || all.some((row) => row.length !== 2 || !isId(row[0]!.trim())))
    return null;
  const byId = new Map(all.map(([id, value]) => [id!.trim(), value!.trim()]));
  return byId.size === all.length ? byId : null;
}

const isSplit = (values: readonly string[]): boolean =>
  new Set(values).size === 2 && values.every((v) => /^[01]$/.test(v));

/**
 * Joins `images.txt` (number and path) with tables of the same folder and the same numbers: the classes
 * (`image_class_labels.txt`), named by `classes.txt`, and the splits (`train_test_split.txt`, where 1 is train).
 * @returns the tables with those that were joined replaced by one; the same tables if there are none to join
 */
export function joinById(tables: readonly Table[]): readonly Table[] {
  const numbered = tables.flatMap((table) => {
    const values = pairs(table);
    return values ? [{ table, values }] : [];
  });
  const images = numbered.find(({ values }) => [...values.values()].every((path) => hasEnding(path)));
  if (!images) return tables;
  const beside = numbered.filter(
    ({ table, values }) =>
      table !== images.table &&
      folderOf(table.path) === folderOf(images.table.path) &&
      [...values.values()].every((value) => /^\d+$/.test(value)) &&
      [...images.values.keys()].every((id) => values.has(id)),
  );
  const labels = beside.find(({ table }) => /class|label|categor/.test(nameOf(table.path)));
  if (!labels) return tables;
  const splits = beside.find(({ table, values }) => /split/.test(nameOf(table.path)) && isSplit([...values.values()]));
  const classes = numbered.find(
    ({ table, values }) =>
      /class|categor/.test(nameOf(table.path)) &&
      [...labels.values.values()].every((number) => values.has(number)) &&
      !beside.some((one) => one.table === table),
  );
  const rows = [...images.values].map(([id, path]) => {
    const number = labels.values.get(id) ?? '';
    const split = splits?.values.get(id);
    return [path, classes?.values.get(number) ?? number, split === undefined ? '' : split === '1' ? 'train' : 'test'];
  });
  const joined = [images, labels, splits, classes].flatMap((one) => one?.table ?? []);
  const path = joined.map((table) => table.path).join(' + ');
  const columns = ['file', 'label', 'split'];
  const table: Table = splits
    ? { path, columns, rows, problem: null }
    : { path, columns: columns.slice(0, 2), rows: rows.map((row) => row.slice(0, 2)), problem: null };
  return [table, ...tables.filter((one) => !joined.includes(one))];
}
