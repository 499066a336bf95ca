/**
 * File names, which may be any bytes. All text that is shown or stored is valid Unicode; the bytes are kept too where
 * the text does not determine them.
 */
import { join } from 'node:path';

const strict = new TextDecoder('utf-8', { fatal: true });

/** Bytes as text; bytes that are not valid UTF-8 are written `\xNN`. */
function readable(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    let length = 0;
    for (const size of [1, 2, 3, 4]) {
      if (at + size > bytes.length) break;
      try {
        text += strict.decode(bytes.subarray(at, at + size));
        length = size;
        break;
      } catch {
        // Not a complete character yet.
      }
    }
    if (length === 0) {
      text += `\\x${bytes[at]!.toString(16).toUpperCase().padStart(2, '0')}`;
      length = 1;
    }
    at += length;
  }
  return text;
}

export interface FilePath {
  /** Relative to the root, `/`-separated, always valid Unicode. */
  readonly path: string;
  /** The real bytes, only where they differ from `path`. */
  readonly raw: Buffer | null;
  absolute(root: string): Buffer;
}

export function filePath(path: string, raw: Buffer | null): FilePath {
  return {
    path,
    raw,
    absolute: (root) =>
      raw ? Buffer.concat([Buffer.from(root.endsWith('/') ? root : `${root}/`), raw]) : Buffer.from(join(root, path)),
  };
}

export function readablePath(bytes: Buffer): FilePath {
  const text = bytes.toString('utf8');
  // Node writes U+FFFD for bytes that it cannot decode. A name that really contains U+FFFD gives the same text by both
  // ways.
  if (!text.includes('\uFFFD') || Buffer.from(text, 'utf8').equals(bytes)) return filePath(text, null);
  return filePath(readable(bytes), bytes);
}

/** The path of a name in a folder. */
export function joinBytes(folder: FilePath, name: Buffer): FilePath {
  const last = readablePath(name);
  if (!folder.raw && !last.raw) return filePath(`${folder.path}/${last.path}`, null);
  return filePath(
    `${folder.path}/${last.path}`,
    Buffer.concat([folder.raw ?? Buffer.from(folder.path), Buffer.from('/'), name]),
  );
}
