/**
 * Lists the contents of a folder. Files are opened only if their names do not tell their type, and then only their
 * first bytes are read.
 */
import {
  closeSync,
  lstatSync,
  openSync,
  readSync,
  readdirSync,
  realpathSync,
  statSync,
  type Dirent,
  type Stats,
} from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { TABLE_ENDINGS } from '../../core/dataset/delimiter';
import { isListName } from '../../core/dataset/list-file';
import { HEAD_BYTES, KNOWN_ENDINGS } from '../../core/images/formats';
import { identify } from '../../core/images/identify';
import type { Skipped } from '../../contract/model/dataset';
import type { UnreadableCode } from '../../contract/model/image';
import type { SkippedEntry } from '../catalog/listing';
import { systemCode } from '../process/failures';
import { joinBytes, readablePath, type FilePath } from './paths';

export interface FoundImage {
  readonly file: FilePath;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Set for a link whose target does not exist or that leads back to itself. */
  readonly broken: { readonly code: UnreadableCode; readonly reason: string } | null;
}

export interface Walked {
  readonly images: FoundImage[];
  readonly skipped: SkippedEntry[];
  /** Folders that contain neither folders nor images. */
  readonly emptyFolders: string[];
  /** Paths of files that may label images. */
  readonly tables: string[];
  /** Paths of text and JSON files that may name an image and its label per line or entry. */
  readonly lists: string[];
  /** False when the walk stopped early because of `most`. */
  readonly whole: boolean;
}

/** Files with these extensions are never images, so they are not opened. */
const OTHER_EXTENSIONS = new Set([
  'txt',
  'md',
  ...TABLE_ENDINGS,
  'json',
  'jsonl',
  'xml',
  'yaml',
  'yml',
  'html',
  'svg',
  'pdf',
  'zip',
  'tar',
  'gz',
  'npy',
  'npz',
  'py',
  'ipynb',
  'db',
  'log',
  'parquet',
  'h5',
  'mp4',
  'avi',
  'mov',
]);
const SYSTEM_NAMES = new Set([
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '__macosx',
  'icon\r',
  '$recycle.bin',
  '@eadir',
  'system volume information',
  'lost+found',
  '#recycle',
  '#snapshot',
]);
/**
 * Most linked folders within each other: enough for real data sets, and few enough that links cannot multiply the
 * folders.
 */
const MOST_LINKS = 2;
const SLICE_MS = 15;
/** A folder with more text or JSON files has one for each image (boxes, captions), which are no lists of labels. */
const MOST_LISTS = 20;
/** In such a folder, only files with these names may be lists of labels. */
const isTelling = (path: string): boolean =>
  /(^|\/)_?(label|annotation|class|metadata|dataset|data\.ya?ml|synset|names|split)[^/]*$/i.test(path);

export function extensionOf(path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  return dot > 0 ? base.slice(dot + 1).toLowerCase() : '';
}

/** Why an entry with this name is never part of a data set; null if it can be. */
export function hiddenName(name: string): Skipped | null {
  if (SYSTEM_NAMES.has(name.toLowerCase()) || name === '.DS_Store' || name.startsWith('~$'))
    return { reason: 'system-file', name: name.trim() };
  // An image that is not on this disk: `.1.jpg.icloud`.
  if (/^\..+\.icloud$/.test(name)) return { reason: 'other-type', name: 'icloud' };
  return name.startsWith('.') ? { reason: 'hidden', name: '' } : null;
}

/** Hidden folders are small. In a large one the first entries tell whether loaders find images in it. */
const MOST_HIDDEN = 500;

/**
 * The entry of a hidden folder: its first file with the ending of an image, because loaders that count the folder take
 * that file; the folder itself, ending in “/”, where there is none.
 */
function insideHidden(root: string, folder: FilePath): string {
  const queue: FilePath[] = [folder];
  let seen = 0;
  for (let next = 0; next < queue.length && seen < MOST_HIDDEN; next += 1) {
    let entries: Dirent<Buffer>[];
    try {
      entries = readdirSync(queue[next]!.absolute(root), { encoding: 'buffer', withFileTypes: true });
    } catch {
      continue;
    }
    for (const entry of entries) {
      seen += 1;
      const file = joinBytes(queue[next]!, entry.name);
      if (entry.isDirectory()) queue.push(file);
      else if (KNOWN_ENDINGS.has(extensionOf(file.path))) return file.path;
    }
  }
  return `${folder.path}/`;
}

const identityOf = (stats: Stats) => `${stats.dev}:${stats.ino}`;

/** Lists of one class each, as in `ImageSets/Main` of Pascal VOC, and of all images of a split beside them. */
const CLASS_LIST = /(^|[/_])(train|val|trainval|test)\.txt$/i;
const MOST_CLASS_LISTS = 1000;

/** Which of the text and JSON files of one folder may be lists of labels. */
export function labelLists(paths: readonly string[]): readonly string[] {
  const ofClasses =
    paths.length > MOST_LISTS && paths.length <= MOST_CLASS_LISTS && paths.every((path) => CLASS_LIST.test(path));
  const lists = paths.length <= MOST_LISTS || ofClasses ? paths : paths.filter(isTelling);
  return lists.length <= MOST_LISTS || ofClasses ? lists : [];
}

interface Folder {
  readonly file: FilePath | null;
  /** Identities of this folder and all folders above it. */
  readonly above: readonly string[];
  readonly links: number;
}

interface Walk extends Walked {
  readonly root: string;
  /** Those of the present folder. */
  folderLists: string[];
  readonly queue: Folder[];
}

function looksLikeImage(absolute: Buffer): boolean {
  const head = Buffer.alloc(HEAD_BYTES);
  try {
    const handle = openSync(absolute, 'r');
    try {
      return typeof identify(head.subarray(0, readSync(handle, head))) !== 'string';
    } finally {
      closeSync(handle);
    }
  } catch {
    // A file that cannot be opened and has no image extension is not counted as an image.
    return false;
  }
}

/** Whether a file shows that its folder is no class without images: a table, JSON or YAML. */
export const describesFolder = (path: string): boolean =>
  ['table', 'list'].includes(kindByName(path)) && !/\.txt$/i.test(path);

/** What the name of a file says about it. */
export function kindByName(path: string): 'image' | 'table' | 'list' | 'other' {
  const extension = extensionOf(path);
  if (KNOWN_ENDINGS.has(extension)) return 'image';
  if (TABLE_ENDINGS.includes(extension) || /(^|\/)metadata\.jsonl$/.test(path)) return 'table';
  return isListName(path) ? 'list' : 'other';
}

function addFile(walk: Walk, file: FilePath, absolute: Buffer, stats: Stats): void {
  const kind = kindByName(file.path);
  const extension = extensionOf(file.path);
  if (kind === 'image' || (!OTHER_EXTENSIONS.has(extension) && looksLikeImage(absolute))) {
    walk.images.push({ file, bytes: stats.size, modified: stats.mtimeMs, broken: null });
    return;
  }
  if (kind === 'table') walk.tables.push(file.path);
  else if (kind === 'list') walk.folderLists.push(file.path);
  walk.skipped.push({ path: file.path, reason: 'other-type', name: extension });
}

/** Adds a link that cannot be followed: as an image if it has an image extension, otherwise only as skipped. */
function addBrokenLink(walk: Walk, file: FilePath, absolute: Buffer, error: unknown): void {
  const loop = systemCode(error) === 'ELOOP';
  if (!KNOWN_ENDINGS.has(extensionOf(file.path))) {
    walk.skipped.push({ path: file.path, reason: loop ? 'link-loop' : 'broken-link', name: '' });
    return;
  }
  const reason = loop
    ? 'The link points back to itself.'
    : systemCode(error) === 'EACCES'
      ? 'The link points into a folder that cannot be read.'
      : 'The link points to a file that does not exist.';
  const code = loop ? 'link-loop' : systemCode(error) === 'EACCES' ? 'permission-denied' : 'broken-link';
  walk.images.push({ file, bytes: 0, modified: lstatSync(absolute).mtimeMs, broken: { code, reason } });
}

function addFolder(walk: Walk, parent: Folder, file: FilePath, stats: Stats, linked: boolean): void {
  const identity = identityOf(stats);
  const links = parent.links + (linked ? 1 : 0);
  if (parent.above.includes(identity)) walk.skipped.push({ path: file.path, reason: 'folder-link-loop', name: '' });
  else if (links > MOST_LINKS) walk.skipped.push({ path: file.path, reason: 'nested-folder-links', name: '' });
  else walk.queue.push({ file, above: [...parent.above, identity], links });
}

/** @returns whether the entry counts as content of its folder */
function addEntry(walk: Walk, parent: Folder, entry: Dirent<Buffer>): boolean {
  const file = parent.file ? joinBytes(parent.file, entry.name) : readablePath(entry.name);
  const hidden = hiddenName(entry.name.toString());
  if (hidden !== null) {
    walk.skipped.push({ path: entry.isDirectory() ? insideHidden(walk.root, file) : file.path, ...hidden });
    return false;
  }
  const absolute = file.absolute(walk.root);
  const images = walk.images.length;
  let stats: Stats;
  try {
    stats = statSync(absolute);
  } catch (error) {
    if (entry.isSymbolicLink()) addBrokenLink(walk, file, absolute, error);
    // An entry that was deleted since the folder was listed is ignored.
    else if (systemCode(error) !== 'ENOENT') walk.skipped.push({ path: file.path, reason: 'file-forbidden', name: '' });
    return walk.images.length > images;
  }
  if (stats.isDirectory()) {
    const before = walk.queue.length;
    addFolder(walk, parent, file, stats, entry.isSymbolicLink());
    return walk.queue.length > before;
  }
  if (stats.isFile()) addFile(walk, file, absolute, stats);
  else walk.skipped.push({ path: file.path, reason: 'special-file', name: '' });
  return walk.images.length > images;
}

/**
 * Lists the folder breadth first, so that a walk that stops early has seen every part of a regular folder. Links to
 * files are followed. Links to folders are followed too, except links to a folder above and more than two links within
 * each other.
 * @param most stop after about this number of entries
 * @throws the system's error when the root itself cannot be listed
 */
export async function walkFolder(
  root: string,
  options: { most: number; signal?: AbortSignal; seen?: (images: number) => void },
): Promise<Walked> {
  const walk: Walk = {
    root,
    queue: [],
    images: [],
    skipped: [],
    emptyFolders: [],
    tables: [],
    lists: [],
    folderLists: [],
    whole: true,
  };
  walk.queue.push({ file: null, above: [identityOf(statSync(realpathSync(root)))], links: 0 });
  let entries = 0;
  let sliceStart = performance.now();
  for (let next = 0; next < walk.queue.length; next += 1) {
    const folder = walk.queue[next]!;
    if (entries >= options.most) return { ...walk, whole: false };
    let names: Dirent<Buffer>[];
    try {
      names = readdirSync(folder.file ? folder.file.absolute(root) : root, { encoding: 'buffer', withFileTypes: true });
    } catch (error) {
      if (!folder.file) throw error;
      walk.skipped.push({ path: folder.file.path, reason: 'folder-forbidden', name: '' });
      continue;
    }
    let content = 0;
    const tables = walk.tables.length;
    walk.folderLists = [];
    for (const entry of names) {
      entries += 1;
      if (addEntry(walk, folder, entry)) content += 1;
      if (performance.now() - sliceStart < SLICE_MS) continue;
      options.seen?.(walk.images.length);
      await setImmediate();
      options.signal?.throwIfAborted();
      sliceStart = performance.now();
    }
    walk.lists.push(...labelLists(walk.folderLists));
    const described = walk.tables.length > tables || walk.folderLists.some(describesFolder);
    if (content === 0 && !described && folder.file) walk.emptyFolders.push(folder.file.path);
  }
  return walk;
}
