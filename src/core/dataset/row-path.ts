/** How people and tools write the path of an image in a table. */
import { KNOWN_ENDINGS } from '../images/formats';
import { splitRole } from './split-names';

/** A path that is written in a row, `/`-separated, without `.` and without `..` that can be resolved. */
export interface RowPath {
  readonly path: string;
  /** It starts at the root of another machine, a drive or a store. */
  readonly absolute: boolean;
}

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Removes `.` and empty parts; `..` removes the part before it, or is dropped at the start. */
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

/** A cell as a path: the trimmed text with either separator. */
export function plainPath(cell: string): RowPath {
  const text = cell.trim();
  const path = text.includes('\\') ? text.replaceAll('\\', '/') : text;
  return { path, absolute: path.startsWith('/') || /^[a-z]:\//i.test(path) };
}

/**
 * A cell that may be an address: `s3://bucket/key`, `file:///C:/x`, `https://host/x?query`, the local files of Label
 * Studio (`/data/local-files/?d=x`), or a path with `%20`.
 * @param isName whether an image has this file name; then its `%20` is not decoded
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

/** The path without the ending of an image file, if it has one. */
export const withoutEnding = (path: string): string => (hasEnding(path) ? path.slice(0, path.lastIndexOf('.')) : path);

/** The file name as Label Studio stores an upload: blanks become `_`, other marks are removed. */
export const storedName = (path: string): string =>
  /^[\w./-]*$/.test(path)
    ? path
    : folderOf(path) +
      '/' +
      baseOf(path)
        .replaceAll(' ', '_')
        .replace(/[^\p{L}\p{N}_.-]/gu, '');

/** Without the 8 hexadecimal digits and the dash that Label Studio puts before the name of an upload. */
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

/** Whether a folder's name only says that it contains files: `images`, `HAM10000_images`, `uploads`. */
export const isGenericFolder = (name: string): boolean =>
  wordsOf(name).some((word) => GENERIC.has(word) || /(image|img|photo|picture|pic)s?$/.test(word));

/** The split that a folder path names last: `x/train_images/a` is of train (0); null if it names none. */
export function roleOfFolder(folder: string): 0 | 1 | 2 | null {
  return (
    folder
      .split('/')
      .flatMap((name) => [name, ...wordsOf(name)])
      .map(splitRole)
      .findLast((role) => role !== null) ?? null
  );
}

/** Whether two folder paths name different splits. A file of one is never a file of the other. */
export function splitsDiffer(one: string, other: string): boolean {
  const [a, b] = [roleOfFolder(one), roleOfFolder(other)];
  return a !== null && b !== null && a !== b;
}
