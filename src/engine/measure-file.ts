/** One read and one decode of a file give everything that the index knows about it. */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Unreadable } from '../contract/model';
import { measurePixels } from '../core/images/measure';
import type { MeasuredImage } from './catalog/measured';
import { systemCode } from './failures';
import { decodePicture, encodeThumbnail, UnreadableImage } from './pixels';

/** What reading the file itself can fail with. */
function readFailure(error: unknown): Unreadable {
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { code: 'vanished', reason: 'The file is no longer there.' };
    case 'EACCES':
    case 'EPERM':
      return { code: 'permission-denied', reason: 'You have no permission to read the file.' };
    case 'ELOOP':
      return { code: 'link-loop', reason: 'The link leads back to itself.' };
    case 'ERR_FS_FILE_TOO_LARGE':
      return { code: 'too-many-pixels', reason: 'The file is larger than 2 GB.' };
    default:
      return { code: 'io-error', reason: `The file cannot be read (${error instanceof Error ? error.message : String(error)}).` };
  }
}

/** Never rejects for what is wrong with the file: that is its row. */
export async function measureFile(id: number, absolute: Buffer): Promise<MeasuredImage> {
  let bytes: Buffer;
  try {
    bytes = await readFile(absolute);
  } catch (error) {
    return { id, sha256: null, outcome: { unreadable: readFailure(error) } };
  }
  const sha256 = hash('sha256', bytes, 'hex');
  try {
    const decoded = await decodePicture(bytes);
    // The encoder works on another thread while this one measures.
    const encoding = encodeThumbnail(decoded);
    const { raster, ...measures } = measurePixels(decoded.rgb, decoded.width, decoded.height);
    const size = Buffer.from(`${decoded.facts.width}×${decoded.facts.height}:`);
    const pixelHash = hash('sha256', Buffer.concat([size, decoded.rgb]), 'hex');
    return { id, sha256, outcome: { facts: { ...decoded.facts, ...measures, pixelHash }, thumbnail: await encoding, raster } };
  } catch (error) {
    if (error instanceof UnreadableImage) return { id, sha256, outcome: { unreadable: error.toRow() } };
    throw error;
  }
}
