/** What a file is, by its first bytes and never by its name. */
import type { ImageFormat } from '../../contract/model/image';

/** `drawing` and `document` are vector formats, known so that they can be named; `text` is anything printable. */
export type Content = ImageFormat | 'drawing' | 'document' | 'text' | 'empty' | 'unknown';

/** Bytes that `identify` looks at. */
export const HEAD_BYTES = 512;

const heifBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);

function latin(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return bytes.length >= signature.length && signature.every((byte, i) => bytes[i] === byte);
}

function ofContainer(bytes: Uint8Array): ImageFormat | null {
  if (latin(bytes, 0, 4) === 'RIFF' && latin(bytes, 8, 12) === 'WEBP') return 'webp';
  if (latin(bytes, 4, 8) !== 'ftyp') return null;
  const brands = latin(bytes, 8, Math.min(64, bytes.length));
  if (brands.includes('avif') || brands.includes('avis')) return 'avif';
  return heifBrands.has(brands.slice(0, 4)) ? 'heif' : null;
}

function isText(head: Uint8Array): boolean {
  return head.every((byte) => (byte >= 0x20 ? byte !== 0x7f : byte === 9 || byte === 10 || byte === 12 || byte === 13));
}

/** @param bytes the file, or at least its first HEAD_BYTES bytes */
export function identify(bytes: Uint8Array): Content {
  if (bytes.length === 0) return 'empty';
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  if (startsWith(bytes, [0x47, 0x49, 0x46, 0x38])) return 'gif';
  if (startsWith(bytes, [0x49, 0x49, 0x2a, 0]) || startsWith(bytes, [0x4d, 0x4d, 0, 0x2a])) return 'tiff';
  if (startsWith(bytes, [0x49, 0x49, 0x2b, 0]) || startsWith(bytes, [0x4d, 0x4d, 0, 0x2b])) return 'tiff';
  if (startsWith(bytes, [0x42, 0x4d]) && bytes.length >= 26 && [12, 40, 52, 56, 64, 108, 124].includes(bytes[14]!))
    return 'bmp';
  if (startsWith(bytes, [0xff, 0x4f, 0xff, 0x51]) || startsWith(bytes, [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20]))
    return 'jp2';
  if (startsWith(bytes, [0xff, 0x0a]) || startsWith(bytes, [0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20])) return 'jxl';
  const contained = ofContainer(bytes);
  if (contained) return contained;
  if (/^P[1-6][\s#]/.test(latin(bytes, 0, 3))) return 'ppm';
  if (latin(bytes, 0, 5) === '%PDF-') return 'document';
  const head = bytes.subarray(0, HEAD_BYTES);
  if (/^\s*(<\?xml[^]*)?(<!--[^]*)?(<!DOCTYPE svg|<svg)/i.test(latin(head, 0, head.length))) return 'drawing';
  return isText(head) ? 'text' : 'unknown';
}

/**
 * False when the file stops before the mark that ends every whole file of its format; formats without one are taken as
 * whole.
 */
export function hasEnd(bytes: Uint8Array, format: ImageFormat): boolean {
  const tail = bytes.subarray(Math.max(0, bytes.length - 4096));
  switch (format) {
    case 'jpeg':
      return tail.some((byte, i) => byte === 0xff && tail[i + 1] === 0xd9);
    case 'png':
      return latin(tail, 0, tail.length).includes('IEND');
    case 'gif':
      return tail.includes(0x3b, Math.max(0, tail.length - 16));
    case 'webp':
      return bytes.length >= 8 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8 <= bytes.length;
    case 'tiff':
    case 'avif':
    case 'heif':
    case 'bmp':
    case 'ppm':
    case 'jp2':
    case 'jxl':
      return true;
  }
}
