/** Files that name numbered classes: `classes.txt`, `cat_to_name.json`, `signnames.csv`, `words.txt` of ImageNet, `names` in data.yaml. */
import type { FolderReading } from '../../contract/model/dataset';
import type { TableLabel } from './folders';
import { named, quoted } from '../text/names';
import { plainColumn } from './column-names';
import { NAMES_CLASSES } from './name-lists';
import { byCodePoint } from './order';
import { hasEnding } from './row-path';
import type { Table } from './table';

/** A data set with more classes than this has few readers who know them by number. */
const MOST_NAMED = 2000;
/** Numbers, numbers of WordNet (`n01443537`), and a letter with a number (`c0`). */
const CODE = /^(\d+|n\d{8}|[a-z]\d{1,3})$/i;
const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** `007` and `7` are one number. */
export const classKey = (code: string): string => (/^\d+$/.test(code) ? String(Number(code)) : code.toLowerCase());

/** The names in a list of one column. A file without a header has a name in the place of the header. */
function wordsOf({ columns, rows }: Table, classes: readonly string[]): string[] {
  const words = rows.map((row) => row[0] ?? '');
  const [first = ''] = columns;
  return classes.includes(first) || (words.length === classes.length - 1 && plainColumn(first) !== 'file')
    ? [first, ...words]
    : words;
}

/** Pairs of a code and a name in a table. A list of words is counted from 0 or 1, if it has one for each class. */
function pairsOf(table: Table, classes: readonly string[]): [string, string][] {
  const { path, columns, rows } = table;
  const all = [columns, ...rows];
  if (!NAMES_CLASSES.test(base(path))) return [];
  if (columns.length === 1) {
    const words = wordsOf(table, classes);
    const first = Math.min(...classes.map(Number));
    const fits =
      words.length === classes.length && first <= 1 && classes.every((name) => Number(name) - first < words.length);
    return fits ? words.map((word, at) => [String(at + first), word]) : [];
  }
  const isCode = (cell: string | undefined): boolean => CODE.test(cell?.trim() ?? '');
  return all.flatMap((row): [string, string][] => {
    const [code, name] = isCode(row[0]) ? [row[0], row[1]] : [row[1], row[0]];
    return isCode(code) && name !== undefined && !/^\d*$/.test(name.trim()) && !hasEnding(name.trim())
      ? [[code!.trim(), name.trim()]]
      : [];
  });
}

/**
 * The file that names the classes of a data set whose classes are all numbers or codes; null for none.
 * @param tables that are not used for labels. `labels`: whether the table could label images, as `cat_to_name.json`
 * seems to label 1.jpg; it names classes only if it has no other rows.
 */
export function namesOfNumbers(
  tables: readonly { readonly table: Table; readonly labels: boolean }[],
  labels: Iterable<TableLabel>,
): FolderReading['classNames'] {
  const classes = [...new Set(Array.from(labels, ({ className }) => className))];
  if (classes.length < 2 || classes.length > MOST_NAMED || !classes.every((name) => CODE.test(name))) return null;
  const sorted = classes.sort((a, b) => Number(a) - Number(b) || byCodePoint(a, b));
  for (const { table, labels: several } of tables) {
    if (table.problem !== null || (several && table.rows.length > classes.length)) continue;
    const names = new Map(pairsOf(table, classes).map(([code, name]) => [classKey(code), name]));
    if (!classes.every((name) => names.has(classKey(name)))) continue;
    return {
      file: table.path,
      names: sorted.map((number) => ({ number, name: names.get(classKey(number))! })),
    };
  }
  return null;
}

/** Whether a file by its name lists so many classes, with numbers from 0 or 1 on before their names: `0 Class 1`. */
function numbersClasses({ path, columns, rows }: Table, classes: number): boolean {
  const all = [columns, ...rows];
  if (!LISTS_CLASSES.test(base(path)) || all.length !== classes) return false;
  const first = Number(all[0]![0]);
  const isNext = (row: readonly string[], at: number): boolean =>
    row.length === 2 && /^\d+$/.test(row[0]!) && Number(row[0]) === first + at && /\p{L}/u.test(row[1]!);
  return first <= 1 && all.every((row, at) => isNext(row, at) && !hasEnding(row[1]!));
}

/** Least share of the rows of a list of classes that name a class of their own. */
const ALMOST_ALL = 0.9;

/**
 * Whether a column of a table has all classes, in any order: `names.csv`, or `{ "cat": 0, "dog": 1 }`.
 * @param namesImages whether cells are names of images, as the numbers of the classes may be; then there must be nothing
 * but these numbers beside the classes
 */
export function listsClasses(table: Table, classes: readonly string[], namesImages: boolean): boolean {
  const { columns, rows } = table;
  if (classes.length < 2) return false;
  if (numbersClasses(table, classes.length)) return true;
  const known = new Set(classes);
  if (
    namesImages &&
    (rows.length > classes.length || !rows.flat().every((cell) => /^\d*$/.test(cell) || known.has(cell)))
  )
    return false;
  return columns.some((first, at) => {
    const cells = new Set([first, ...rows.map((row) => row[at] ?? '')].map((cell) => cell.trim()));
    // In a table of pictures, classes repeat.
    return cells.size >= rows.length * ALMOST_ALL && classes.every((name) => cells.has(name));
  });
}

/** Names of files that list all classes. */
const LISTS_CLASSES = /^(class|label|categor)(es|s|ies)?[-_ ]?(names?|list|map)?\.\w+$|names\.\w+$/i;
/** Least share of the classes that a list must name, so that it is a list of these classes. */
const LEAST_KNOWN = 0.5;

/**
 * What a list of class names says differently from the classes of the data set, for example `labels.txt` with 2 names
 * beside 3 numbered folders; null if it fits, or is not such a list.
 */
export function differsFromClasses(table: Table, labels: Iterable<TableLabel>): string | null {
  const classes = [...new Set(Array.from(labels, ({ className }) => className))].sort(byCodePoint);
  const { path, problem, columns } = table;
  if (problem !== null || !LISTS_CLASSES.test(base(path)) || classes.length < 2) return null;
  if (classes.every((name) => /^\d+$/.test(name))) {
    const words = columns.length === 1 ? wordsOf(table, classes).length : pairsOf(table, classes).length;
    const codes = new Set(pairsOf(table, classes).map(([code]) => classKey(code)));
    const known = columns.length === 1 ? words : classes.filter((name) => codes.has(classKey(name))).length;
    return known === 0 || (columns.length > 1 && known === classes.length) || words === classes.length
      ? null
      : `it has names for ${known} classes, but there are ${classes.length}`;
  }
  if (columns.length !== 1) return null;
  const listed = new Set(wordsOf(table, classes));
  const absent = classes.filter((name) => !listed.has(name));
  const more = [...listed].filter((name) => !classes.includes(name));
  if (absent.length > classes.length * (1 - LEAST_KNOWN) || absent.length + more.length === 0) return null;
  return [
    ...(absent.length > 0 ? [`it does not list ${named(absent.map(quoted), 3)}`] : []),
    ...(more.length > 0
      ? [`it lists ${named(more.map(quoted), 3)}, which ${more.length === 1 ? 'has' : 'have'} no images`]
      : []),
  ].join(', and ');
}
