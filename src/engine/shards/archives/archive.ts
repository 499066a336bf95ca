/** Archives whose images are read in place: from the place of each in the archive. */
import type { AsyncBuffer } from 'hyparquet';
import type { ScannedImage } from '../../catalog/scanned';

/** Where an image is in an archive of the source. */
interface ArchiveMember {
  /** Path of the archive in the source. */
  readonly archive: string;
  /** In a tar archive the first byte of the image, in a Parquet table its row; both from 0. */
  readonly at: number;
}

/** An image of a source. */
export interface SourceImage extends ScannedImage {
  /** Absent for an image that is a file of its own. */
  readonly member?: ArchiveMember;
}

export interface Archive {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Reads a part of a file of the source. @param end exclusive */
export type PartReader = (path: string, start: number, end: number) => Promise<Buffer>;

export const isTar = (path: string): boolean => /\.tar$/i.test(path);
export const isParquet = (path: string): boolean => /\.parquet$/i.test(path);
/** By the name alone, because a listing of objects has only names. */
export const isArchive = (path: string): boolean => isTar(path) || isParquet(path);

/** An archive as hyparquet reads it. */
export function bufferOf(read: PartReader, { path, bytes }: Pick<Archive, 'path' | 'bytes'>): AsyncBuffer {
  return {
    byteLength: bytes,
    slice: async (start, end = bytes) => {
      const part = await read(path, start, end);
      return part.buffer.slice(part.byteOffset, part.byteOffset + part.length) as ArrayBuffer;
    },
  };
}
