/** Tables that write the names of the files in another way: without what all files have at their end, or `1.234` for 1234. */
import { maskFiles } from './mask-files';
import { baseOf, folderOf, plainPath, withoutEnding } from './row-path';
import type { Table } from './table';

/** Fewer rows may fit by chance. */
const FEWEST_ROWS = 5;
/** Least share of the rows, or of the files, that fit with the same change. */
const ALMOST_ALL = 0.95;
/** Shorter names may be in others by chance. */
const FEWEST_CHARACTERS = 5;
/** Rows that are compared with all files, and columns that are looked at. */
const MOST_COMPARED = 20;
const MOST_COLUMNS = 50;

/** What may be a part of a file name on purpose: letters or digits with a digit, such as `P07`. */
const LEAST_PART = /^(?=.*\d)[\w-]{3,}$/;

const stemOf = (path: string): string => withoutEnding(baseOf(plainPath(path).path));
const SIGN = /[-_. ()]/;

interface Affix {
  readonly before: string;
  readonly after: string;
}

/** A column of names that are parts of file names, or the other way round, with an example. */
interface Resembling {
  readonly column: number;
  readonly cell: string;
  readonly file: string;
  readonly affix: Affix;
  /** Whether the file has this around the name in the row; else the row has it around the name of the file. */
  readonly inFile: boolean;
}

/** What a longer name has around a shorter one; null if it is inside of a word or number. */
function around(longer: string, shorter: string): Affix | null {
  const at = longer.indexOf(shorter);
  if (at < 0 || longer.length === shorter.length) return null;
  const [before, after] = [longer.slice(0, at), longer.slice(at + shorter.length)];
  const apart = (before === '' || SIGN.test(before.at(-1)!)) && (after === '' || SIGN.test(after[0]!));
  return apart ? { before, after } : null;
}

/** Whether a name is long enough not to be in others by chance. Measures are no names. */
const tells = (stem: string): boolean =>
  stem.length >= FEWEST_CHARACTERS && (/^\d{6,}$/.test(stem) || (/\p{L}/u.test(stem) && Number.isNaN(Number(stem))));

const filled = (rows: Table['rows'], column: number): string[] =>
  rows.map((row) => row[column]?.trim() ?? '').filter((cell) => cell !== '');

/** Rows that are looked at, evenly from the table. */
const MOST_ROWS = 1000;

const someOf = (rows: Table['rows']): Table['rows'] =>
  rows.length <= MOST_ROWS
    ? rows
    : Array.from({ length: MOST_ROWS }, (_, i) => rows[Math.floor((i * rows.length) / MOST_ROWS)]!);

/** Names evenly from the column, without repetitions. */
function sampleOf(cells: readonly string[]): string[] {
  const distinct = [...new Set(cells)];
  const step = Math.max(1, distinct.length / MOST_COMPARED);
  return Array.from({ length: Math.min(distinct.length, MOST_COMPARED) }, (_, i) => distinct[Math.floor(i * step)]!);
}

/** The names of all files, to be searched for parts of them. */
interface Names {
  readonly all: ReadonlySet<string>;
  /** One name a line: a search in it is many times faster than one in each name. */
  readonly lines: string;
}

function namesOf(images: readonly string[]): Names {
  const all = new Set(images.map(stemOf));
  return { all, lines: `\n${[...all].join('\n')}\n` };
}

/** The first files whose names contain a name. */
function filesWith(name: string, { lines }: Names, most: number): { file: string; affix: Affix }[] {
  const found: { file: string; affix: Affix }[] = [];
  for (let at = lines.indexOf(name); at >= 0 && found.length < most; at = lines.indexOf(name, at + 1)) {
    const end = lines.indexOf('\n', at);
    const file = lines.slice(lines.lastIndexOf('\n', at) + 1, end);
    const affix = around(file, name);
    if (affix && found.at(-1)?.file !== file) found.push({ file, affix });
  }
  return found;
}

/** The files whose whole names are parts of a name. */
function filesIn(name: string, { all }: Names): { file: string; affix: Affix }[] {
  const ends = [
    -1,
    ...Array.from({ length: name.length }, (_, at) => at).filter((at) => SIGN.test(name[at]!)),
    name.length,
  ];
  const parts = ends.flatMap((from, i) => ends.slice(i + 1).map((to) => name.slice(from + 1, to)));
  return [...new Set(parts)].flatMap((file) => {
    const affix = tells(file) && all.has(file) ? around(name, file) : null;
    return affix ? [{ file, affix }] : [];
  });
}

/** The first column whose names resemble one file each, where they resemble any; null if there is none. */
export function resembling({ columns, rows }: Table, images: readonly string[]): Resembling | null {
  const some = someOf(rows);
  let names: Names | null = null;
  for (const column of [...columns.keys()].slice(0, MOST_COLUMNS)) {
    const sample = sampleOf(filled(some, column)).filter((cell) => tells(stemOf(cell)));
    if (sample.length < FEWEST_ROWS) continue;
    const known = (names ??= namesOf(images));
    const all = sample.map((cell): Resembling[] => {
      const longer = filesWith(stemOf(cell), known, 2).map((one) => ({ column, cell, ...one, inFile: true }));
      return longer.length > 0
        ? longer
        : filesIn(stemOf(cell), known).map((one) => ({ column, cell, ...one, inFile: false }));
    });
    const found = all.flatMap((each) => (each.length === 1 ? each : []));
    const several = all.filter((each) => each.length > 1).length;
    if (found.length < FEWEST_ROWS || several > 0) continue;
    if (new Set(found.map(({ file }) => file)).size === found.length) return found[0]!;
  }
  return null;
}

/** Files that are counted for one name. */
const MOST_FILES = 100;

/**
 * The first column each of whose names is part of several file names, with an example and how many files it fits; null
 * if there is none.
 */
export function partOfSeveral(
  { columns, rows }: Table,
  images: readonly string[],
): { readonly column: number; readonly cell: string; readonly file: string; readonly files: number } | null {
  const some = someOf(rows);
  let names: Names | null = null;
  for (const column of [...columns.keys()].slice(0, MOST_COLUMNS)) {
    const sample = sampleOf(filled(some, column)).filter((cell) => LEAST_PART.test(stemOf(cell)));
    if (sample.length < FEWEST_ROWS) continue;
    const known = (names ??= namesOf(images));
    const fitting = sample.map((cell) => filesWith(stemOf(cell), known, MOST_FILES));
    if (fitting.some(({ length }) => length < 2 || length === MOST_FILES)) continue;
    return { column, cell: sample[0]!, file: fitting[0]![0]!.file, files: fitting[0]!.length };
  }
  return null;
}

const THOUSANDS = /^\d{1,3}([.,' ])\d{3}(\1\d{3})*$/;

/** The column in which most cells are numbers with a sign at each thousand; null if there is none. */
function thousands({ columns, rows }: Table): number | null {
  const some = someOf(rows);
  const found = [...columns.keys()].slice(0, MOST_COLUMNS).find((column) => {
    const cells = filled(some, column);
    const signs = new Set(cells.flatMap((cell) => THOUSANDS.exec(cell)?.[1] ?? []));
    const whole = cells.every((cell) => THOUSANDS.test(cell) || /^\d{1,3}$/.test(cell));
    return signs.size === 1 && whole && cells.length >= FEWEST_ROWS;
  });
  return found ?? null;
}

/** The same for all tables of a folder. */
const ENDS = new WeakMap<readonly string[], string>();

/** The word that almost all names have after their last sign: `_thumbnail`; '' for none. */
function sharedEnd(images: readonly string[]): string {
  const known = ENDS.get(images);
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  for (const path of images) {
    const word = /[-_. ()][^-_. ()]*\p{L}[^-_. ()]*$/u.exec(stemOf(path))?.[0] ?? '';
    if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  const end = most !== undefined && most[1] >= images.length * ALMOST_ALL ? most[0] : '';
  ENDS.set(images, end);
  return end;
}

/**
 * The column of numbers that begin the names of the files, before the same word; null if there is none. Numbers at the end,
 * as in `img_4`, may be those of other rows.
 */
function numbersBefore({ columns, rows }: Table, images: readonly string[], end: string): number | null {
  const stems = new Set(images.map(stemOf));
  const some = someOf(rows);
  const found = [...columns.keys()].slice(0, MOST_COLUMNS).find((column) => {
    const sample = sampleOf(filled(some, column)).filter((cell) => /^\d+$/.test(cell));
    return sample.filter((cell) => stems.has(`${cell}${end}`)).length >= FEWEST_ROWS;
  });
  return found ?? null;
}

/**
 * The table with other names in one column, if almost all fit one file each; the same table otherwise.
 * @param all whether almost all rows must fit, although there are fewer files
 */
function withNames(
  table: Table,
  column: number,
  images: readonly string[],
  name: (stem: string) => string,
  all: boolean,
): Table {
  const files = new Map<string, number>();
  for (const path of images) files.set(stemOf(path), (files.get(stemOf(path)) ?? 0) + 1);
  const cells = [...new Set(filled(table.rows, column))];
  const fitting = cells.filter((cell) => files.get(name(stemOf(cell))) === 1);
  const [first] = fitting;
  // The files of masks are named after their images too.
  const masks = maskFiles(fitting.flatMap((cell) => [`${stemOf(cell)}.png`, `${name(stemOf(cell))}.png`]));
  if (first === undefined || fitting.length < FEWEST_ROWS || masks.size > 0) return table;
  // Rows with something else around the name of a file may say something else about it: `1_mass`, `1_edema`.
  const least = all ? cells.length : Math.min(cells.length, files.size);
  if (fitting.length < least * ALMOST_ALL) return table;
  const renamed = (cell: string): string => {
    const { path } = plainPath(cell);
    const ending = path.slice(withoutEnding(path).length);
    return [...(folderOf(path) === '' ? [] : [folderOf(path)]), `${name(stemOf(cell))}${ending}`].join('/');
  };
  const inColumn = (cell: string, at: number): string => (at === column && cell.trim() !== '' ? renamed(cell) : cell);
  const header = files.has(name(stemOf(table.columns[column]!)));
  return {
    ...table,
    columns: header ? table.columns.map(inColumn) : table.columns,
    rows: table.rows.map((row) => row.map(inColumn)),
    renamed: { count: fitting.length, from: first, to: renamed(first) },
  };
}

/**
 * The table with the names of the files in its rows, if almost all rows lack the same text before or after their names, or
 * have it too much, or have signs between thousands, and each fits one file; the same table otherwise.
 * @param images of the data set, none of which a row names
 */
export function withFileNames(table: Table, images: readonly string[]): Table {
  if (table.problem !== null || table.columns.length < 2) return table;
  const near = resembling(table, images);
  if (near !== null) {
    const { before, after } = near.affix;
    const without = (stem: string): string =>
      stem.startsWith(before) && stem.endsWith(after) ? stem.slice(before.length, stem.length - after.length) : '';
    return withNames(
      table,
      near.column,
      images,
      (stem) => (near.inFile ? `${before}${stem}${after}` : without(stem)),
      !near.inFile,
    );
  }
  const numbers = thousands(table);
  if (numbers !== null) return withNames(table, numbers, images, (stem) => stem.replace(/\D/g, ''), false);
  const end = sharedEnd(images);
  const column = end === '' ? null : numbersBefore(table, images, end);
  return column === null ? table : withNames(table, column, images, (stem) => `${stem}${end}`, false);
}
