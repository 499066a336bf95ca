/** Tables that give the parts of each file name in several columns: `input_3_1_10.jpg` for suite 3, sample 1 and code 10. */
import { withFileNames } from './name-affix';
import { baseOf, plainPath, withoutEnding } from './row-path';
import type { Table } from './table';

/** Fewer rows may fit by chance. */
const FEWEST_ROWS = 10;
/** Least share of the rows that name a file of their own. */
const ALMOST_ALL = 0.95;
const LIKELY = 0.9;
/** Rows whose files are looked for, and columns that may be parts of names. */
const MOST_SAMPLED = 3;
const MOST_COLUMNS = 20;
/** Files that are compared with a cell of a row. A cell in more of them tells too little. */
const MOST_FILES = 5000;
/** Rows on which a form is tried first. */
const MOST_TRIED = 200;
/** Forms of names that are tried. */
const MOST_FORMS = 20;

/** Text, or the number of a column. */
type Form = readonly (string | number)[];

interface Piece {
  readonly column: number;
  readonly text: string;
}

const pieceOf = (cell: string | undefined): string => withoutEnding((cell ?? '').trim());
const isJoint = (sign: string | undefined): boolean => sign === undefined || !/[\p{L}\p{N}]/u.test(sign);

/** Where a text stands in another one between signs that are no letters or digits; −1 if nowhere. */
function placeOf(text: string, inside: string): number {
  for (let at = inside.indexOf(text); at >= 0; at = inside.indexOf(text, at + 1))
    if (isJoint(inside[at - 1]) && isJoint(inside[at + text.length])) return at;
  return -1;
}

/** The name with the cells of a row replaced by their columns, the longest first; null if fewer than two are in it. */
function formOf(stem: string, pieces: readonly Piece[]): Form | null {
  if (pieces.filter(({ text }) => stem.includes(text)).length < 2) return null;
  let form: Form = [stem];
  for (const { column, text } of pieces)
    form = form.flatMap((part) => {
      const at = typeof part === 'string' ? placeOf(text, part) : -1;
      return typeof part === 'string' && at >= 0 && !form.includes(column)
        ? [part.slice(0, at), column, part.slice(at + text.length)].filter((one) => one !== '')
        : [part];
    });
  return form.filter((part) => typeof part === 'number').length > 1 ? form : null;
}

/** The cells of a row that may be parts of a name. Of two columns with the same cell, none can be told. */
function piecesOf(row: readonly string[]): Piece[] {
  const all = row.slice(0, MOST_COLUMNS).map((cell, column) => ({ column, text: pieceOf(cell) }));
  return all
    .filter(({ text }) => text !== '' && all.filter((other) => other.text === text).length === 1)
    .sort((a, b) => b.text.length - a.text.length);
}

/** Rows from all of the table whose cells differ most from each other. */
function sampleOf(rows: Table['rows']): Table['rows'] {
  const step = rows.length / MOST_SAMPLED;
  return Array.from({ length: MOST_SAMPLED }, (_, part) =>
    rows
      .slice(Math.floor(part * step), Math.floor(part * step) + 100)
      .reduce((best, row) => (piecesOf(row).length > piecesOf(best).length ? row : best)),
  );
}

interface Files {
  /** The path of a name without its ending; null for a name that several files have. */
  readonly byStem: ReadonlyMap<string, string | null>;
  /** One name a line: a search in it is many times faster than one in each name. */
  readonly lines: string;
}

/** The same for all tables of a folder. */
const FILES = new WeakMap<readonly string[], Files>();

function filesOf(images: readonly string[]): Files {
  const known = FILES.get(images);
  if (known) return known;
  const byStem = new Map<string, string | null>();
  for (const path of images) {
    const stem = withoutEnding(baseOf(plainPath(path).path));
    byStem.set(stem, byStem.has(stem) ? null : path);
  }
  const files = { byStem, lines: `\n${[...byStem.keys()].join('\n')}\n` };
  FILES.set(images, files);
  return files;
}

/** Lines with a text in them; null if it is in too many. */
function linesWith(text: string, lines: string): string[] | null {
  const found: string[] = [];
  for (let at = lines.indexOf(text); at >= 0;) {
    if (found.length === MOST_FILES) return null;
    const end = lines.indexOf('\n', at);
    found.push(lines.slice(lines.lastIndexOf('\n', at) + 1, end));
    at = lines.indexOf(text, end);
  }
  return found;
}

/** Forms that a file has for each of the sampled rows, those of most columns first. */
function formsOf({ rows }: Table, lines: string): Form[] {
  const found = sampleOf(rows).map((row) => {
    const pieces = piecesOf(row);
    const files = new Set(pieces.flatMap(({ text }) => linesWith(text, lines) ?? []));
    return new Map(
      [...files].flatMap((stem): [string, Form][] => {
        const form = formOf(stem, pieces);
        return form ? [[JSON.stringify(form), form]] : [];
      }),
    );
  });
  const columns = (form: Form): number => form.filter((part) => typeof part === 'number').length;
  return [...found[0]!]
    .filter(([key]) => found.every((forms) => forms.has(key)))
    .map(([, form]) => form)
    .sort((a, b) => columns(b) - columns(a))
    .slice(0, MOST_FORMS);
}

/**
 * The table with the files that several of its columns name together, in a column `file`, where almost every row names a
 * file of its own in the same way. Unchanged where there is none, or where two ways name different files.
 */
function withComposedNames(table: Table, images: readonly string[]): Table {
  const { columns, rows, problem } = table;
  if (problem !== null || columns.length < 2 || rows.length < FEWEST_ROWS) return table;
  const { byStem, lines } = filesOf(images);
  const fileOf = (form: Form, row: readonly string[]): string =>
    byStem.get(form.map((part) => (typeof part === 'number' ? pieceOf(row[part]) : part)).join('')) ?? '';
  const step = Math.ceil(rows.length / MOST_TRIED);
  const some = rows.filter((_, at) => at % step === 0);
  const likely = (form: Form): boolean => some.filter((row) => fileOf(form, row) !== '').length >= some.length * LIKELY;
  const fits = (files: readonly string[]): boolean => {
    const named = files.filter((file) => file !== '');
    return named.length >= rows.length * ALMOST_ALL && new Set(named).size >= named.length * ALMOST_ALL;
  };
  const all = formsOf(table, lines)
    .filter(likely)
    .map((form) => ({ form, files: rows.map((row) => fileOf(form, row)) }));
  const [best, ...others] = all.filter(({ files }) => fits(files));
  if (best === undefined || others.some(({ files }) => files.some((file, at) => file !== best.files[at]))) return table;
  const first = best.files.findIndex((file) => file !== '');
  return {
    ...table,
    columns: [...columns, 'file'],
    rows: rows.map((row, at) => [
      ...row,
      ...Array.from({ length: columns.length - row.length }, () => ''),
      best.files[at]!,
    ]),
    composed: {
      columns: best.form.flatMap((part) => (typeof part === 'number' ? [columns[part]!] : [])),
      example: withoutEnding(baseOf(best.files[first]!)),
    },
  };
}

/** The table with the names of files, if it writes them in another way or in several columns. */
export function withNamesOfFiles(table: Table, images: readonly string[]): Table {
  const named = withFileNames(table, images);
  return named === table ? withComposedNames(table, images) : named;
}
