/** Lists of images and labels without column names: `train.txt` with lines such as `cat/1.jpg 3`, or `labels.json`. */
import { KNOWN_ENDINGS } from '../images/formats';

/** Endings of files that may be such lists, in lower case and without the dot. */
export const LIST_ENDINGS: readonly string[] = ['txt', 'json'];

/** Names of files that are never label lists but often contain file names. */
const OTHER_NAMES = /(^|\/)(readme|license|licence|requirements|package|package-lock|tsconfig)[^/]*$/i;

export const isListName = (path: string): boolean =>
  LIST_ENDINGS.some((ending) => path.toLowerCase().endsWith(`.${ending}`)) && !OTHER_NAMES.test(path);

interface List {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const COLUMNS = ['file', 'label'] as const;
/** Least share of the lines that contain an image and a label. */
const ALMOST_ALL = 0.9;

function namesImage(cell: string): boolean {
  const dot = cell.lastIndexOf('.');
  return dot > 0 && KNOWN_ENDINGS.has(cell.slice(dot + 1).toLowerCase());
}

/**
 * The path and the label in a line. The separator is a tab, a comma or a semicolon; if the line has none of these, the
 * last space.
 */
function splitLine(line: string): [string, string] | null {
  const separator = ['\t', ',', ';'].find((one) => line.includes(one));
  const cells =
    separator === undefined ? [] : line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  if (separator === undefined) {
    // The path ends after the file ending, so both the path and the label may contain spaces.
    const match = /^(.*?\.(\p{L}[\p{L}\p{N}]{1,4}))\s+(.+)$/u.exec(line.trim());
    if (match && KNOWN_ENDINGS.has(match[2]!.toLowerCase())) return [match[1]!, match[3]!.trim()];
    return null;
  }
  const [path = '', label = ''] = cells;
  return namesImage(path) && label !== '' ? [path, label] : null;
}

/**
 * The entries of a list; null if fewer than nine in ten lines contain an image and a label. Further cells of a line,
 * such as the bounding box of an object, are ignored. Empty lines and lines that start with `#` do not count.
 */
export function parseListFile(text: string): List | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const rows = lines.flatMap((line) => {
    const row = splitLine(line.replace(/^\uFEFF/, ''));
    return row ? [row] : [];
  });
  return rows.length > 0 && rows.length >= lines.length * ALMOST_ALL ? { columns: COLUMNS, rows } : null;
}

const isCell = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function ofRecords(records: readonly unknown[]): List | null {
  if (records.length === 0 || !records.every(isRecord)) return null;
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = records.map((record) => columns.map((column) => (isCell(record[column]) ? String(record[column]) : '')));
  return { columns, rows };
}

/**
 * The entries of a JSON file. It is an object from paths to labels, an object from paths to records, an array of
 * records, or an array of pairs. Null for any other JSON.
 * @throws SyntaxError for text that is not JSON
 */
export function parseLabelObject(text: string): List | null {
  const value = JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  if (Array.isArray(value)) {
    const pairs = value.every((one) => Array.isArray(one) && one.length === 2 && one.every(isCell));
    if (pairs && value.length > 0)
      return { columns: COLUMNS, rows: (value as (string | number)[][]).map((pair) => pair.map(String)) };
    return ofRecords(value);
  }
  if (!isRecord(value)) return null;
  const entries = Object.entries(value);
  if (entries.length === 0) return null;
  if (entries.every(([, label]) => isCell(label)))
    return { columns: COLUMNS, rows: entries.map(([path, label]) => [path, String(label)]) };
  if (entries.every(([, record]) => isRecord(record)))
    return ofRecords(entries.map(([path, record]) => ({ file: path, ...(record as Record<string, unknown>) })));
  return null;
}
