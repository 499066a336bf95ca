/** Unpacks Parquet tables with the bytes of images, as Hugging Face writes them, one row group after another. */
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { basename, extname, join } from 'node:path';
import type { Container } from '../../core/dataset/containers';
import { identify } from '../../core/images/identify';
import { named, quoted } from '../../core/text/names';
import { classFolder } from '../../core/unpack/entry-path';
import { splitOfFile } from '../../core/unpack/file-words';
import { parquetColumns, type DeclaredClasses } from '../../core/unpack/parquet-columns';
import { archiveFailure, badArchive } from './failure';
import type { UnpackTarget } from './target';

/** A row group is read as a whole. */
const MOST_GROUP_BYTES = 1_500_000_000;

interface ImageCell {
  readonly bytes: Uint8Array;
  readonly name: string;
}

export function imageCell(value: unknown): ImageCell | null {
  if (value instanceof Uint8Array) return { bytes: value, name: '' };
  if (typeof value !== 'object' || value === null || !('bytes' in value) || !(value.bytes instanceof Uint8Array))
    return null;
  const path = 'path' in value && typeof value.path === 'string' ? value.path : '';
  return { bytes: value.bytes, name: basename(path, extname(path)) };
}

/** The class of a cell; null for a missing label, which Hugging Face writes as null or −1. */
export function classOfCell(value: unknown, { classes }: DeclaredClasses): string | null {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return null;
  if (classes === null) return String(value);
  return Number(value) < 0 ? null : (classes[Number(value)] ?? String(value));
}

interface Shard {
  readonly path: string;
  readonly image: string;
  readonly label: DeclaredClasses;
  readonly split: string | null;
  /** Digits of the number of its last row. */
  readonly digits: number;
}

async function writeRow(
  row: Readonly<Record<string, unknown>>,
  at: number,
  { path, image, label, split, digits }: Shard,
  target: UnpackTarget,
): Promise<void> {
  const number = `${basename(path, extname(path))}-${String(at).padStart(digits, '0')}`;
  const cell = imageCell(row[image]);
  const format = cell === null ? 'empty' : identify(cell.bytes);
  if (cell === null || typeof format === 'string') {
    target.notes.count('no-image', number);
    return;
  }
  const name = cell.name === '' ? number : `${number}-${cell.name}`;
  const found = classOfCell(row[label.name], label);
  if (found === null) target.notes.count('no-label', name);
  else if (classFolder(found) !== found) target.notes.tell('class-renamed', found);
  const folders = [split, found === null ? null : classFolder(found)].filter((part) => part !== null);
  await target.write([...folders, `${name}.${format.endings.usual[0]}`].join('/'), [cell.bytes]);
}

/** A table with images. */
interface ImageTable {
  readonly metadata: FileMetaData;
  readonly rows: number;
  /** The column with the images. */
  readonly image: string;
  /** The column with the labels, and others that could be taken. */
  readonly label: DeclaredClasses;
  readonly otherLabels: readonly string[];
}

/** @throws PlumblineError bad-archive if the table has no images or no labels */
export async function openImageTable(file: AsyncBuffer, path: string): Promise<ImageTable> {
  const metadata = await parquetMetadataAsync(file);
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  const huggingFace = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value ?? null;
  const { image, labels } = parquetColumns(columns, huggingFace);
  const listed = named(columns.map(quoted), 12);
  if (image === null)
    throw badArchive(path, `none of its columns is called “image” or declared as images; the columns are ${listed}`);
  const [label, ...others] = labels;
  if (label === undefined)
    throw badArchive(path, `none of its columns is called “label” or declared as classes; the columns are ${listed}`);
  return { metadata, rows: Number(metadata.num_rows), image, label, otherLabels: others.map(({ name }) => name) };
}

/** @throws PlumblineError bad-archive for a row group that is too large to be read as a whole */
export function checkGroup({ total_byte_size: size }: FileMetaData['row_groups'][number], path: string): void {
  if (Number(size) > MOST_GROUP_BYTES)
    throw badArchive(path, 'one of its row groups does not fit into memory; write it again with smaller row groups');
}

/** Digits of the number of the last row. */
export const digitsOf = ({ rows }: ImageTable): number => String(Math.max(0, rows - 1)).length;

/** @throws PlumblineError bad-archive, disk-full */
export async function unpackParquet(folder: string, { path }: Container, target: UnpackTarget): Promise<void> {
  try {
    const file = await asyncBufferFromFile(join(folder, path));
    const table = await openImageTable(file, path);
    const { metadata, image, label, otherLabels } = table;
    target.notes.tell(
      'labels-from',
      `the column ${quoted(label.name)}${otherLabels.length > 0 ? `, not ${named(otherLabels.map(quoted))}` : ''}`,
    );
    const shard = { path, image, label, split: splitOfFile(path), digits: digitsOf(table) };
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      target.task.signal.throwIfAborted();
      checkGroup(group, path);
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await parquetReadObjects({
        file,
        metadata,
        compressors,
        columns: [image, label.name],
        rowStart,
        rowEnd,
        utf8: false,
      });
      for (const [i, row] of rows.entries()) await writeRow(row, rowStart + i, shard, target);
      target.read(group.columns.reduce((sum, chunk) => sum + Number(chunk.meta_data?.total_compressed_size ?? 0), 0));
      rowStart = rowEnd;
    }
  } catch (error) {
    throw archiveFailure(error, path);
  }
}
