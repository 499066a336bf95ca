/** Files of embeddings: one row of numbers for each image, as CSV, Parquet, or a NumPy array with a list of names. */
import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import type { Matrix } from '../../core/dataset/npy';
import { decodeText } from './decode';
import { withoutTitle } from '../../core/dataset/title-rows';
import { content, matrixWithNames, parquetRecords, textCells } from './predictions-file';

export interface EmbeddingFiles {
  /** Absolute path. */
  readonly embeddings: string;
  /** The image of each row of a .npy file: one path a line. Null for other files. */
  readonly names: string | null;
}

interface EmbeddingRows extends Matrix {
  /** The image of each row, as the file names it. */
  readonly paths: readonly string[];
  /** Of the file, as hexadecimal text. */
  readonly sha256: string;
}

const PATH = /^(path|file|filename|file_name|filepath|image|image_path|name|__index_level_0__)$/i;
/** Columns of numbers that are no coordinates. */
const NO_COORDINATE = /^(|index|id|label|class|target|y|split)$/i;

const bad = (message: string): PlumblineError => new PlumblineError('bad-predictions', message);
const isNumber = (value: unknown): boolean =>
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)));
const isVector = (value: unknown): value is ArrayLike<number> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** @param records one for each row: a path, and either one column of vectors or many columns of numbers */
function rowsOf(
  name: string,
  columns: readonly string[],
  records: readonly (readonly unknown[])[],
): Omit<EmbeddingRows, 'sha256'> {
  const [first] = records;
  if (first === undefined) throw bad(`“${name}” has no rows: write one row for each image.`);
  const path = columns.findIndex((column, at) => PATH.test(column.trim()) && typeof first[at] === 'string');
  if (path < 0) throw bad(`“${name}” has no column “path”: name the image of each row in it.`);
  const vector = first.findIndex(isVector);
  const numbers = columns.flatMap((column, at) =>
    at !== path && !NO_COORDINATE.test(column.trim()) && isNumber(first[at]) ? [at] : [],
  );
  const valuesOf = (row: readonly unknown[]): number[] => {
    const one = row[vector];
    if (vector >= 0) return isVector(one) ? Array.from(one, Number) : [];
    return numbers.map((at) => (isNumber(row[at]) ? Number(row[at]) : Number.NaN));
  };
  const width = valuesOf(first).length;
  if (width === 0)
    throw bad(
      `“${name}” has no numbers beside the paths: write one column for each coordinate, or one column of lists.`,
    );
  const values = new Float64Array(records.length * width);
  const paths = records.map((row, i) => {
    const own = valuesOf(row);
    if (own.length !== width)
      throw bad(`“${name}” has ${width} numbers in its first row but ${own.length} for “${String(row[path])}”.`);
    values.set(own, i * width);
    return String(row[path]);
  });
  return { paths, rows: records.length, columns: width, values };
}

async function read({ embeddings, names }: EmbeddingFiles, bytes: Buffer): Promise<Omit<EmbeddingRows, 'sha256'>> {
  const name = basename(embeddings);
  switch (extname(name).toLowerCase()) {
    case '.npy': {
      const { matrix, paths } = matrixWithNames(name, bytes, names);
      return { ...matrix, paths };
    }
    case '.parquet': {
      const records = await parquetRecords(name, bytes);
      const columns = Object.keys(records[0] ?? {});
      return rowsOf(
        name,
        columns,
        records.map((record) => columns.map((column) => record[column])),
      );
    }
    default: {
      const [header = [], ...rows] = withoutTitle(textCells(name, decodeText(bytes).text)).rows;
      return rowsOf(name, header, rows);
    }
  }
}

/**
 * @returns one row for each image that the file names, all of the same width
 * @throws PlumblineError bad-predictions, no-permission; one sentence
 */
export async function readEmbeddings(files: EmbeddingFiles): Promise<EmbeddingRows> {
  const bytes = content(files.embeddings);
  return { ...(await read(files, bytes)), sha256: createHash('sha256').update(bytes).digest('hex') };
}
