/** Measures a file: reading and decoding it once gives everything that the index stores about it. */
import { createHash, hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Unreadable } from '../../contract/model/image';
import { measurePixels } from '../../core/images/measure';
import type { MeasuredImage } from '../catalog/measured';
import { systemCode } from '../process/failures';
import { decodePicture, encodeThumbnail, releasePixels } from './pixels';
import { UnreadableImage } from './refusals';

/** Describes why a file could not be read. */
function readFailure(error: unknown): Unreadable {
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { code: 'vanished', reason: 'The file no longer exists.' };
    case 'EACCES':
    case 'EPERM':
      return { code: 'permission-denied', reason: 'You have no permission to read the file.' };
    case 'ELOOP':
      return { code: 'link-loop', reason: 'The link leads back to itself.' };
    case 'ERR_FS_FILE_TOO_LARGE':
      return { code: 'too-many-pixels', reason: 'The file is larger than 2 GB.' };
    default:
      return {
        code: 'io-error',
        reason: `The file cannot be read (${error instanceof Error ? error.message : String(error)}).`,
      };
  }
}

/**
 * Buffer that is reused for one file after another: a new buffer per file would keep the garbage collector as busy as
 * the decoder.
 */
export interface ReadBuffer {
  bytes: Buffer;
}

/** Larger files cannot be read in one piece, and are not pictures within the pixel limit. */
const MOST_BYTES = 2 ** 31 - 1;

const FIRST_BYTES = 1 << 20;
/**
 * A larger buffer is not kept for smaller files, so that one huge file does not occupy memory for the rest of the run.
 */
const KEPT_BYTES = 1 << 25;

export function readBuffer(): ReadBuffer {
  return { bytes: Buffer.allocUnsafeSlow(FIRST_BYTES) };
}

/** Reads the whole file into `into`. The result is valid until the next read. */
async function readWhole(absolute: Buffer, into: ReadBuffer): Promise<Buffer> {
  const handle = await open(absolute, 'r');
  try {
    const { size } = await handle.stat();
    if (size > MOST_BYTES) throw Object.assign(new Error('the file is too large'), { code: 'ERR_FS_FILE_TOO_LARGE' });
    const fits = into.bytes.length >= size && (into.bytes.length <= KEPT_BYTES || size > KEPT_BYTES);
    if (!fits) into.bytes = Buffer.allocUnsafeSlow(Math.max(size, FIRST_BYTES));
    let length = 0;
    while (length < size) {
      const { bytesRead } = await handle.read(into.bytes, length, size - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return into.bytes.subarray(0, length);
  } finally {
    await handle.close();
  }
}

/**
 * Measures one file. A problem with the file is part of the result and never rejects.
 * @param into must not be used by another call until this one settles
 */
export async function measureFile(id: number, absolute: Buffer, into: ReadBuffer): Promise<MeasuredImage> {
  let bytes: Buffer;
  try {
    bytes = await readWhole(absolute, into);
  } catch (error) {
    return { id, sha256: null, outcome: { unreadable: readFailure(error) } };
  }
  return measureBytes(id, bytes);
}

/** The same for the content of a file. */
export async function measureBytes(id: number, bytes: Buffer): Promise<MeasuredImage> {
  const sha256 = hash('sha256', bytes, 'hex');
  try {
    const decoded = await decodePicture(bytes);
    // The thumbnail is encoded on another thread while this one measures.
    const encoding = encodeThumbnail(decoded);
    const { raster, ...measures } = measurePixels(decoded.rgb, decoded.width, decoded.height);
    const pixelHash = createHash('sha256')
      .update(`${decoded.facts.width}×${decoded.facts.height}:`)
      .update(decoded.rgb)
      .digest('hex');
    const thumbnail = await encoding;
    releasePixels(decoded.rgb);
    return { id, sha256, outcome: { facts: { ...decoded.facts, ...measures, pixelHash }, thumbnail, raster } };
  } catch (error) {
    if (error instanceof UnreadableImage) return { id, sha256, outcome: { unreadable: error.toRow() } };
    throw error;
  }
}
