/** Reads the path of an image as people and tools write it in a table. */
import { KNOWN_ENDINGS } from '../images/formats';
import { splitRole } from './split-names';

/** A path from a row, `/`-separated, without `.`, and without each `..` that can be resolved. */
export interface RowPath {
  readonly path: string;
  /** Whether it starts at the root of another machine, of a drive or of a cloud store. */
  readonly absolute: boolean;
}

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Removes `.` and empty parts. `..` removes the part before it; at the start of the path, `..` itself is removed. */
export function tidy(path: string): string {
  if (!path.startsWith('/') && !path.startsWith('.') && !/\/(\.{0,2}(\/|$))/.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function decoded(text: string): string {
  if (!/%[0-9a-f]{2}/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The path in a cell: the trimmed text. Both `/` and `\` count as separators. */
export function plainPath(cell: string): RowPath {
  const text = cell.trim();
  const path = text.includes('\\') ? text.replaceAll('\\', '/') : text;
  return { path, absolute: path.startsWith('/') || /^[a-z]:\//i.test(path) };
}

/**
 * Reads a cell that may be an address: `s3://bucket/key`, `file:///C:/x`, `https://host/x?query`, a local file of Label
 * Studio (`/data/local-files/?d=x`), or a path with `%20`.
 * @param isName whether an image has this file name; in that case `%20` in it is not decoded
 */
export function rowPath(cell: string, isName: (name: string) => boolean): RowPath {
  const plain = plainPath(cell);
  if (!/[:?%]/.test(plain.path)) return plain;
  const text = (path: string): string => (isName(baseOf(path)) ? path : decoded(path));
  const local = /[?&]d=([^&]*)/.exec(plain.path)?.[1];
  if (local !== undefined) return { path: text(local), absolute: true };
  const address = /^([a-z][a-z0-9+.-]+):\/\/([^/]*)\/(.*)$/is.exec(plain.path);
  if (!address) return { path: text(plain.path), absolute: plain.absolute };
  const web = /^https?$/i.test(address[1]!);
  return { path: text(web ? address[3]!.replace(/[?#].*$/s, '') : address[3]!), absolute: true };
}

export function hasEnding(path: string): boolean {
  const dot = path.lastIndexOf('.');
  return dot >= 0 && path.length - dot <= 6 && KNOWN_ENDINGS.has(path.slice(dot + 1).toLowerCase());
}

/** The path without its ending, if this is the ending of an image file. */
export const withoutEnding = (path: string): string => (hasEnding(path) ? path.slice(0, path.lastIndexOf('.')) : path);

/** The name of a file without its last ending, whatever it is. */
export const withoutAnyEnding = (base: string): string => base.replace(/(?<=.)\.[^.]*$/, '');

/**
 * A file name without ending that is a whole number, without the zeros at its start and without `.0` at its end:
 * spreadsheets and data frames change `007` to `7` or `7.0`. Other names are not changed.
 */
export const withoutNumberZeros = (path: string): string =>
  /(^|\/)\d+(\.0)?$/.test(path) ? path.replace(/(^|\/)0*(\d+?)(\.0)?$/, '$1$2') : path;

/** The file name that Label Studio gives to an upload: spaces become `_`, other punctuation is removed. */
export const storedName = (path: string): string =>
  /^[\w./-]*$/.test(path)
    ? path
    : folderOf(path) +
      '/' +
      baseOf(path)
        .replaceAll(' ', '_')
        .replace(/[^\p{L}\p{N}_.-]/gu, '');

/** Removes the 8 hexadecimal digits and the hyphen that Label Studio puts before the name of an upload. */
export const withoutUploadPrefix = (path: string): string => path.replace(/(^|\/)[0-9a-f]{8}-(?=[^/]+$)/, '$1');

const GENERIC = new Set(
  'all asset assets content data dataset download downloads file files input jpeg jpegs jpg jpgs media png pngs raw static temp tmp upload uploads'.split(
    ' ',
  ),
);

const wordsOf = (name: string): string[] =>
  name
    .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');

/** Whether a folder name says only that the folder contains files: `images`, `HAM10000_images`, `uploads`. */
export const isGenericFolder = (name: string): boolean =>
  wordsOf(name).some((word) => GENERIC.has(word) || /(image|img|photo|picture|pic)s?$/.test(word));

/**
 * The role of the last split name in a folder path: `x/train_images/a` is in train (0). Null if it contains no split
 * name.
 */
export function roleOfFolder(folder: string): 0 | 1 | 2 | null {
  return (
    folder
      .split('/')
      .flatMap((name) => [name, ...wordsOf(name)])
      .map(splitRole)
      .findLast((role) => role !== null) ?? null
  );
}

/**
 * Whether two folder paths contain names of different splits. If so, files in one are never matched with files in the
 * other.
 */
export function splitsDiffer(one: string, other: string): boolean {
  const [a, b] = [roleOfFolder(one), roleOfFolder(other)];
  return a !== null && b !== null && a !== b;
}
