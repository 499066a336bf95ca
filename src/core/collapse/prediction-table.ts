/** The cells of a file of predictions as one header and one row for each prediction. */
import { withoutHeaders, withoutTitle } from '../dataset/title-rows';
import { quoted } from '../text/names';
import { counted } from '../text/numbers';
import { listOf, numeric } from './prediction-cells';
import { imageRank, namelessColumn, roleOf } from './prediction-columns';
import { ranking } from './ranking-cells';

type Row = readonly string[];

export interface PredictionTable {
  readonly header: Row;
  readonly body: readonly Row[];
  readonly notes: readonly string[];
}

export const isFilled = (cell: string | undefined): boolean => cell !== undefined && cell.trim() !== '';

/** File names of a data set, with and without ending, in lower case. Only tells image columns from other columns. */
export function namesOf(images: readonly { readonly path: string }[]): (cell: string) => boolean {
  const base = (path: string): string => path.trim().split(/[\\/]/).at(-1)?.normalize('NFC').toLowerCase() ?? '';
  const names = new Set(images.flatMap(({ path }) => [base(path), base(path).replace(/\.[^.]*$/, '')]));
  return (cell) => isFilled(cell) && (names.has(base(cell)) || names.has(base(cell).replace(/\.[^.]*$/, '')));
}

/**
 * Gives a table whose first row is already a prediction a header. As many columns of numbers as there are classes are
 * numbered like the columns of a data frame.
 */
function withHeader(table: readonly Row[], isImage: (cell: string) => boolean, width: number): PredictionTable {
  const [first = [], ...body] = table;
  const named = first.some((cell) => imageRank(cell) !== null || roleOf(cell) !== null);
  const image = first.findIndex((cell) => /\.[a-z]{3,4}$|[\\/]/i.test(cell.trim()) && isImage(cell));
  if (named || image < 0) return { header: first, body, notes: [] };
  const others = [...first.keys()].filter((c) => c !== image);
  const outputs = others.length === width && others.every((c) => numeric(table.map((row) => row[c] ?? '')));
  const name = (c: number): string => (outputs ? String(others.indexOf(c)) : namelessColumn(c));
  return {
    header: first.map((_, c) => (c === image ? 'path' : name(c))),
    body: table,
    notes: ['The table has no header. Its first line is read as a prediction.'],
  };
}

/** The table without rows that repeat its header, with a sentence on them. */
function withoutRepeats({ header, body, notes }: PredictionTable): PredictionTable {
  const { rows, repeated } = withoutHeaders(header, body);
  if (repeated === 0) return { header, body, notes };
  const said = `${counted(repeated, 'row repeats', 'rows repeat')} the header, as in files that were joined, and ${repeated === 1 ? 'is' : 'are'} not read.`;
  return { header, body: rows, notes: [...notes, said] };
}

/** The table without the lines above its header, with a sentence on them. */
function titled(table: readonly Row[], isImage: (cell: string) => boolean, width: number): PredictionTable {
  const { rows, before } = withoutTitle(table);
  const found = withoutRepeats(withHeader(rows, isImage, width));
  if (before.length === 0) return found;
  const said = `${counted(before.length, 'line')} above the header ${before.length === 1 ? 'is' : 'are'} not read: ${quoted(before[0]!)}.`;
  return { ...found, notes: [said, ...found.notes] };
}

/** A column of lists with one number per class becomes one numbered column per class. */
function withoutLists({ header, body, notes }: PredictionTable, width: number): PredictionTable {
  const lists = header.map((_, c) => {
    const cell = body.find((row) => isFilled(row[c]))?.[c] ?? '';
    const list = listOf(cell);
    return list?.length === width && list.every((part) => /^[-+]?[\d.]+(e[-+]?\d+)?$|^nan$/i.test(part));
  });
  if (!lists.includes(true)) return { header, body, notes };
  const empty = Array.from({ length: width }, () => '');
  return {
    header: header.flatMap((name, c) => (lists[c] ? empty.map((_, k) => `${name}_${k}`) : [name])),
    body: body.map((row) => header.flatMap((_, c) => (lists[c] ? (listOf(row[c] ?? '') ?? empty) : [row[c] ?? '']))),
    notes,
  };
}

/** A column of rankings becomes one column for each label, or the best label where not all rows rank the same labels. */
function withoutRankings({ header, body, notes }: PredictionTable): PredictionTable {
  const at = header.findIndex((_, c) => body.length > 0 && body.every((row) => ranking(row[c] ?? '') !== null));
  if (at < 0) return { header, body, notes };
  const rankings = body.map((row) => ranking(row[at] ?? '')!);
  const labels = [...new Set(rankings.flatMap((one) => [...one.keys()]))];
  const whole = rankings.every((one) => labels.every((label) => one.has(label)));
  const best = (one: ReadonlyMap<string, string>): string =>
    [...one.keys()].toSorted((a, b) => Number(one.get(b)) - Number(one.get(a)))[0] ?? '';
  return {
    header: header.flatMap((name, c) => (c !== at ? [name] : whole ? labels : ['predicted'])),
    body: body.map((row, r) =>
      header.flatMap((_, c) =>
        c !== at ? [row[c] ?? ''] : whole ? labels.map((label) => rankings[r]!.get(label)!) : [best(rankings[r]!)],
      ),
    ),
    notes,
  };
}

/**
 * The table with a header, without titles, lists and rankings.
 * @param isImage whether a cell names an image of the data set
 * @param width number of classes
 */
export const predictionTable = (
  table: readonly Row[],
  isImage: (cell: string) => boolean,
  width: number,
): PredictionTable => withoutLists(withoutRankings(titled(table, isImage, width)), width);
