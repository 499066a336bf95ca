/** Tables of predictions in the long form: several rows for each image, each with one class and its score. */
import { quoted } from '../text/names';
import { numeric } from './prediction-cells';
import type { PredictionTable } from './prediction-table';

type Rows = readonly (readonly string[])[];

const SCORE = /prob|score|conf|output|logit|softmax|weight|value/i;
/** Fewer images may have two rows by mistake. */
const LEAST_SHARE = 0.9;

const cellsOf = (rows: Rows, column: number): string[] => rows.map((row) => (row[column] ?? '').trim());

/** Whether almost every image has several rows, and each of its rows another class. */
function isLong(groups: readonly Rows[], column: number): boolean {
  const several = groups.filter((rows) => rows.length > 1).length;
  return (
    several >= LEAST_SHARE * groups.length &&
    groups.every((rows) => new Set(cellsOf(rows, column)).size === rows.length)
  );
}

/** The column of the scores: the only column of numbers whose name says so, or the only one. */
function scoreColumn({ header, body }: PredictionTable, others: readonly number[]): number | null {
  const columns = others.filter((c) => numeric(cellsOf(body, c)));
  const named = columns.filter((c) => SCORE.test(header[c]!));
  const [found, ...more] = named.length > 0 ? named : columns;
  return found !== undefined && more.length === 0 ? found : null;
}

/**
 * Gives each image one row: with one column for each class if every image has a row for each of the classes, otherwise
 * with the class of its highest score. Any other table stays as it is.
 * @param image the column that names the image
 * @param classes of the data set
 */
export function withoutLongRows(table: PredictionTable, image: number, classes: readonly string[]): PredictionTable {
  const { header, body, notes } = table;
  const byImage = new Map<string, string[][]>();
  for (const row of body) {
    const key = (row[image] ?? '').trim();
    const list = byImage.get(key);
    if (list) list.push([...row]);
    else byImage.set(key, [[...row]]);
  }
  const groups = [...byImage.values()];
  if (groups.length === 0 || groups.length === body.length) return table;
  const known = new Set(classes);
  const others = [...header.keys()].filter((c) => c !== image);
  const named = others.find((c) => cellsOf(body, c).every((cell) => known.has(cell)) && isLong(groups, c));
  const score =
    named === undefined
      ? null
      : scoreColumn(
          table,
          others.filter((c) => c !== named),
        );
  if (named === undefined || score === null) return table;
  const from = `the scores are taken from the column ${quoted(header[score]!)}`;
  const whole = groups.every((rows) => rows.length === classes.length);
  if (whole) {
    const scoreOf = (rows: Rows, name: string): string =>
      rows.find((row) => (row[named] ?? '').trim() === name)?.[score] ?? '';
    return {
      header: [header[image]!, ...classes],
      body: groups.map((rows) => [rows[0]![image] ?? '', ...classes.map((name) => scoreOf(rows, name))]),
      notes: [...notes, `Each image has a row for each class; ${from}.`],
    };
  }
  const value = (row: readonly string[]): number => Number((row[score] ?? '').replace(',', '.').replace('%', ''));
  const best = (rows: Rows): readonly string[] => rows.reduce((top, row) => (value(row) > value(top) ? row : top));
  return {
    header: [header[image]!, 'predicted'],
    body: groups.map(best).map((row) => [row[image] ?? '', row[named] ?? '']),
    notes: [...notes, `Each image has rows for several classes. The one with the highest score counts; ${from}.`],
  };
}
