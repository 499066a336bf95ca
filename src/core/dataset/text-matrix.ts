/** Numbers in a text without names of images, one line for each image, as `numpy.savetxt` writes them. */

export interface TextMatrix {
  /** The names of the columns, if the first line has them. */
  readonly header: readonly string[] | null;
  readonly rows: readonly (readonly string[])[];
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$|^[-+]?(nan|inf(inity)?)$/i;

const isRow = (cells: readonly string[]): boolean => cells.every((cell) => NUMBER.test(cell));

/**
 * Columns are separated by blanks, commas, semicolons or tabs; lines that start with `#` do not count.
 * @returns null if any line but the first holds something else than numbers, or another number of them
 */
export function textMatrix(text: string): TextMatrix | null {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.trim());
  const cells = lines.map((line) =>
    /[,;\t]/.test(line) ? line.split(/[,;\t]/).map((cell) => cell.trim()) : line.split(/\s+/),
  );
  const [first] = cells;
  if (first === undefined) return null;
  const header = isRow(first) ? null : first;
  const rows = header === null ? cells : cells.slice(1);
  return rows.length > 0 && rows.every((row) => row.length === first.length && isRow(row)) ? { header, rows } : null;
}
