/** Files that name numbered classes: `classes.txt`, `cat_to_name.json`. Classes keep their numbers. */
import type { FolderReading } from '../../contract/model/dataset';
import type { TableLabel } from './folders';
import type { Table } from './table';

const MOST_NAMED = 3;
const NAMES = /(class|label|categor|name|map|disease|species|synset|word|meta)/i;
const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Pairs of a number and a name in a table. A list of words is counted from 0, if it has one for each class. */
function pairsOf({ path, columns, rows }: Table, classes: readonly string[]): [string, string][] {
  const all = [columns, ...rows];
  if (!NAMES.test(base(path))) return [];
  if (columns.length === 1) {
    const words = rows.map((row) => row[0] ?? '');
    const first = Math.min(...classes.map(Number));
    const fits =
      words.length === classes.length && first <= 1 && classes.every((name) => Number(name) - first < words.length);
    return fits ? words.map((word, at) => [String(at + first), word]) : [];
  }
  return all.flatMap((row): [string, string][] => {
    const [number, name] = /^\d+$/.test(row[0]?.trim() ?? '') ? [row[0], row[1]] : [row[1], row[0]];
    return number !== undefined && name !== undefined && /\D/.test(name) ? [[number.trim(), name.trim()]] : [];
  });
}

/** The file that names the classes of a data set whose classes are all numbers, with the first names; null for none. */
export function namesOfNumbers(tables: readonly Table[], labels: Iterable<TableLabel>): FolderReading['classNames'] {
  const classes = [...new Set(Array.from(labels, ({ className }) => className))];
  if (classes.length < 2 || !classes.every((name) => /^\d+$/.test(name))) return null;
  const sorted = classes.sort((a, b) => Number(a) - Number(b));
  for (const table of tables) {
    const names = new Map(table.problem === null ? pairsOf(table, classes).map(([n, name]) => [Number(n), name]) : []);
    if (!classes.every((name) => names.has(Number(name)))) continue;
    return {
      file: table.path,
      names: sorted.slice(0, MOST_NAMED).map((number) => ({ number, name: names.get(Number(number))! })),
    };
  }
  return null;
}
