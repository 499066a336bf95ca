/** What has to be unpacked before a path can be opened as a data set. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isUnpackable, type Container } from '../../core/dataset/containers';
import { fileWords } from '../../core/unpack/file-words';
import { readContainer, readContainers } from '../files/containers';
import { walkFolder, type Walked } from '../files/walk';

export interface UnpackSource {
  /** Real path of the archive or of the folder that the user opened. */
  readonly path: string;
  /** Its last part. */
  readonly name: string;
  /** All files are relative to this folder. */
  readonly folder: string;
  readonly files: readonly Container[];
  /** Tables and lists that may label the images. */
  readonly tables: readonly string[];
  /** Archives and similar files that are not unpacked here. */
  readonly others: readonly Container[];
}

/** A folder that contains images is never unpacked; looking at this many entries shows whether it does. */
const MOST_ENTRIES = 20_000;

/** What a folder that was walked has to unpack; null if it contains images or nothing to unpack. */
export function sourceOfFolder(folder: string, walked: Walked): UnpackSource | null {
  if (walked.images.length > 0) return null;
  const paths = walked.skipped.flatMap(({ reason, path }) => (reason === 'other-type' ? [path] : []));
  const containers = readContainers(folder, paths);
  const files = containers.filter(isUnpackable);
  if (files.length === 0) return null;
  const unpacked = new Set(files.map(({ path }) => path));
  return {
    path: folder,
    name: basename(folder),
    folder,
    files,
    tables: [...walked.tables, ...walked.lists].filter((path) => !unpacked.has(path)),
    others: containers.filter((one) => !isUnpackable(one)),
  };
}

/** The files with the labels of an array's images, or the other way round: of the same kind and set, beside it. */
function partnersOf(folder: string, { path, kind }: Container): Container[] {
  if (kind !== 'npy' && kind !== 'idx' && kind !== 'npz') return [];
  const own = fileWords(path);
  const names = readdirSync(folder).filter((name) => {
    const { key, split, images, labels } = fileWords(name);
    return name !== path && key === own.key && split === own.split && (images !== own.images || labels !== own.labels);
  });
  return names.flatMap((name) => readContainer(join(folder, name), name) ?? []).filter((one) => one.kind === kind);
}

/** @returns null if there is nothing to unpack at this path */
export async function findSource(path: string): Promise<UnpackSource | null> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  const real = realpathSync(path);
  if (stats.isDirectory()) return sourceOfFolder(real, await walkFolder(real, { most: MOST_ENTRIES }));
  const name = basename(real);
  const container = readContainer(real, name);
  if (container === null || !isUnpackable(container)) return null;
  const folder = dirname(real);
  return { path: real, name, folder, files: [container, ...partnersOf(folder, container)], tables: [], others: [] };
}

/** Changes when a file of the source is changed, added or removed. */
export function fingerprintOf({ folder, files, tables }: UnpackSource): string {
  return [...files.map(({ path }) => path), ...tables]
    .sort()
    .map((path) => {
      const { size, mtimeMs } = statSync(join(folder, path));
      return `${path}\0${size}\0${mtimeMs}`;
    })
    .join('\n');
}
