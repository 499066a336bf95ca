/** Files of predictions as tables of cells: CSV, TSV, JSON, JSON lines, Parquet, and arrays of NumPy, also as text, with a list of names. */
import { parquetReadObjects } from 'hyparquet';
import { readFileSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import { type Matrix, readNpy } from '../../core/dataset/npy';
import { textMatrix } from '../../core/dataset/text-matrix';
import { jsonTable, parseJson } from '../../core/text/json-table';
import { named, quoted } from '../../core/text/names';
import { integer } from '../../core/text/numbers';
import { whyUnreadable } from '../process/failures';
import { decodeText } from './decode';
import { parseTable } from './tables';

/** The header, then the rows. */
export type Cells = readonly (readonly string[])[];

export interface PredictionFiles {
  /** Absolute paths. Null where not given. */
  readonly predictions: string;
  /** The image of each row of a .npy file or of a text of numbers: one relative path per line. */
  readonly names: string | null;
  /** The class of each column of such a file: one name a line. */
  readonly classes: string | null;
}

/** Larger files are refused: their cells would not fit into memory. */
const MOST_BYTES = 200_000_000;

const bad = (message: string, cause?: unknown): PlumblineError =>
  new PlumblineError('bad-predictions', message, { cause });
const few = (names: readonly string[]): string => named(names.map(quoted));
const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Endings of files that Python writes and that are not read. */
const BINARY = /\.(pkl|pickle|pt|pth|npz|h5|hdf5|mat|joblib)$/i;

/** @throws PlumblineError no-permission */
export function content(path: string): Buffer {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) throw new Error('it is a folder');
    if (stats.size > MOST_BYTES) throw new Error('it is larger than 200 MB');
    return readFileSync(path);
  } catch (cause) {
    throw new PlumblineError('no-permission', `“${basename(path)}” cannot be read: ${whyUnreadable(cause)}.`, {
      cause,
    });
  }
}

/** UTF-8, or UTF-16 as Excel writes it. */
export function lines(path: string): string[] {
  const all = decodeText(content(path)).text.split(/\r?\n/);
  while (all.at(-1)?.trim() === '') all.pop();
  return all.map((line) => line.trim());
}

/**
 * The cells of a table in a text.
 * @param name file name; its extension determines the delimiter
 * @throws PlumblineError `bad-predictions`, one sentence
 */
export function textCells(name: string, text: string): Cells {
  try {
    if (/\.json$/i.test(name)) return jsonTable(parseJson(text));
    // A file with one line is one record.
    if (/\.(jsonl|ndjson)$/i.test(name)) return jsonTable([parseJson(text)].flat());
    const { columns, rows, before = [] } = parseTable(name, text);
    return [...before.map((line) => [line]), columns, ...rows];
  } catch (cause) {
    const binary = text.includes('\0') || BINARY.test(name);
    throw bad(
      `“${name}” cannot be read as a table: ${reason(cause)}.${binary ? ' Save the predictions as CSV with the columns path and predicted, or as .npy with --names.' : ''}`,
      cause,
    );
  }
}

function parquetCell(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
}

/** @throws PlumblineError bad-predictions */
export async function parquetRecords(name: string, bytes: Buffer): Promise<Record<string, unknown>[]> {
  try {
    const whole = new Uint8Array(bytes);
    return await parquetReadObjects({ file: whole.buffer });
  } catch (cause) {
    throw bad(
      `“${name}” cannot be read as Parquet: ${reason(cause)}. Save it with Snappy or no compression, or as CSV.`,
      cause,
    );
  }
}

async function parquetCells(name: string, bytes: Buffer): Promise<Cells> {
  const records = await parquetRecords(name, bytes);
  const header = Object.keys(records[0] ?? {});
  return [header, ...records.map((record) => header.map((column) => parquetCell(record[column])))];
}

/**
 * The image of each of so many rows.
 * @param names a file with one path a line
 * @throws PlumblineError bad-predictions, no-permission
 */
function pathsOfRows(name: string, rows: number, names: string): string[] {
  const paths = lines(names);
  if (paths.length !== rows)
    throw bad(
      `“${name}” has ${integer(rows)} rows but “${basename(names)}” has ${integer(paths.length)} lines: write one relative path for each row, in the same order.`,
    );
  return paths;
}

/**
 * A NumPy array and the image of each row.
 * @param names a file with one path a line
 * @throws PlumblineError bad-predictions, no-permission
 */
export function matrixWithNames(
  name: string,
  bytes: Buffer,
  names: string | null,
): { matrix: Matrix; paths: readonly string[] } {
  if (names === null)
    throw bad(
      `“${name}” does not say which image each row belongs to: give --names a file with one relative path per line, in the order of the rows.`,
    );
  let matrix: Matrix;
  try {
    matrix = readNpy(bytes);
  } catch (cause) {
    throw bad(`“${name}” cannot be read: ${reason(cause)}.`, cause);
  }
  return { matrix, paths: pathsOfRows(name, matrix.rows, names) };
}

/**
 * The names of the columns of an array, one for each class.
 * @throws PlumblineError bad-predictions, no-permission
 */
function classColumns(
  name: string,
  columns: number,
  { classes }: Pick<PredictionFiles, 'classes'>,
  sorted: readonly string[],
): readonly string[] {
  const header = classes === null ? sorted : lines(classes);
  if (header.length !== columns)
    throw bad(
      classes === null
        ? `“${name}” has ${integer(columns)} columns but the data set has ${integer(sorted.length)} classes (${few(sorted)}): write one column for each class, in the order of the sorted names, or name the columns with --classes.`
        : `“${name}” has ${integer(columns)} columns but “${basename(classes)}” has ${integer(header.length)} lines: write one class name for each column.`,
    );
  const unknown = header.filter((one) => !sorted.includes(one));
  if (unknown.length > 0)
    throw bad(
      `“${classes === null ? name : basename(classes)}” names ${few(unknown)}, which the data set does not have; its classes are ${few(sorted)}.`,
    );
  return header;
}

function npyCells(name: string, bytes: Buffer, files: PredictionFiles, sorted: readonly string[]): Cells {
  const {
    matrix: { columns, values },
    paths,
  } = matrixWithNames(name, bytes, files.names);
  return [
    ['path', ...classColumns(name, columns, files, sorted)],
    ...paths.map((path, i) => [path, ...Array.from(values.subarray(i * columns, (i + 1) * columns), String)]),
  ];
}

/** A text of numbers, and the image of each line. One column has the numbers of the predicted classes. */
function numbersCells(
  name: string,
  text: string,
  files: PredictionFiles & { readonly names: string },
  sorted: readonly string[],
): Cells {
  const matrix = textMatrix(text);
  if (matrix === null)
    throw bad(
      `“${name}” holds more than numbers. --names is only for arrays of numbers: a table that names its images needs no list of them.`,
    );
  const { header, rows } = matrix;
  const paths = pathsOfRows(name, rows.length, files.names);
  const width = rows[0]!.length;
  const named = header !== null && files.classes === null ? header : null;
  const columns = width === 1 ? ['predicted'] : (named ?? classColumns(name, width, files, sorted));
  return [['path', ...columns], ...rows.map((row, i) => [paths[i]!, ...row])];
}

/**
 * The cells of a file of predictions, and everything that was read, to recognise the same import.
 * @param sorted classes of the data set, in code-point order
 * @throws PlumblineError bad-predictions, no-permission; one sentence
 */
export async function predictionCells(
  files: PredictionFiles,
  sorted: readonly string[],
): Promise<{ cells: Cells; content: readonly Uint8Array[] }> {
  const bytes = content(files.predictions);
  const name = basename(files.predictions);
  const kind = extname(name).toLowerCase();
  const { names } = files;
  const cells =
    kind === '.npy'
      ? npyCells(name, bytes, files, sorted)
      : kind === '.parquet'
        ? await parquetCells(name, bytes)
        : names !== null
          ? numbersCells(name, decodeText(bytes).text, { ...files, names }, sorted)
          : textCells(name, decodeText(bytes).text);
  const beside = [files.names, files.classes].map((path) => (path === null ? new Uint8Array() : content(path)));
  return { cells, content: [bytes, ...beside] };
}
