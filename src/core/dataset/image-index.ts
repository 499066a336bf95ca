/** Finds images by path, by file name and by the end of their path. */
import { baseOf, folderOf, isGenericFolder, roleOfFolder } from './row-path';

/** Marks a key that several images have. */
export const SEVERAL = -1;

const SLASH = '/'.charCodeAt(0);

export interface ImageIndex {
  readonly byPath: ReadonlyMap<string, number>;
  byName(): ReadonlyMap<string, number>;
  /** Images by the ends of their paths. An end contains a folder and is not the whole path. */
  byEnd(): ReadonlyMap<string, number>;
}

const add = (map: Map<string, number>, key: string, image: number): void => {
  map.set(key, map.has(key) ? SEVERAL : image);
};

/** @param paths of the images, already converted to the form in which they are compared */
export function imageIndex(paths: readonly string[]): ImageIndex {
  const byPath = new Map<string, number>();
  paths.forEach((path, image) => add(byPath, path, image));
  let byName: Map<string, number> | null = null;
  let byEnd: Map<string, number> | null = null;
  return {
    byPath,
    byName: () => {
      if (byName) return byName;
      byName = new Map();
      for (const [image, path] of paths.entries()) add(byName, baseOf(path), image);
      return byName;
    },
    byEnd: () => {
      if (byEnd) return byEnd;
      byEnd = new Map();
      for (const [image, path] of paths.entries())
        for (let at = path.indexOf('/'); at >= 0 && path.includes('/', at + 1); at = path.indexOf('/', at + 1))
          add(byEnd, path.slice(at + 1), image);
      return byEnd;
    },
  };
}

/**
 * Finds the image that shares the longest end with a path, if this end contains a folder.
 * @param key converted like `paths`
 * @param index of `paths`
 */
export function imageByEnd(key: string, paths: readonly string[], index: ImageIndex): number | 'missing' | 'ambiguous' {
  const named = index.byName().get(baseOf(key));
  if (named === undefined) return 'missing';
  if (named !== SEVERAL) return commonLength(key, paths[named]!) > baseOf(key).length ? named : 'missing';
  const ends = index.byEnd();
  for (let at = 0; key.includes('/', at); at = key.indexOf('/', at) + 1) {
    const end = key.slice(at);
    const [whole, part] = [index.byPath.get(end), ends.get(end)];
    if (whole === undefined && part === undefined) continue;
    const image = whole ?? part ?? SEVERAL;
    return image === SEVERAL || (whole !== undefined && part !== undefined) ? 'ambiguous' : image;
  }
  return 'missing';
}

/** Length of the longest common end of both paths. The end starts after a `/` or is the whole path. */
export function commonLength(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let same = 0;
  let length = 0;
  while (same < most && one.charCodeAt(one.length - same - 1) === other.charCodeAt(other.length - same - 1)) {
    if (one.charCodeAt(one.length - same - 1) === SLASH) length = same;
    same += 1;
  }
  const starts = (path: string): boolean => same === path.length || path.charCodeAt(path.length - same - 1) === SLASH;
  return starts(one) && starts(other) ? same : length;
}

/**
 * If only one folder contains every known file name of the rows, each exactly once, returns its images by name. The
 * folder must be a split or have a general name such as `images`. A class folder that happens to contain all the names
 * proves nothing.
 */
export function inOneFolder(names: ReadonlySet<string>, keys: readonly string[]): ReadonlyMap<string, number> {
  const folders = new Map<string, Map<string, number>>();
  const known = new Set<string>();
  keys.forEach((key, image) => {
    const name = baseOf(key);
    if (!names.has(name)) return;
    known.add(name);
    for (let folder = folderOf(key); folder !== ''; folder = folderOf(folder)) {
      let inside = folders.get(folder);
      if (!inside) folders.set(folder, (inside = new Map<string, number>()));
      add(inside, name, image);
    }
  });
  const whole = [...folders].filter(
    ([, inside]) => inside.size === known.size && ![...inside.values()].includes(SEVERAL),
  );
  const [first] = whole.sort(([one], [other]) => one.length - other.length);
  const single = first && whole.every(([folder]) => folder === first[0] || folder.startsWith(`${first[0]}/`));
  const ofFiles = whole.some(([folder]) => isGenericFolder(baseOf(folder)) || roleOfFolder(folder) !== null);
  return single && ofFiles ? first[1] : new Map();
}
