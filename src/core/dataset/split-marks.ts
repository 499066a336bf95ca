/** Columns called `train` and `test` that mark the split of each row with a 1. */
import { isOne, type TableColumn } from './class-columns';
import { splitName, splitRole } from './split-names';

/** Least share of the rows with exactly one mark. */
const ALMOST_ALL = 0.95;

const isMark = ({ name, cells }: TableColumn): boolean =>
  splitRole(name) !== null &&
  cells.some(isOne) &&
  cells.every((cell) => isOne(cell) || /^(0([.,]0+)?|false|no)?$/i.test(cell));

/** The columns that mark the splits, of which almost every row has one; none if there are fewer than two splits. */
export function splitMarks(all: readonly TableColumn[]): readonly TableColumn[] {
  const marks = all.filter(isMark);
  const rows = marks[0]?.cells ?? [];
  const single = rows.filter((_, row) => marks.filter(({ cells }) => isOne(cells[row]!)).length === 1).length;
  const several = new Set(marks.map(({ name }) => splitRole(name))).size === marks.length && marks.length > 1;
  return several && single >= rows.length * ALMOST_ALL ? marks : [];
}

/** The split of a row; '' if it has no mark, or several. */
function markedSplit(marks: readonly TableColumn[], row: readonly string[]): string {
  const [one, ...more] = marks.filter(({ at }) => isOne(row[at] ?? ''));
  return one === undefined || more.length > 0 ? '' : splitName(one.name);
}

/** A row with one more cell, in the column `at`. */
export const withCell = (row: readonly string[], at: number, cell: string): string[] => [
  ...row,
  ...Array.from({ length: at - row.length }, () => ''),
  cell,
];

interface Cells {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The table with the split of each row in a column of its own, if columns mark the splits. */
export function withMarkedSplits(table: Cells, marks: readonly TableColumn[]): Cells {
  if (marks.length === 0) return table;
  const at = table.columns.length;
  return {
    columns: [...table.columns, 'split'],
    rows: table.rows.map((row) => withCell(row, at, markedSplit(marks, row))),
  };
}
