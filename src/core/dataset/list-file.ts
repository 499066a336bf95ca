/** Lists of images and labels without column names: `train.txt` with lines such as `cat/1.jpg 3`, or `labels.json`. */
import { KNOWN_ENDINGS } from '../images/formats';

/** Endings of files that may be such lists, in lower case and without the dot. */
export const LIST_ENDINGS: readonly string[] = [
  'txt',
  'lst',
  'json',
  'jsonl',
  'ndjson',
  'manifest',
  'labels',
  'names',
  'xml',
  'yaml',
  'yml',
];

/** Names of files that are never label lists but often contain file names. */
const OTHER_NAMES = /(^|\/)(readme|license|licence|requirements|package|package-lock|tsconfig)[^/]*$/i;

export const isListName = (path: string): boolean =>
  LIST_ENDINGS.some((ending) => path.toLowerCase().endsWith(`.${ending}`)) && !OTHER_NAMES.test(path);

interface List {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const COLUMNS = ['file', 'label'] as const;
/** More words in each line are a text. */
const MOST_WORDS = 60;
/** Least share of the lines that contain an image and a label. */
const ALMOST_ALL = 0.9;

function namesImage(cell: string): boolean {
  const dot = cell.lastIndexOf('.');
  return dot > 0 && KNOWN_ENDINGS.has(cell.slice(dot + 1).toLowerCase());
}

/** The cells of a line with tabs, commas or semicolons; none for other lines. */
function cellsOf(line: string): string[] {
  const separator = ['\t', ',', ';'].find((one) => line.includes(one));
  return separator === undefined ? [] : line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}

/**
 * Classes on several levels, from coarse to fine, as whole numbers after the path: `tree/1.jpg,0,3,17`. The finest level
 * is the label. Null if a further cell does not divide the classes before it.
 */
function levels(lines: readonly string[]): List | null {
  const rows = lines.map(cellsOf);
  const width = rows[0]?.length ?? 0;
  if (width < 3 || rows.some((row) => row.length !== width || !row.slice(1).every((cell) => /^\d+$/.test(cell))))
    return null;
  const distinct = (at: number): number => new Set(rows.map((row) => row[at])).size;
  const divides = (at: number): boolean =>
    distinct(at) > distinct(at - 1) && new Set(rows.map((row) => `${row[at - 1]} ${row[at]}`)).size === distinct(at);
  const columns = Array.from({ length: width }, (_, at) => (at === 0 ? 'file' : `level ${at}`));
  const finer = columns.every((_, at) => at < 2 || divides(at) || distinct(at) === distinct(at - 1));
  const last = columns.findLastIndex((_, at) => at > 1 && divides(at));
  if (!finer || last < 0 || distinct(last) * 2 > rows.length) return null;
  return { columns: columns.map((name, at) => (at === last ? 'label' : name)), rows };
}

/**
 * The path and the label in a line. The separator is a tab, a comma or a semicolon; if the line has none of these, the
 * last space, with a sign such as `-`, `:` or `->` before it.
 */
function splitLine(line: string): [string, string] | null {
  const cells = cellsOf(line);
  if (cells.length === 0) {
    // The path ends after the file ending, so both the path and the label may contain spaces.
    const match = /^(.*?\.(\p{L}[\p{L}\p{N}]{1,4}))(?:\s*(?::|=>?|→)|\s+[-–—]+>?)?\s+(.+)$/u.exec(line.trim());
    if (match && KNOWN_ENDINGS.has(match[2]!.toLowerCase())) return [match[1]!, match[3]!.trim()];
    return null;
  }
  const [path = '', label = ''] = cells;
  return namesImage(path) && label !== '' ? [path, label] : null;
}

/** Several labels between the number and the path of an image, as MXNet writes them; null for measures. */
function labelsBeforePath(lines: readonly string[]): List | null {
  const rows = lines.map((line) => line.split('\t').map((cell) => cell.trim()));
  const width = rows[0]?.length ?? 0;
  const whole = (cell: string): boolean => /^-?\d+(\.0*)?$/.test(cell);
  const fits = (row: readonly string[]): boolean =>
    row.length === width && /^\d+$/.test(row[0]!) && row.slice(1, -1).every(whole) && namesImage(row[width - 1]!);
  if (width < 4 || !rows.every(fits)) return null;
  const repeats = (at: number): boolean => new Set(rows.map((row) => row[at])).size * 5 <= rows.length;
  const columns = rows[0]!.map((_, at) =>
    at === 0 ? 'index' : at === width - 1 ? 'file' : `${repeats(at) ? 'label' : 'value'} ${at}`,
  );
  return { columns, rows };
}

/** Lines of one word each, or of several words of which each is in the same place. Null for prose. */
function wordLines(lines: readonly string[]): List | null {
  const all = lines.map((line) => line.trim().split(/\s+/));
  // CelebA writes the number of the images above the names of the attributes.
  const counted = all.length > 3 && all[0]!.length === 1 && Number(all[0]![0]) === all.length - 2;
  const rows = counted ? all.slice(1) : all;
  const [names = [], second] = rows;
  // The column of the images has no name.
  const unnamed =
    second !== undefined && second.length === names.length + 1 && namesImage(second[0]!) && !names.some(namesImage);
  const first = unnamed ? ['file', ...names] : names;
  if (unnamed) rows[0] = first;
  if (rows.length < 2 || first.length > MOST_WORDS || rows.some((row) => row.length !== first.length)) return null;
  if (first.length === 1) return { columns: ['file'], rows };
  return { columns: first, rows: rows.slice(1) };
}

/**
 * The entries of a list. Further cells of a line with separators, such as the bounding box of an object, are ignored.
 * Empty lines and lines that start with `#` do not count. Lists without labels have the one column `file`. Null if fewer
 * than nine in ten lines are an image, or an image with its label, and the lines do not have the same number of words.
 */
export function parseListFile(text: string): List | null {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const almostAll = (count: number): boolean => count > 0 && count >= lines.length * ALMOST_ALL;
  const rows = lines.flatMap((line) => {
    const row = splitLine(line);
    return row ? [row] : [];
  });
  const numbers = rows.filter(([, label]) => /^[-+\d.]+(\s+[-+\d.]+)+$/.test(label));
  // Several numbers after a path are attributes or coordinates, not one class.
  if (almostAll(rows.length) && numbers.length === rows.length) {
    const cells = rows.map(([path, label]) => [path, ...label.split(/\s+/)]);
    const above = lines.slice(0, lines.length - rows.length).map((line) => line.trim().split(/\s+/));
    const names = above.find((words) => words.length === cells[0]!.length - 1);
    return {
      columns: cells[0]!.map((_, at) => (at === 0 ? 'file' : (names?.[at - 1] ?? `column ${at + 1}`))),
      rows: cells,
    };
  }
  const numbered =
    rows.length === lines.length && rows.every(([path]) => /^\d+\s+\S+$/.test(path)) ? wordLines(lines) : null;
  if (numbered?.rows.every((row) => namesImage(row[1]!)) === true) return numbered;
  const headed = wordLines(lines);
  if (
    headed !== null &&
    headed.columns.length > 2 &&
    headed.rows.every(([path]) => namesImage(path!)) &&
    !namesImage(headed.columns[0]!)
  )
    return headed;
  if (almostAll(rows.length))
    return (rows.length === lines.length ? levels(lines) : null) ?? { columns: COLUMNS, rows };
  const several = labelsBeforePath(lines);
  if (several !== null) return several;
  const words = headed ?? raggedLines(lines);
  const alone = lines.filter((line) => namesImage(line.trim()));
  // A number or a class may be before the path. A path with spaces has a folder before the first space.
  const before = words !== null && words.columns.length > 1 && lines.every((line) => !/^\s*\S*[\\/]\S*\s/.test(line));
  if (almostAll(alone.length) && !before) return { columns: ['file'], rows: alone.map((line) => [line.trim()]) };
  const coded = words !== null && words.columns.length > 2 && !lines.some((line) => line.split(/\s+/).some(namesImage));
  return (coded ? namedCodes(lines) : null) ?? words ?? namedCodes(lines) ?? numberedLabels(lines);
}

/** Least share of the lines after a text above them that begin with a code of their own. */
const FEWEST_CODES = 0.9;

/**
 * Lines that begin with the code of an image, with as many words after it as there is to say, below a text: `mdb001 G CIRC B`
 * and `mdb003 D NORM` of MIAS.
 */
function raggedLines(lines: readonly string[]): List | null {
  const isCode = (word: string): boolean => /^\p{L}+[-_]?\d+$/u.test(word);
  const all = lines.map((line) => line.trim().split(/\s+/));
  const from = all.findIndex(([first = ''], at) => isCode(first) && isCode(all[at + 1]?.[0] ?? ''));
  const rows = all.slice(Math.max(0, from)).filter(([first = '']) => isCode(first));
  const width = rows.reduce((most, { length }) => Math.max(most, length), 0);
  const distinct = new Set(rows.map(([first]) => first)).size;
  if (from < 0 || rows.length < FEWEST_LINES || width < 3 || width > 10) return null;
  if (rows.length < (all.length - from) * FEWEST_CODES || distinct < rows.length * FEWEST_CODES) return null;
  return {
    columns: Array.from({ length: width }, (_, at) => (at === 0 ? 'file' : `column ${at + 1}`)),
    rows: rows.map((row) => Array.from({ length: width }, (_, at) => row[at] ?? '')),
  };
}

/** Fewest lines that show that labels repeat. */
const FEWEST_LINES = 10;

/** The number of an image and a label of one or several words, which repeats: `1025794 A 310`. */
function numberedLabels(lines: readonly string[]): List | null {
  const rows = lines.flatMap((line) => {
    const [, number, label] = /^(\d+)\s+(\S.*)$/.exec(line.trim()) ?? [];
    return number === undefined || label === undefined ? [] : [[number, label]];
  });
  const distinct = (at: number): number => new Set(rows.map((row) => row[at])).size;
  const repeats = distinct(1) * 2 <= rows.length && distinct(0) === rows.length;
  return rows.length === lines.length && rows.length >= FEWEST_LINES && repeats ? { columns: COLUMNS, rows } : null;
}

/** A number or a number of WordNet, and the words that it stands for: `n01440764 tench, Tinca tinca`. */
function namedCodes(lines: readonly string[]): List | null {
  const rows = lines.map((line) => /^\s*(\d+|n\d{8})[\s,:;=]+(\p{L}.*)$/u.exec(line));
  const cells = rows.flatMap((row) => (row ? [[row[1]!, row[2]!.trim()]] : []));
  const [first, ...rest] = cells;
  if (first === undefined || rest.length === 0 || cells.length < lines.length) return null;
  return new Set(cells.map(([code]) => code)).size === cells.length ? { columns: first, rows: rest } : null;
}
