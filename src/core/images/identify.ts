/** What a file is, by its first bytes and never by its name. */
import { FORMATS, HEAD_BYTES, latin, type Format } from './formats';

/** `drawing` (SVG) and `document` (PDF) are distinguished so that messages can name them; `text` is anything printable. */
export type NotPicture = 'drawing' | 'document' | 'text' | 'empty' | 'unknown';

function isText(head: Uint8Array): boolean {
  return head.every((byte) => (byte >= 0x20 ? byte !== 0x7f : byte === 9 || byte === 10 || byte === 12 || byte === 13));
}

/** @param bytes the file, or at least its first HEAD_BYTES bytes; @returns its image format, or what else it is */
export function identify(bytes: Uint8Array): Format | NotPicture {
  if (bytes.length === 0) return 'empty';
  const head = bytes.subarray(0, HEAD_BYTES);
  const format = FORMATS.find(({ matches }) => matches(head));
  if (format) return format;
  if (latin(head, 0, 5) === '%PDF-') return 'document';
  if (/^\s*(<\?xml[^]*)?(<!--[^]*)?(<!DOCTYPE svg|<svg)/i.test(latin(head, 0, head.length))) return 'drawing';
  return isText(head) ? 'text' : 'unknown';
}
