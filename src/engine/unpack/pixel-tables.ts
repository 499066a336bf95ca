/** Unpacks tables whose rows are images, row after row. Their other columns become a table beside the images. */
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Container } from '../../core/dataset/containers';
import { delimiterOf } from '../../core/dataset/delimiter';
import { pixelColumns, pixelsOf, type PixelColumns } from '../../core/dataset/pixel-table';
import { rangeOf } from '../../core/images/value-range';
import { csvLine } from '../../core/text/csv';
import { short } from '../../core/text/numbers';
import { splitOfFile } from '../../core/unpack/file-words';
import { csvRecords } from '../files/csv-records';
import { archiveFailure, badArchive } from './failure';
import { writePictures, type EncodablePicture } from './pictures';
import { unzipped } from './tar';
import type { UnpackTarget } from './target';

/** Rows that show the columns and the range of the values. */
const FIRST_ROWS = 200;

/** The table with the labels of all images. */
const LABELS = 'labels.csv';
const IMAGE_COLUMN = 'file';

interface Shard {
  readonly path: string;
  /** The folder of its images. */
  readonly folder: string;
  readonly name: string;
  readonly delimiter: string;
  readonly columns: PixelColumns;
  readonly low: number;
  readonly high: number;
}

interface LabelledRow {
  readonly file: string;
  readonly cells: ReadonlyMap<string, string>;
}

const cellsOf = (line: string, delimiter: string): readonly string[] =>
  line.includes('"') ? (csvRecords(line, delimiter)[0] ?? []) : line.split(delimiter);

async function* linesOf(file: string, read: (bytes: number) => void): AsyncGenerator<string> {
  const input = Readable.from(unzipped(file, false, read));
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    const text = line.replace(/^\uFEFF/, '');
    if (text.trim() !== '') yield text;
  }
}

async function describe(folder: string, { path }: Container, several: boolean, target: UnpackTarget): Promise<Shard> {
  const lines: string[] = [];
  for await (const line of linesOf(join(folder, path), () => undefined)) {
    lines.push(line);
    if (lines.length > FIRST_ROWS) break;
  }
  const delimiter = delimiterOf(lines[0] ?? '', path);
  const rows = lines.map((line) => cellsOf(line, delimiter));
  if (rows.length < 2) throw badArchive(path, 'it has no rows');
  const columns = columnsOf(rows, path);
  const values = rows.slice(columns.header ? 1 : 0).flatMap((row) => pixelsOf(columns, row) ?? []);
  let [min, max, whole] = [Infinity, -Infinity, true];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
    whole &&= Number.isInteger(value);
  }
  const { low, high } = rangeOf(min, max, whole);
  if (low !== 0 || high !== 255) target.notes.tell('scaled', `${path}, from ${short(low)} to ${short(high)}`);
  const name = basename(path).replace(/\.[^.]+$/, '');
  const split = splitOfFile(path);
  return { path, folder: split ?? (several ? name : 'images'), name, delimiter, columns, low, high };
}

function columnsOf(rows: readonly (readonly string[])[], path: string): PixelColumns {
  try {
    return pixelColumns(rows);
  } catch (error) {
    throw badArchive(path, error instanceof Error ? error.message : String(error), error);
  }
}

function samplesIn(values: readonly number[], { low, high }: Shard): Uint8Array {
  const factor = high > low ? 255 / (high - low) : 0;
  return Uint8Array.from(Uint8ClampedArray.from(values, (value) => (value - low) * factor));
}

async function unpackShard(folder: string, shard: Shard, labels: LabelledRow[], target: UnpackTarget): Promise<void> {
  const { columns, delimiter, name, path } = shard;
  const { side, channels } = columns;
  async function* pictures(): AsyncGenerator<EncodablePicture> {
    let at = -1;
    for await (const line of linesOf(join(folder, path), (bytes) => target.read(bytes))) {
      at += 1;
      if (at === 0 && columns.header) continue;
      const row = cellsOf(line, delimiter);
      const number = String(columns.header ? at : at + 1);
      const values = pixelsOf(columns, row);
      if (values === null) {
        target.notes.count('no-image', `row ${number} of ${path}`);
        continue;
      }
      const file = `${shard.folder}/${name}-${number.padStart(6, '0')}.png`;
      if (columns.others.length > 0)
        labels.push({
          file,
          cells: new Map(columns.others.map((other) => [other.name, (row[other.at] ?? '').trim()])),
        });
      yield { path: file, samples: samplesIn(values, shard), shape: { width: side, height: side, channels } };
    }
  }
  try {
    await writePictures(pictures(), target);
  } catch (error) {
    throw archiveFailure(error, path);
  }
}

/**
 * All tables get one table of labels, because people publish the training rows and the test rows apart.
 * @throws PlumblineError bad-archive, disk-full
 */
export async function unpackPixelTables(
  folder: string,
  files: readonly Container[],
  target: UnpackTarget,
): Promise<void> {
  const labels: LabelledRow[] = [];
  for (const file of files)
    await unpackShard(folder, await describe(folder, file, files.length > 1, target), labels, target);
  const names = [...new Set(labels.flatMap(({ cells }) => [...cells.keys()]))];
  if (names.length === 0) return;
  const lines = labels.map(({ file, cells }) => csvLine([file, ...names.map((name) => cells.get(name) ?? '')]));
  await target.write(LABELS, [Buffer.from([csvLine([IMAGE_COLUMN, ...names]), ...lines].join(''))]);
}
