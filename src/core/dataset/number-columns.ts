/** Columns of whole numbers that are not taken as labels, because they may be measures. */
import { couldBeLabel, isNumbering, tableColumns } from './columns';
import type { Table } from './table';

/** The names of these columns beside the names of the images; empty if there are fewer than two. */
export function numberColumns(table: Table, names: ReadonlySet<string>): string[] {
  const found = tableColumns(table, names).filter((column) => couldBeLabel(column) && isNumbering(column));
  return found.length > 1 ? found.map(({ name }) => name) : [];
}
