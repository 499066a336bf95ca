/** Unpacks Parquet tables with the bytes of images, as Hugging Face writes them, one row group after another. */
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
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

function imageCell(value: unknown): ImageCell | null {
  if (value instanceof Uint8Array) return { bytes: value, name: '' };
  if (typeof value !== 'object' || value === null || !('bytes' in value) || !(value.bytes instanceof Uint8Array))
    return null;
  const path = 'path' in value && typeof value.path === 'string' ? value.path : '';
  return { bytes: value.bytes, name: basename(path, extname(path)) };
}

/** The class of a cell; null for a missing label, which Hugging Face writes as null or −1. */
function classOf(value: unknown, { classes }: DeclaredClasses): string | null {
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
  const found = classOf(row[label.name], label);
  if (found === null) target.notes.count('no-label', name);
  else if (classFolder(found) !== found) target.notes.tell('class-renamed', found);
  const folders = [split, found === null ? null : classFolder(found)].filter((part) => part !== null);
  await target.write([...folders, `${name}.${format.endings.usual[0]}`].join('/'), [cell.bytes]);
}

/** @throws PlumblineError bad-archive, disk-full */
export async function unpackParquet(folder: string, { path }: Container, target: UnpackTarget): Promise<void> {
  try {
    const file = await asyncBufferFromFile(join(folder, path));
    const metadata = await parquetMetadataAsync(file);
    const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
    const huggingFace = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value ?? null;
    const { image, labels } = parquetColumns(columns, huggingFace);
    const listed = named(columns.map(quoted), 12);
    if (image === null)
      throw badArchive(path, `none of its columns is called “image” or declared as images; the columns are ${listed}`);
    const [label] = labels;
    if (label === undefined)
      throw badArchive(path, `none of its columns is called “label” or declared as classes; the columns are ${listed}`);
    target.notes.tell(
      'labels-from',
      `the column ${quoted(label.name)}${labels.length > 1 ? `, not ${named(labels.slice(1).map(({ name }) => quoted(name)))}` : ''}`,
    );
    const rows = Number(metadata.num_rows);
    const shard = { path, image, label, split: splitOfFile(path), digits: String(Math.max(0, rows - 1)).length };
    let rowStart = 0;
    for (const { num_rows: count, total_byte_size: size, columns: chunks } of metadata.row_groups) {
      target.task.signal.throwIfAborted();
      if (Number(size) > MOST_GROUP_BYTES)
        throw badArchive(
          path,
          'one of its row groups does not fit into memory; write it again with smaller row groups',
        );
      const rowEnd = rowStart + Number(count);
      const group = await parquetReadObjects({
        file,
        metadata,
        compressors,
        columns: [image, label.name],
        rowStart,
        rowEnd,
        utf8: false,
      });
      for (const [i, row] of group.entries()) await writeRow(row, rowStart + i, shard, target);
      target.read(chunks.reduce((sum, chunk) => sum + Number(chunk.meta_data?.total_compressed_size ?? 0), 0));
      rowStart = rowEnd;
    }
  } catch (error) {
    throw archiveFailure(error, path);
  }
}
