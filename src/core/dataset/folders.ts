/** Decides from paths alone what the folders of a data set mean: wrappers, splits, parts of a download, or classes. */
import { byCodePoint } from './order';
import { areParts, isFillerName, splitsAmong } from './split-names';

/** A label from folders or from a table. */
export interface TableLabel {
  readonly className: string;
  readonly split: string | null;
}

interface Node {
  readonly name: string;
  /** Only folders that contain images at any depth. */
  readonly children: Map<string, Node>;
  /** Images directly in the folder. */
  images: number;
}

export interface FolderPlace {
  readonly split: string | null;
  /** The folders that name the class; empty for images that are directly in a split or beside the class folders. */
  readonly folders: readonly string[];
}

/** How the folders are read. Paths are relative to the root, without a slash at the end. */
export interface FolderPlan {
  /** The innermost folder that contains everything; '' for the root. */
  readonly base: string;
  /** Split names by folder directly in the base. With `splitsInClasses`, by folder inside each class. */
  readonly splits: ReadonlyMap<string, string>;
  readonly splitsInClasses: boolean;
  /** Folders directly in the base that are numbered parts of one download. */
  readonly parts: readonly string[];
  /**
   * Folders that are the same around all classes (`outer`) or inside all classes (`inner`), so they are not part of a
   * class name.
   */
  readonly outer: readonly string[];
  readonly inner: readonly string[];
  /** The split and class folders of a folder; null if the plan does not read the folder. */
  place(folder: string): FolderPlace | null;
  /** Folders directly in the base that are not splits although others there are. */
  readonly beside: readonly string[];
}

export const foldersOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const segments = (folder: string): string[] => (folder === '' ? [] : folder.split('/'));

/** Number of images directly in each folder. Folders without images of their own are absent. */
export function countFolders(images: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of images) counts.set(foldersOf(path), (counts.get(foldersOf(path)) ?? 0) + 1);
  return counts;
}

function treeOf(folders: ReadonlyMap<string, number>): Node {
  const root: Node = { name: '', children: new Map(), images: 0 };
  for (const [folder, images] of folders) {
    let node = root;
    for (const name of segments(folder)) {
      let child = node.children.get(name);
      if (!child) node.children.set(name, (child = { name, children: new Map(), images: 0 }));
      node = child;
    }
    node.images += images;
  }
  return root;
}

const childrenOf = (node: Node): Node[] => [...node.children.values()].sort((a, b) => byCodePoint(a.name, b.name));
const siblingsOf = (nodes: readonly Node[]) => nodes.map(({ name, children }) => ({ name, folders: children.size }));

/**
 * Finds the innermost folder around everything else. A folder is skipped as a wrapper if nothing is beside it and it
 * contains folders of images. If it contains two or more folders, images directly beside them are ignored.
 */
function findBase(root: Node, useSplits: boolean): { node: Node; path: string[] } {
  const path: string[] = [];
  let node = root;
  for (;;) {
    const [only, ...others] = childrenOf(node);
    if (!only || others.length > 0 || only.children.size < (only.images > 0 ? 2 : 1)) return { node, path };
    // A single `train` folder around classes is a split. In `train/train` or `train/{train,test}`, the first `train` is
    // a wrapper.
    const isSplit = useSplits && splitsAmong(siblingsOf([only])) !== null;
    if (isSplit && splitsAmong(siblingsOf(childrenOf(only))) === null) return { node, path };
    path.push(only.name);
    node = only;
  }
}

/** Folders below a split that only repeat its name or have a general name: `seg_train/seg_train`, `test/images`. */
function wrappersOf(split: Node): string[] {
  const found: string[] = [];
  let node = split;
  while (node.images === 0 && node.children.size === 1) {
    const only = childrenOf(node)[0]!;
    const repeats = only.name.toLowerCase() === node.name.toLowerCase() || splitsAmong(siblingsOf([only])) !== null;
    if (!repeats && !isFillerName(only.name)) break;
    found.push(only.name);
    node = only;
  }
  return found;
}

/** Splits by folder name, if every class folder is divided into the same kind of splits. */
function splitsInside(classes: readonly Node[]): ReadonlyMap<string, string> | null {
  if (classes.length === 0) return null;
  const names = new Map<string, string>();
  for (const one of classes) {
    if (one.images > 0) return null;
    const children = childrenOf(one);
    const splits = splitsAmong(siblingsOf(children));
    if (!splits || splits.size < children.length) return null;
    for (const [name, split] of splits) names.set(name, split);
  }
  return new Set(names.values()).size > 1 ? names : null;
}

const first = (list: readonly string[]) => list[0]!;
const last = (list: readonly string[]) => list[list.length - 1]!;

/** Folders that are the same around every class, or inside every class. */
function commonFolders(classes: readonly (readonly string[])[]): { outer: string[]; inner: string[] } {
  let lists = classes.filter((folders) => folders.length > 0);
  const outer: string[] = [];
  const inner: string[] = [];
  const distinct = () => new Set(lists.map((folders) => folders.join('/'))).size;
  const same = (end: typeof first) => lists.every((folders) => folders.length > 1 && end(folders) === end(lists[0]!));
  while (distinct() > 1 && same(first)) {
    outer.push(first(lists[0]!));
    lists = lists.map((folders) => folders.slice(1));
  }
  while (lists.length > 0 && same(last) && (distinct() > 1 || isFillerName(last(lists[0]!)))) {
    inner.unshift(last(lists[0]!));
    lists = lists.map((folders) => folders.slice(0, -1));
  }
  return { outer, inner };
}

const startsWith = (list: readonly string[], start: readonly string[]) => start.every((name, at) => list[at] === name);

/** Makes a plan with the splits that the folder names suggest, or without splits if `useSplits` is false. */
export function planFolders(counts: ReadonlyMap<string, number>, useSplits: boolean): FolderPlan {
  const root = treeOf(counts);
  const { node, path } = findBase(root, useSplits);
  const base = path.join('/');
  const children = childrenOf(node);
  const outside = useSplits ? splitsAmong(siblingsOf(children)) : null;
  const inside = useSplits && outside === null ? splitsInside(children) : null;
  const splits = outside ?? inside ?? new Map<string, string>();
  const parts = splits.size === 0 && areParts(children.map(({ name }) => name)) ? children.map(({ name }) => name) : [];
  const wrappers = new Map(
    outside ? children.filter(({ name }) => outside.has(name)).map((child) => [child.name, wrappersOf(child)]) : [],
  );

  const rough = (folder: string): FolderPlace | null => {
    const all = segments(folder);
    if (!startsWith(all, path)) return null;
    const below = all.slice(path.length);
    const top = below[0];
    if (top === undefined) return { split: null, folders: [] };
    if (outside) {
      const split = outside.get(top);
      if (split === undefined) return null;
      const wrapped = wrappers.get(top) ?? [];
      const rest = below.slice(1);
      return { split, folders: startsWith(rest, wrapped) ? rest.slice(wrapped.length) : [] };
    }
    if (inside) {
      const split = inside.get(below[1] ?? '');
      return { split: split ?? null, folders: split === undefined ? below : [top, ...below.slice(2)] };
    }
    return { split: null, folders: parts.includes(top) ? below.slice(1) : below };
  };

  // If split folders are to be read as classes, their common folders stay in the class names.
  const { outer, inner } =
    !useSplits && splitsAmong(siblingsOf(children)) !== null
      ? { outer: [], inner: [] }
      : commonFolders([...counts.keys()].map((folder) => rough(folder)?.folders ?? []));
  const place = (folder: string): FolderPlace | null => {
    const found = rough(folder);
    if (!found || found.folders.length === 0) return found;
    let { folders } = found;
    if (startsWith(folders, outer)) folders = folders.slice(outer.length);
    const end = folders.length - inner.length;
    if (end > 0 && inner.every((name, at) => folders[end + at] === name)) folders = folders.slice(0, end);
    return { split: found.split, folders };
  };
  return {
    base,
    splits,
    splitsInClasses: inside !== null,
    parts,
    outer,
    inner,
    place,
    beside: outside ? children.map(({ name }) => name).filter((name) => !outside.has(name)) : [],
  };
}
