/** Tables of single splits that are too short to tell their columns. */
import { readColumns } from './columns';
import { foldersOf } from './folders';
import type { Table } from './table';
import { splitAndSubject } from './table-split';

/**
 * Reads a table of one split like that of another one beside it with the same columns. Alone, `val.lst` may be too short
 * to tell numbers of classes from other numbers.
 */
export function alignSplitTables(reads: Map<Table, ReturnType<typeof readColumns>>, names: ReadonlySet<string>): void {
  const shape = (table: Table, header: boolean): string =>
    JSON.stringify([
      foldersOf(table.path),
      splitAndSubject(table.path)?.subject,
      /\.[^./]*$/.exec(table.path)?.[0],
      header ? table.columns : table.columns.length,
    ]);
  const known = [...reads].flatMap(([table, read]) =>
    typeof read !== 'string' && read.oneHot.length === 0 && splitAndSubject(table.path) !== null
      ? [{ table, read }]
      : [],
  );
  for (const [table, read] of reads) {
    if (read !== 'no-label' || splitAndSubject(table.path) === null) continue;
    const like = known.find((one) => shape(one.table, one.read.header) === shape(table, one.read.header));
    if (!like) continue;
    const { columns, found } = like.read;
    const again = readColumns(table, names, { image: columns[found.file]!, label: columns[found.label]! });
    if (typeof again !== 'string' && again.header === like.read.header) reads.set(table, again);
  }
}
