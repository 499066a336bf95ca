/** Reads the numbers in the cells of a table of predictions. */
import { PlumblineError } from '../../contract/errors';

/** How Python, R, C and spreadsheets write a missing or undefined number. */
const NOT_A_NUMBER = /^[-+]?(nan|null|none|n\/?a|#n\/a|1\.#(qnan|ind)|nan\(ind\))$/i;
const INFINITE = /^[-+]?(inf|infinity|1\.#inf)$/i;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/**
 * @param comma whether the table uses decimal commas
 * @returns NaN for an empty cell, for NaN and for infinity; null for a text that is not a number
 */
function numberOf(cell: string, comma: boolean): number | null {
  const text = cell.trim().replace(/\s*%$/, '');
  if (/^(true|false)$/i.test(text)) return /^t/i.test(text) ? 1 : 0;
  if (text === '' || NOT_A_NUMBER.test(text) || INFINITE.test(text)) return Number.NaN;
  const plain = (comma ? text.replace(',', '.') : text).replace('−', '-');
  return NUMBER.test(plain) ? Number(plain) : null;
}

const withComma = (cell: string): boolean => cell.includes(',') && /^\s*[-+]?\d*,\d+(e[-+]?\d+)?\s*%?\s*$/i.test(cell);

/** Whether each cell that is not empty is a number, and at least one of them is finite. */
export function numeric(cells: readonly string[]): boolean {
  const numbers = cells.map((cell) => numberOf(cell, withComma(cell)));
  return numbers.every((value) => value !== null) && numbers.some((value) => Number.isFinite(value));
}

export interface Numbers {
  /** One row for each row of cells. NaN stands for an empty cell, for NaN and for infinity. */
  readonly values: readonly (readonly number[])[];
  /** Whether all cells are empty. */
  readonly empty: boolean;
  /** Whether every number has a percent sign. */
  readonly percent: boolean;
  /** Whether numbers have a decimal comma. */
  readonly comma: boolean;
}

/**
 * @param cells one row per image
 * @param placeOf returns words for the row and column of a cell, for use in a sentence
 * @throws PlumblineError `bad-predictions` if a cell contains a text that is not a number; the message names the cell
 */
export function numbersOfCells(
  cells: readonly (readonly string[])[],
  placeOf: (row: number, column: number) => string,
): Numbers {
  const comma = cells.some((row) => row.some(withComma));
  const every = (holds: (cell: string) => boolean): boolean => cells.every((row) => row.every(holds));
  const empty = every((cell) => cell.trim() === '');
  const values = cells.map((row, r) =>
    row.map((cell, c) => {
      const value = numberOf(cell, comma);
      if (value !== null) return value;
      throw new PlumblineError(
        'bad-predictions',
        `“${cell.trim()}” in ${placeOf(r, c)} is not a number: correct it or remove the row, then import again.`,
      );
    }),
  );
  return {
    values,
    comma,
    empty,
    percent:
      cells.some((row) => row.some((cell) => cell.includes('%'))) &&
      every((cell) => /%\s*$/.test(cell) || !/\d/.test(cell)),
  };
}

/**
 * The numbers in a cell that contains a list, such as “[0.1 0.9]” or “[0.1, 0.9]”; null if the cell is not a list of
 * numbers.
 */
export function listOf(cell: string): string[] | null {
  const plain = cell.replace(/^\s*(?:(?:np\.)?array|tensor)\((.*)\)\s*$/s, '$1').replace(/(\])\s*,\s*\w+=.*$/s, '$1');
  const inside = /^\s*[[(]+\s*(.*?)\s*[\])]+\s*$/s.exec(plain)?.[1];
  if (inside === undefined || inside === '') return null;
  return inside.split(/\s*,\s*|\s+/).map((part) => part.replace(/^["']|["']$/g, ''));
}
