/** Which columns of a table name the images, the labels and the splits. Decided by the cells; names break ties. */
import { FILE_NAMES, LABEL_NAMES, plainColumn as plain, rankIn, SPLIT_NAMES } from './column-names';
import {
  binaryColumns,
  isFlag,
  isKnown,
  isOfPerson,
  isOne,
  isOther,
  isOtherBeside,
  largest,
  softColumns,
  type TableColumn,
} from './class-columns';
import { labelCells } from './label-cells';
import { folderKey, withFolders } from './folder-columns';
import { baseOf, folderOf, hasEnding, plainPath } from './row-path';
import { seededRandom } from '../statistics/random';
import { nameKeys, namesImage } from './name-keys';
import { splitColumn, type SplitOf } from './split-column';
import { splitMarks, withCell, withMarkedSplits } from './split-marks';

export interface ColumnCells {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Columns {
  readonly file: number;
  /** Columns that name other images, which have the label of the same row. */
  readonly also: readonly number[];
  readonly label: number;
  /** −1 if the table has none. */
  readonly split: number;
  /** The split for a cell of the split column; null without such a column. */
  readonly splitOf: SplitOf | null;
  /** Columns that could be the image or the label as well, the best first. */
  readonly files: readonly number[];
  readonly labels: readonly number[];
}

/** A table whose columns are known. The first line is a row if the table has no header. */
export interface ReadTable extends ColumnCells {
  readonly found: Columns;
  readonly header: boolean;
  /** Names of the columns that hold 1 for the class of an image and 0 for others; the label is in a column of its own. */
  readonly oneHot: readonly string[];
  /** Whether these columns hold shares or votes instead of 1 and 0. The largest one is the label. */
  readonly soft: boolean;
}

/** Why a table gives no labels. */
export type NotRead = 'no-image' | 'no-label' | 'many-labels';

/** Columns that the user names. */
export interface AskedColumns {
  readonly image: string | null;
  readonly label: string | null;
}

/** A date, with or without the time. */
const MOMENT = /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})([ T]\d{1,2}:\d{2}.*)?$/;

/** Names of image files, and the folders around them with a slash at the end, as `readColumns` compares them. */
export function imageNames(images: readonly string[]): ReadonlySet<string> {
  const folders = new Set(images.flatMap((path) => (path.includes('/') ? [folderOf(path)] : [])));
  return new Set([...images.flatMap(nameKeys), ...[...folders].flatMap((path) => [path, baseOf(path)].map(folderKey))]);
}

/** Rows that are looked at, one from each of as many equal parts of the table. */
const MOST_ROWS = 5000;
/** Labels repeat: a column with more distinct cells than this share of the rows needs the name of a label column. */
const MOST_DISTINCT = 0.5;

/** Nested JSON, which holds annotations of many kinds. */
const isNested = (cell: string): boolean => /^\s*[[{].*[[{]/s.test(cell);

function columnsIn({ columns, rows }: ColumnCells): TableColumn[] {
  const step = Math.max(1, rows.length / MOST_ROWS);
  // At random in its part: every tenth row of a table that goes round ten classes would be of one class.
  const random = seededRandom(1);
  const sample = Array.from({ length: Math.min(rows.length, MOST_ROWS) }, (_, i) => {
    const [from, to] = [Math.floor(i * step), Math.floor((i + 1) * step)];
    return rows[from + Math.floor(random() * (to - from))]!;
  });
  return columns.map((name, at) => {
    const written = sample.map((row) => (row[at] ?? '').trim());
    const { labels, form } = labelCells(written);
    // The boxes after the classes, and what else an answer says, differ from row to row.
    const isRead = form === 'boxes' || form === 'positions' || (form === 'lists' && written.some(isNested));
    const cells = isRead ? labels : written;
    const filled = cells.filter((cell) => cell !== '');
    const numeric = filled.length > 0 && filled.every((cell) => /^[-+]?\d*[.,]?\d+$/.test(cell));
    return { at, name, cells, filled, distinct: new Set(filled).size, numeric };
  });
}

/** Columns whose cells are names of images, best first. */
function fileColumns(all: readonly TableColumn[], names: ReadonlySet<string>): TableColumn[] {
  const scored = all.map((column) => {
    const hits = column.filled.filter((cell) => namesImage(cell, names));
    const different = column.distinct / Math.max(1, column.filled.length);
    // A file name with its ending says more than a number that a file has too.
    const exact = hits.filter((cell) => hasEnding(cell)).length;
    return { column, score: ((hits.length + 0.2 * exact) * different) / Math.max(1, column.filled.length) };
  });
  return scored
    .filter(({ score }) => score > 0)
    .sort(
      (a, b) =>
        b.score - a.score ||
        rankIn(FILE_NAMES, a.column.name) - rankIn(FILE_NAMES, b.column.name) ||
        a.column.at - b.column.at,
    )
    .map(({ column }) => column);
}

/** Columns of files that belong to the image in the same row. */
const BELONGING = /mask|segm|annot|truth|thumb|depth|edge|heatmap|caption/i;

/**
 * Columns that name other images than the first, as a table of two eyes of each patient does. No image may repeat, as
 * in lists of pairs.
 */
function alsoFiles([first, ...others]: readonly TableColumn[], names: ReadonlySet<string>): TableColumn[] {
  const each = ({ filled, distinct }: TableColumn): boolean => filled.length > 0 && distinct === filled.length;
  if (!first || !each(first) || plain(first.name) === FILE_NAMES[0]) return [];
  const taken = new Set(first.filled);
  return others.filter((column) => {
    const named = column.filled.filter((cell) => hasEnding(cell) && namesImage(cell, names)).length;
    const repeats = column.cells.filter(
      (cell, row) => cell !== '' && baseOf(plainPath(cell).path) === baseOf(plainPath(first.cells[row]!).path),
    ).length;
    const fits =
      each(column) && named * 2 > column.filled.length && repeats * 2 < named && !BELONGING.test(column.name);
    if (!fits || column.filled.some((cell) => taken.has(cell))) return false;
    for (const cell of column.filled) taken.add(cell);
    return true;
  });
}

/** Whether most cells name files, such as the image of the other eye. */
const namesFiles = ({ filled }: TableColumn): boolean => filled.filter(hasEnding).length * 2 > filled.length;

export function couldBeLabel(column: TableColumn): boolean {
  if (column.distinct === 0 || column.filled.some(isNested)) return false;
  if (namesFiles(column)) return false;
  // Fractions are shares or measures under any name.
  if (column.numeric && column.filled.filter((cell) => /[.,]\d*[1-9]/.test(cell)).length * 10 > column.filled.length)
    return false;
  if (isKnown(column)) return true;
  if (isOther(column) || column.filled.every((cell) => MOMENT.test(cell))) return false;
  // Integers may number classes. Other numbers are measured.
  if (column.numeric && column.filled.some((cell) => !/^\d+([.,]0+)?$/.test(cell))) return false;
  const most = column.numeric ? Math.min(200, column.filled.length / 5) : column.filled.length * MOST_DISTINCT;
  return column.distinct > 1 && column.distinct <= most && column.filled.length >= 0.5 * column.cells.length;
}

/** Whether two columns divide the rows in the same way. */
function samePartition(one: TableColumn, other: TableColumn): boolean {
  const [there, back] = [new Map<string, string>(), new Map<string, string>()];
  return one.cells.every((cell, row) => {
    const beside = other.cells[row]!;
    if (!there.has(cell)) there.set(cell, beside);
    if (!back.has(beside)) back.set(beside, cell);
    return there.get(cell) === beside && back.get(beside) === cell;
  });
}

/** Fewest numbers without a gap that are more likely those of classes than a measure. */
const FEWEST_COUNTED = 3;

/** Whether the cells are all whole numbers from 0 or 1 on, without a gap. */
function isWithoutGap({ filled, distinct }: TableColumn): boolean {
  const values = filled.map(Number);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return (least === 0 || least === 1) && most - least + 1 === distinct && values.every(Number.isInteger);
}

const countsUp = (column: TableColumn): boolean => column.distinct >= FEWEST_COUNTED && isWithoutGap(column);

/** Whether a column holds whole numbers and has no name of labels. */
export const isNumbering = (column: TableColumn): boolean => column.numeric && !isKnown(column);

/** The columns of a table with a header besides the one that names its images; none if no column does. */
export function tableColumns(table: ColumnCells, names: ReadonlySet<string>): TableColumn[] {
  const all = hasHeader(table.columns, names) ? columnsIn(table) : [];
  const [file] = fileColumns(all, names);
  return file ? all.filter((column) => column !== file) : [];
}

/** Columns that could hold labels, best first. A column of names comes before one that numbers the same classes. */
function labelColumns(all: readonly TableColumn[]): TableColumn[] {
  const isAside = isOtherBeside(all);
  const possible = all.filter((column) => couldBeLabel(column) && !isAside(column));
  // Several columns of whole numbers are measurements, such as the coordinates of landmarks.
  const numbers = possible.filter(isNumbering);
  const counted = numbers.filter(countsUp);
  const measured = counted.length === 1 ? numbers.filter((column) => !counted.includes(column)) : numbers;
  const ranked = possible
    .filter((column) => numbers.length < 2 || !measured.includes(column))
    .sort(
      (a, b) =>
        Number(isKnown(b)) - Number(isKnown(a)) ||
        Number(b.distinct > 1) - Number(a.distinct > 1) ||
        rankIn(LABEL_NAMES, a.name) - rankIn(LABEL_NAMES, b.name) ||
        Number(isFlag(a)) - Number(isFlag(b)) ||
        Number(a.numeric) - Number(b.numeric) ||
        a.at - b.at,
    );
  const [first] = ranked;
  if (!first?.numeric || first.distinct < 2) return ranked;
  const named = all.find(
    (one) => !one.numeric && !isOther(one) && one.distinct === first.distinct && samePartition(first, one),
  );
  return named ? [named, ...ranked.filter((one) => one !== named)] : ranked;
}

/** Whether the first line names columns, and is not a row that names an image. */
function hasHeader(first: readonly string[], names: ReadonlySet<string>): boolean {
  if (first.some((cell) => hasEnding(cell.trim()))) return false;
  const known = first.some((cell) => [...FILE_NAMES, ...LABEL_NAMES, ...SPLIT_NAMES].includes(plain(cell)));
  return known || !first.some((cell) => namesImage(cell, names));
}

/** Rows for each number of a class, where a short list has no other column. */
const FEWEST_EACH = 3;

/**
 * The only column beside the names of the images, if its cells repeat: `Image,Id` with the number of an animal. Numbers
 * must be those of classes, from 0 or 1 on.
 */
function onlyOther(rest: readonly TableColumn[]): TableColumn | undefined {
  const [only, ...more] = rest;
  const repeats = only !== undefined && only.distinct > 1 && only.distinct < only.filled.length;
  if (!repeats || more.length > 0 || only.filled.some(isNested) || namesFiles(only)) return undefined;
  const classes = !isOther(only) && isWithoutGap(only) && only.distinct * FEWEST_EACH <= only.filled.length;
  return !only.numeric || classes ? only : undefined;
}

/**
 * Finds the columns of a table. `no-image`: no column names an image of the data set. `no-label`: none holds labels.
 * `many-labels`: columns of yes and no, of which several can be yes for one image.
 * @param names see `imageNames`
 */
export function readColumns(
  given: ColumnCells,
  names: ReadonlySet<string>,
  asked: AskedColumns = { image: null, label: null },
): ReadTable | NotRead {
  const header = hasHeader(given.columns, names);
  const read = header
    ? given
    : { columns: given.columns.map((_, at) => `column ${at + 1}`), rows: [given.columns, ...given.rows] };
  const all = columnsIn(read);
  const isAsked = (wanted: string | null) => (column: TableColumn) =>
    wanted !== null && column.name.toLowerCase() === wanted.trim().toLowerCase();
  const files = fileColumns(all, names);
  const file = asked.image === null ? files[0] : all.find(isAsked(asked.image));
  if (!file) return 'no-image';
  const also = asked.image === null ? alsoFiles(files, names) : [];
  const rest = all.filter((column) => column !== file && !also.includes(column));
  const marks = splitMarks(rest);
  const table = withFolders(withMarkedSplits(read, marks), all, file, names);
  const split = marks.length > 0 ? { at: read.columns.length, splitOf: (cell: string) => cell } : splitColumn(rest);
  const free = rest.filter((column) => column.at !== split?.at && !marks.includes(column));
  const labels = labelColumns(free);
  const { hot, many } = binaryColumns(free);
  const binary = [...hot, ...many];
  const known = labels.find((column) => isKnown(column) && !binary.includes(column));
  const found = {
    file: file.at,
    also: also.map(({ at }) => at),
    split: split?.at ?? -1,
    splitOf: split?.splitOf ?? null,
    files: files.map(({ at }) => at),
  };
  /** The table with the class of each row in a column of its own. */
  const withClass = (
    columns: readonly TableColumn[],
    soft: boolean,
    classOf: (row: readonly string[]) => string,
  ): ReadTable => {
    const label = table.columns.length;
    const rows = table.rows.map((row) => withCell(row, label, classOf(row)));
    const oneHot = columns.map(({ name }) => name);
    return {
      columns: [...table.columns, 'class'],
      rows,
      found: { ...found, label, labels: [label] },
      header,
      oneHot,
      soft,
    };
  };
  if (asked.label === null && hot.length > 0 && !known)
    return withClass(hot, false, (row) => {
      const ones = hot.filter(({ at }) => isOne(row[at] ?? ''));
      return ones.length === 1 ? ones[0]!.name : '';
    });
  // Without a header, no class has a name.
  const soft = header && asked.label === null && labels.length === 0 ? softColumns(free) : [];
  if (soft.length > 0) return withClass(soft, true, (row) => largest(soft, row));
  if (asked.label === null && many.length > 0 && !known && labels.every((column) => many.includes(column)))
    return 'many-labels';
  const persons = known ? [] : free.filter((column) => isOfPerson(column) && !labels.includes(column));
  const label = asked.label === null ? (labels[0] ?? onlyOther(free) ?? persons[0]) : rest.find(isAsked(asked.label));
  if (!label) return 'no-label';
  const others = [...new Set([...(labels.includes(label) ? [] : [label]), ...labels, ...persons])];
  return {
    ...table,
    found: { ...found, label: label.at, labels: others.map(({ at }) => at) },
    header,
    oneHot: [],
    soft: false,
  };
}

/** The image and the split of each row of a table without labels; null if it has no column of splits. */
export function splitCells(
  table: ColumnCells,
  names: ReadonlySet<string>,
): { readonly image: string; readonly split: string | null }[] | null {
  if (!hasHeader(table.columns, names)) return null;
  const all = columnsIn(table);
  const [file] = fileColumns(all, names);
  const split = file && splitColumn(all.filter((column) => column !== file));
  if (!file || !split) return null;
  return table.rows.map((row) => {
    const cell = (row[split.at] ?? '').trim();
    return { image: row[file.at] ?? '', split: cell === '' ? null : split.splitOf(cell) };
  });
}

/** The cells of the column that names images; null if there is none. */
export function imageCells({ columns, rows }: ColumnCells, names: ReadonlySet<string>): string[] | null {
  const all = hasHeader(columns, names) ? rows : [columns, ...rows];
  const [file] = fileColumns(columnsIn({ columns, rows: all }), names);
  return file ? all.map((row) => row[file.at] ?? '') : null;
}
