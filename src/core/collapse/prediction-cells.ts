/** The numbers in the cells of a table of predictions. */
import { PlumblineError } from '../../contract/errors';

/** As Python, R, C and spreadsheets write a number that does not exist. */
const NOT_A_NUMBER = /^[-+]?(nan|null|none|n\/?a|#n\/a|1\.#(qnan|ind)|nan\(ind\))$/i;
const INFINITE = /^[-+]?(inf|infinity|1\.#inf)$/i;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/**
 * @param comma the table writes decimal commas
 * @returns NaN for an empty cell and for what is written as NaN or infinity; null for a text that is no number
 */
function numberOf(cell: string, comma: boolean): number | null {
  const text = cell.trim().replace(/\s*%$/, '');
  if (text === '' || NOT_A_NUMBER.test(text) || INFINITE.test(text)) return Number.NaN;
  const plain = (comma ? text.replace(',', '.') : text).replace('−', '-');
  return NUMBER.test(plain) ? Number(plain) : null;
}

const withComma = (cell: string): boolean => cell.includes(',') && /^\s*[-+]?\d*,\d+(e[-+]?\d+)?\s*%?\s*$/i.test(cell);

/** Whether each cell that is not empty is a number. At least one of them must be finite. */
export function numeric(cells: readonly string[]): boolean {
  const numbers = cells.map((cell) => numberOf(cell, withComma(cell)));
  return numbers.every((value) => value !== null) && numbers.some((value) => Number.isFinite(value));
}

export interface Numbers {
  /** One row per row of cells; NaN for an empty cell and for what is written as NaN or infinity. */
  readonly values: readonly (readonly number[])[];
  /** Whether all cells are empty. */
  readonly empty: boolean;
  /** Whether every number has a percent sign. */
  readonly percent: boolean;
  /** Whether numbers are written with a decimal comma. */
  readonly comma: boolean;
}

/**
 * @param cells one row per image
 * @param placeOf names the row and column of a cell in a sentence
 * @throws PlumblineError `bad-predictions` with the place of a text that is no number
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
    percent: !empty && every((cell) => /%\s*$/.test(cell) || !/\d/.test(cell)),
  };
}

/** The numbers of one cell that holds a list, such as “[0.1 0.9]” or “[0.1, 0.9]”; null if it holds none. */
export function listOf(cell: string): string[] | null {
  const inside = /^\s*[[(]+\s*(.*?)\s*[\])]+\s*$/s.exec(cell)?.[1];
  if (inside === undefined || inside === '') return null;
  return inside.split(/\s*,\s*|\s+/).map((part) => part.replace(/^["']|["']$/g, ''));
}
