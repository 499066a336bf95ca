/** Reads single images of archives. */
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { identify } from '../../../core/images/identify';
import { archiveFailure } from '../../unpack/failure';
import { checkGroup, imageCell, openImageTable } from '../../unpack/parquet';
import { bufferOf, isParquet, type PartReader, type SourceImage } from './archive';

/** Row groups that are kept. Images are read in their order, by a few lanes. */
const KEPT = 2;

type Cells = readonly (Uint8Array | null)[];

interface Groups {
  /** First row of each, and after the last one the number of rows. */
  readonly starts: readonly number[];
  readonly cells: (group: number) => Promise<Cells>;
}

async function openGroups(read: PartReader, sizeOf: (path: string) => Promise<number>, path: string): Promise<Groups> {
  const file = bufferOf(read, { path, bytes: await sizeOf(path) });
  const { metadata, image } = await openImageTable(file, path);
  const starts = [0];
  for (const { num_rows: rows } of metadata.row_groups) starts.push(starts.at(-1)! + Number(rows));
  const kept = new Map<number, Promise<Cells>>();
  const cellsOf = async (group: number): Promise<Cells> => {
    checkGroup(metadata.row_groups[group]!, path);
    const [rowStart, rowEnd] = [starts[group]!, starts[group + 1]!];
    const rows = await parquetReadObjects({
      file,
      metadata,
      compressors,
      columns: [image],
      rowStart,
      rowEnd,
      utf8: false,
    });
    return rows.map((row) => imageCell(row[image])?.bytes ?? null);
  };
  return {
    starts,
    cells: (group) => {
      const known = kept.get(group) ?? cellsOf(group);
      kept.delete(group);
      kept.set(group, known);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
      return known;
    },
  };
}

/** Extension that a file with this content would have; '' for what is no image. */
export function extensionByContent(bytes: Uint8Array): string {
  const format = identify(bytes);
  return typeof format === 'string' ? '' : format.endings.usual[0];
}

/**
 * @param sizeOf bytes of a file of the source
 * @returns a function that reads one image; null for a row without one
 * @throws PlumblineError bad-archive; what the source throws
 */
export function memberReader(
  read: PartReader,
  sizeOf: (path: string) => Promise<number>,
): (image: SourceImage & { readonly member: NonNullable<SourceImage['member']> }) => Promise<Uint8Array | null> {
  // Images are in the order of the tables.
  let last: { readonly archive: string; readonly groups: Promise<Groups> } | null = null;
  return async ({ member: { archive, at }, bytes }) => {
    if (!isParquet(archive)) return read(archive, at, at + bytes);
    try {
      if (last?.archive !== archive) last = { archive, groups: openGroups(read, sizeOf, archive) };
      const { starts, cells } = await last.groups;
      const group = starts.findIndex((start) => start > at) - 1;
      return (await cells(group))[at - starts[group]!] ?? null;
    } catch (error) {
      throw archiveFailure(error, archive);
    }
  };
}
