/** Tables whose cells are only set apart by blanks, as programs print numbers in columns. */
import { hasEnding } from './row-path';

type Records = readonly (readonly string[])[];

const cellsOf = (line: string): string[] => line.trim().split(/\s+/);

/**
 * The records with a cell for each word, if each line has one cell that starts with the name of an image, and all lines have as
 * many words. Other records are not changed: names of files may contain blanks.
 */
export function withAlignedCells(records: Records): Records {
  if (records.length < 2 || records.some((row) => row.length !== 1)) return records;
  const split = records.map(([line]) => cellsOf(line!));
  const width = split[0]!.length;
  const fits = width > 1 && split.every((cells) => cells.length === width);
  return fits && split.slice(1).every(([name]) => hasEnding(name!)) ? split : records;
}
