/** Lines above the header of a table: titles of spreadsheets, and comments of the tool that wrote the table. */
import { FILE_NAMES, LABEL_NAMES, plainColumn } from './column-names';
import { hasEnding } from './row-path';

type Rows = readonly (readonly string[])[];

/** More lines before a header are no title. */
const MOST = 10;

const filledIn = (row: readonly string[]): number => row.filter((cell) => cell.trim() !== '').length;
/** Whether the first line of a text names the columns of a table, with at least one usual name. */
export const namesColumns = (cells: readonly string[]): boolean =>
  cells.length > 1 && cells.some(namesColumn) && !cells.some(hasEnding);

const namesColumn = (cell: string): boolean =>
  FILE_NAMES.includes(plainColumn(cell)) || LABEL_NAMES.includes(plainColumn(cell));
const isComment = (row: readonly string[]): boolean => /^\s*(#|\/\/)/.test(row[0] ?? '') && !row.some(namesColumn);

/**
 * Where the header is if the first images are named below it: the line above two lines with image files in the same column, if
 * all lines before it have fewer cells. −1 if there is none.
 */
function headerAboveImages(rows: Rows): number {
  const first = rows.slice(0, MOST + 2).findIndex((row) => row.some(hasEnding));
  const at = (rows[first] ?? []).findIndex(hasEnding);
  if (first < 2 || !hasEnding(rows[first + 1]?.[at] ?? '')) return -1;
  const width = filledIn(rows[first - 1]!);
  const narrower = rows.slice(0, first - 1).every((row) => filledIn(row) < width);
  return width > 1 && width >= filledIn(rows[first]!) && narrower ? first - 1 : -1;
}

/**
 * Removes the lines before the header: comments that start with `#` or `//`, lines with one cell above lines with
 * several, and lines with fewer cells than the one above the first images. A table of one column is not changed.
 * @returns `before`: the removed lines that are not empty
 */
export function withoutTitle<Row extends readonly string[]>(
  rows: readonly Row[],
): { rows: readonly Row[]; before: string[] } {
  const isTitle = (row: Row): boolean => isComment(row) || (filledIn(row) < 2 && !row.some(namesColumn));
  const start = Math.max(
    rows.findIndex((row) => !isTitle(row)),
    headerAboveImages(rows),
  );
  if (start <= 0 || start > MOST || filledIn(rows[start]!) < 2 || rows.length < start + 2) return { rows, before: [] };
  const before = rows.slice(0, start).map((row) => row.filter((cell) => cell.trim() !== '').join(' '));
  return { rows: rows.slice(start), before: before.filter((line) => line !== '') };
}

/** Rows with more filled cells than the header has columns: an unquoted delimiter shifts their cells. */
export function wideRows(header: readonly string[], rows: Rows): number[] {
  return [...rows.keys()].filter((at) => rows[at]!.slice(header.length).some((cell) => cell.trim() !== ''));
}

/** The rows without those that repeat the header, as in files that were joined. `repeated`: how many those are. */
export function withoutHeaders<Row extends readonly string[]>(
  header: readonly string[],
  rows: readonly Row[],
): { rows: readonly Row[]; repeated: number } {
  // One cell may be a value that equals the name of its column.
  if (filledIn(header) < 2) return { rows, repeated: 0 };
  const others = rows.filter((row) => row.length !== header.length || row.some((cell, at) => cell !== header[at]));
  return { rows: others, repeated: rows.length - others.length };
}

/** The header with a name for the row numbers, if every row starts with one and the header does not name them (R). */
export function withRowNames(header: readonly string[], rows: Rows): readonly string[] {
  const named = rows.every((row, at) => row.length === header.length + 1 && row[0]?.trim() === String(at + 1));
  return named && rows.length > 0 ? ['', ...header] : header;
}

const QUOTED = /^'(.*)'$/s;
/** Fewer cells may have quotes of their own. */
const FEWEST_QUOTED = 5;

/**
 * The cells without the single quotes around them, where all of at least five filled cells of a column have them:
 * `'cat.jpg','cat'`, as SQL and Python print texts.
 */
export function withoutQuotes(records: readonly (readonly string[])[]): string[][] {
  const counts = new Map<number, number>();
  for (const row of records.slice(1))
    row.forEach((cell, at) => {
      if (cell !== '') counts.set(at, QUOTED.test(cell) ? (counts.get(at) ?? 0) + 1 : -Infinity);
    });
  const isQuoted = (at: number): boolean => (counts.get(at) ?? 0) >= FEWEST_QUOTED;
  return records.map((row) => row.map((cell, at) => (isQuoted(at) ? cell.replace(QUOTED, '$1') : cell)));
}
