/** Tables that give each image its split and no label, such as `list_eval_partition.txt` of CelebA. */
import { splitCells } from './columns';
import { orderSplits } from './order';
import { baseOf } from './row-path';
import type { Table } from './table';

/**
 * The table with the name of a column of splits, if it is by its name a list of splits without a header, and numbers
 * them 0, 1 and 2.
 */
export function asPartition(table: Table): Table {
  const { path, columns, rows } = table;
  const numbers = new Set(rows.map((row) => row[1]));
  const fits =
    /partition|split/i.test(baseOf(path)) &&
    columns.length === 2 &&
    columns[1] === 'label' &&
    numbers.size === 3 &&
    ['0', '1', '2'].every((number) => numbers.has(number));
  return fits ? { ...table, columns: [columns[0]!, 'partition'] } : table;
}

/** The images of each split in such a table; null for other tables. */
export function imagesBySplit(table: Table, names: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> | null {
  const cells = splitCells(table, names);
  if (cells === null) return null;
  const found = new Map<string, string[]>();
  for (const { image, split } of cells) if (split !== null) found.set(split, [...(found.get(split) ?? []), image]);
  return found.size > 1 ? new Map(orderSplits([...found.keys()]).map((split) => [split, found.get(split)!])) : null;
}
