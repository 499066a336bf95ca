/**
 * Faults in PNG files that libvips reads past, and for which a loader refuses the whole file. Source: Pillow's
 * PngImagePlugin.py, and trials with Pillow 13.0 and TensorFlow 2.21. Pillow's `Image.open` verifies the checksum of
 * every chunk before the first IDAT and the lengths of some, and limits the size of text and profile; TensorFlow
 * ignores these faults. TensorFlow reads all chunks to the end mark; Pillow stops after the picture.
 */
import { crc32, inflateSync } from 'node:zlib';
import type { PngFault } from '../../contract/model/image';
import { latin } from '../../core/images/formats';

/** Bytes that the chunk has at least. tRNS depends on the colour type. */
const LEAST: Readonly<Record<string, number>> = { gAMA: 4, cHRM: 32, sRGB: 1, pHYs: 9 };
/** PngImagePlugin.MAX_TEXT_CHUNK */
const MOST_TEXT = 1 << 20;

/** Where the deflated data of a chunk starts; −1 where it has none. */
function deflatedFrom(name: string, data: Uint8Array): number {
  const end = data.indexOf(0);
  if (end < 0) return -1;
  if (name === 'zTXt' || name === 'iCCP') return end + 2;
  if (name !== 'iTXt' || data[end + 1] !== 1) return -1;
  const language = data.indexOf(0, end + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  return translated < 0 ? -1 : translated + 1;
}

function isTooLarge(deflated: Uint8Array): boolean {
  try {
    inflateSync(deflated, { maxOutputLength: MOST_TEXT });
    return false;
  } catch (error) {
    // Pillow ignores data that cannot be inflated.
    return error instanceof RangeError;
  }
}

function chunkFault(name: string, data: Uint8Array, colourType: number): PngFault['kind'] | null {
  const least = name === 'tRNS' ? (colourType === 0 ? 2 : colourType === 2 ? 6 : 0) : (LEAST[name] ?? 0);
  if (data.length < least) return 'short';
  const method = data.indexOf(0) + 1;
  if ((name === 'zTXt' || name === 'iCCP') && method > 0 && (data[method] ?? 0) !== 0) return 'method';
  const from = deflatedFrom(name, data);
  return from >= 0 && isTooLarge(data.subarray(from)) ? 'size' : null;
}

/** @param png a whole file with the signature of PNG that libvips reads; @returns its first fault */
export function pngFault(png: Uint8Array): PngFault | null {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  let colourType = 2;
  let beforePicture = true;
  for (let at = 8; at + 12 <= png.length;) {
    const length = view.getUint32(at);
    const end = at + 8 + length;
    const name = latin(png, at + 4, at + 8);
    if (end + 4 > png.length || !/^[A-Za-z]{4}$/.test(name)) break;
    if (name === 'IDAT') beforePicture = false;
    const data = png.subarray(at + 8, end);
    const checked = beforePicture || name === 'IEND';
    const sound = !checked || crc32(png.subarray(at + 4, end)) === view.getUint32(end);
    if (name === 'IEND') return sound ? null : { kind: 'end', chunk: name };
    at = end + 4;
    if (!beforePicture) continue;
    if (!sound) return { kind: 'checksum', chunk: name };
    if (name === 'IHDR') colourType = data[9] ?? 2;
    const kind = chunkFault(name, data, colourType);
    if (kind !== null) return { kind, chunk: name };
  }
  return { kind: 'end', chunk: 'IEND' };
}
