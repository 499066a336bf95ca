/** CSV by RFC 4180, safe to open in a spreadsheet. */

export type Cell = string | number | boolean | null;

const PLAIN_NUMBER = /^[+-]?\d+(\.\d+)?$/;
const FORMULA = /^'*[=+\-@\t\r]/;

/**
 * A spreadsheet runs a cell that begins with = + - @ as a formula, so file names in a data set from the internet could
 * run commands. Such a cell gets an apostrophe in front (OWASP, CSV injection), except plain numbers. `unguarded`
 * removes it again.
 */
export function guarded(text: string): string {
  return FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
}

export function unguarded(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}

export function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = guarded(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One record with its line end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}
