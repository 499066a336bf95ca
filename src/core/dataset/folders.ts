/** Decides from paths alone what the folders of a data set mean: wrappers, splits, parts of a download, or classes. */
import {
  areGroupsInClasses,
  areNumberedInClasses,
  areRepeated,
  areSessionsInClasses,
  childrenOf,
  flatBesideData,
  isInEachClass,
  joinedNames,
  levelsAboveMagnifications,
  segments,
  siblingsOf,
  strayBesideClasses,
  takeMasks,
  testBesideClasses,
  treeOf,
  type FolderNode,
} from './folder-tree';
import { mainFolder } from './folder-archives';
import { partsAmong, withJoinedParts } from './folder-parts';
import { isAnnotationName, isAssetName, isFillerName, splitRole, splitsAmong } from './split-names';

/** A label from folders or from a table. */
export interface TableLabel {
  readonly className: string;
  readonly split: string | null;
}

export interface FolderPlace {
  readonly split: string | null;
  /** The folders that name the class; empty for images that are directly in a split or beside the class folders. */
  readonly folders: readonly string[];
}

/** How the folders are read. Paths are relative to the root, without a slash at the end. */
export interface FolderPlan {
  /** The innermost folder that contains everything except assets; '' for the root. */
  readonly base: string;
  /** Split names by folder directly in the base. With `splitsInClasses`, by folder inside each class. */
  readonly splits: ReadonlyMap<string, string>;
  readonly splitsInClasses: boolean;
  /** Folders beside everything else that hold pictures about the data set: masks, annotations, figures. */
  readonly assets: readonly string[];
  /** Folders of the base that contain the same classes: numbered parts of one download, versions, patients, copies. */
  readonly parts: readonly string[];
  /**
   * Folders that are the same around all classes (`outer`) or inside all classes (`inner`), so they are not part of a
   * class name.
   */
  readonly outer: readonly string[];
  readonly inner: readonly string[];
  /** Splits by the two folders that name them, where each fold contains splits of its own: `fold_1/train`. */
  readonly nested: ReadonlyMap<string, string>;
  /** Folders with the key of something else than the class: `year=2024`. */
  readonly partitions: readonly string[];
  /** What precedes every class name in the folders: `class=` in `class=cat`; '' for nothing. */
  readonly key: string;
  /** A folder inside of a class that is a group of images and no class; null for none. */
  readonly group: string | null;
  /** Why it is one: it is named like a day, a patient, a magnification or its class, or it is in one split only. */
  readonly groupKind: 'sessions' | 'magnifications' | 'numbered' | 'one-split' | 'in-each' | 'repeated';
  /** The split and class folders of a folder; null if the plan does not read the folder. */
  place(folder: string): FolderPlace | null;
  /** Folders beside the splits that are none, relative to the root. */
  readonly beside: readonly string[];
  /** Folders that hold the base again, by their names and the numbers of their images. */
  readonly copies: readonly string[];
}

export const foldersOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Number of images directly in each folder. Folders without images of their own are absent. */
export function countFolders(images: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of images) counts.set(foldersOf(path), (counts.get(foldersOf(path)) ?? 0) + 1);
  return counts;
}

/** Removes and returns the folders of assets beside the one folder that contains the classes or all images. */
function takeAssets(node: FolderNode, path: readonly string[]): string[] {
  const children = childrenOf(node);
  const assets = children.filter(({ name }) => isAssetName(name));
  const [main, ...others] = children.filter((child) => !assets.includes(child));
  if (!main || others.length > 0 || node.images > 0) return [];
  // `masks` beside `no_masks`, and `figures` beside `photos`, are classes.
  if (assets.some(({ name }) => main.name.toLowerCase().includes(name.toLowerCase()))) return [];
  const plain = isFillerName(main.name) || splitRole(main.name) !== null;
  const flat = plain && assets.every(({ name }) => isAnnotationName(name));
  if (!flat && !leadsToFolders(main)) return [];
  for (const { name } of assets) node.children.delete(name);
  return assets.map(({ name }) => [...path, name].join('/'));
}

function leadsToFolders(node: FolderNode): boolean {
  if (node.images > 0 || node.children.size === 0) return false;
  return node.children.size > 1 || leadsToFolders(childrenOf(node)[0]!);
}

/**
 * Finds the innermost folder around everything else. A folder is skipped as a wrapper if nothing is beside it and it
 * contains folders of images. If it contains two or more folders, images directly beside them are ignored.
 */
function findBase(
  root: FolderNode,
  useSplits: boolean,
): { node: FolderNode; path: string[]; assets: string[]; aside: string[]; copies: string[] } {
  const path: string[] = [];
  const aside: string[] = [];
  const copies: string[] = [];
  const assets: string[] = [];
  let node = root;
  for (;;) {
    assets.push(...takeAssets(node, path));
    const main = mainFolder(childrenOf(node), node.name);
    if (main !== null) {
      for (const name of main.others) (main.copies.includes(name) ? copies : aside).push([...path, name].join('/'));
      path.push(...main.path);
      node = main.node;
      continue;
    }
    const [only, ...others] = childrenOf(node);
    if (!only || others.length > 0 || only.children.size < (only.images > 0 ? 2 : 1))
      return { node, path, assets, aside, copies };
    // A single `train` folder around classes is a split. In `train/train` or `train/{train,test}`, the first `train` is
    // a wrapper.
    const isSplit = useSplits && splitsAmong(siblingsOf([only])) !== null;
    if (isSplit && splitsAmong(siblingsOf(childrenOf(only))) === null) return { node, path, assets, aside, copies };
    path.push(only.name);
    node = only;
  }
}

/** Folders below a split that only repeat its name or have a general name: `seg_train/seg_train`, `test/images`. */
function wrappersOf(split: FolderNode): string[] {
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

/** Splits by the two folders `fold_1/train`, if each split contains folders that are all splits of several roles. */
function splitsInSplits(
  splits: readonly FolderNode[],
  names: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const nested = new Map<string, string>();
  const withFolders = splits.filter(({ children }) => children.size > 0);
  for (const split of withFolders) {
    const children = childrenOf(split);
    const inner = splitsAmong(siblingsOf(children));
    const deep = split.images === 0 && children.every(({ children: below }) => below.size > 0);
    if (!inner || inner.size < children.length || !deep || new Set(inner.values()).size < 2) continue;
    for (const [name, own] of inner) nested.set(`${split.name}/${name}`, `${names.get(split.name)} ${own}`);
  }
  return nested;
}

const CLASS_KEY = /^(label|class|class_?name|category|target|species|y)=(?=.)/i;
const KEY = /^[A-Za-z][A-Za-z_]*=(?=.)/;

/** The class in folders that all have a key, of which one is that of the class: `year=2024/label=cat`; or null. */
function valueOfClassKey(folders: readonly string[]): string | null {
  const classes = folders.filter((name) => CLASS_KEY.test(name));
  return folders.length > 1 && classes.length === 1 && folders.every((name) => KEY.test(name))
    ? classes[0]!.replace(CLASS_KEY, '')
    : null;
}

/** `class=` if every folder of classes has this form: `class=cat`, as tables are stored in partitions. */
function keyOfFolders(places: readonly (readonly string[])[]): string {
  const names = new Set(places.flat());
  const [first] = names;
  const key = first === undefined ? undefined : KEY.exec(first)?.[0];
  return key !== undefined && [...names].every((name) => name.startsWith(key) && name.length > key.length) ? key : '';
}

/** Splits by folder name, if every class folder is divided into the same kind of splits. */
function splitsInside(classes: readonly FolderNode[]): ReadonlyMap<string, string> | null {
  if (classes.length === 0) return null;
  const names = new Map<string, string>();
  for (const one of classes) {
    if (one.images > 0) return null;
    const children = childrenOf(one);
    // The same in every class, so that a misspelt name counts too.
    const splits = splitsAmong(children.map(({ name }) => ({ name, folders: 1 })));
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
  const masks = takeMasks(root);
  const { node, path, assets: beside, aside, copies } = findBase(root, useSplits);
  const base = path.join('/');
  const test = testBesideClasses(childrenOf(node));
  const flat = [
    ...(test === null ? flatBesideData(childrenOf(node)) : [test]),
    ...strayBesideClasses(childrenOf(node)),
  ];
  const assets = [...masks, ...beside, ...aside, ...copies, ...flat.map((name) => [...path, name].join('/'))];
  const children = childrenOf(node).filter(({ name }) => !flat.includes(name));
  const joined = useSplits ? joinedNames(children.map(({ name }) => name)) : null;
  const among = useSplits && joined === null ? splitsAmong(siblingsOf(children)) : null;
  const outside = among && withJoinedParts(children, among);
  const inside = useSplits && joined === null && outside === null ? splitsInside(children) : null;
  const ofNames = joined && new Map([...joined].map(([name, { split }]) => [name, split]));
  const splits = outside ?? inside ?? ofNames ?? new Map<string, string>();
  const parts = splits.size === 0 ? partsAmong(children) : new Map<string, number>();
  const nested = outside
    ? splitsInSplits(
        children.filter(({ name }) => outside.has(name)),
        outside,
      )
    : new Map<string, string>();
  const wrappers = new Map(
    outside ? children.filter(({ name }) => outside.has(name)).map((child) => [child.name, wrappersOf(child)]) : [],
  );

  const rough = (folder: string): FolderPlace | null => {
    const all = segments(folder);
    if (assets.some((asset) => folder === asset || folder.startsWith(`${asset}/`))) return null;
    if (!startsWith(all, path)) return null;
    const below = all.slice(path.length);
    const top = below[0];
    if (top === undefined) return { split: null, folders: [] };
    if (joined) {
      const name = joined.get(top);
      return name ? { split: name.split, folders: [name.className, ...below.slice(1)] } : null;
    }
    if (outside) {
      const split = outside.get(top);
      if (split === undefined) return null;
      const fold = nested.get(below.slice(0, 2).join('/'));
      if (fold !== undefined) return { split: fold, folders: below.slice(2) };
      const wrapped = wrappers.get(top) ?? [];
      const rest = below.slice(1);
      return { split, folders: startsWith(rest, wrapped) ? rest.slice(wrapped.length) : [] };
    }
    if (inside) {
      const split = inside.get(below[1] ?? '');
      return { split: split ?? null, folders: split === undefined ? below : [top, ...below.slice(2)] };
    }
    return { split: null, folders: below.slice(parts.get(top) ?? 0) };
  };

  // If split folders are to be read as classes, their common folders stay in the class names.
  const { outer, inner } =
    !useSplits && splitsAmong(siblingsOf(children)) !== null
      ? { outer: [], inner: [] }
      : commonFolders([...counts.keys()].map((folder) => rough(folder)?.folders ?? []));
  const stripped = (folder: string): FolderPlace | null => {
    const found = rough(folder);
    if (!found || found.folders.length === 0) return found;
    let { folders } = found;
    if (startsWith(folders, outer)) folders = folders.slice(outer.length);
    const end = folders.length - inner.length;
    if (end > 0 && inner.every((name, at) => folders[end + at] === name)) folders = folders.slice(0, end);
    return { split: found.split, folders };
  };
  const whole = [...counts.keys()].map((folder) => stripped(folder)?.folders ?? []).filter(({ length }) => length > 0);
  const partitions = useSplits || splits.size === 0;
  const key = partitions ? keyOfFolders(whole) : '';
  const keyed = partitions && whole.length > 1 && whole.every((folders) => valueOfClassKey(folders) !== null);
  const twice = areRepeated(whole);
  const own = (folder: string): FolderPlace | null => {
    const found = stripped(folder);
    if (found === null) return null;
    if (twice && found.folders.length > 1) return { ...found, folders: found.folders.toSpliced(1, 1) };
    const value = keyed ? valueOfClassKey(found.folders) : null;
    return {
      split: found.split,
      folders: value === null ? found.folders.map((name) => name.slice(key.length)) : [value],
    };
  };
  const places = [...counts.keys()].flatMap((folder) => {
    const found = own(folder);
    return found && found.folders.length > 0 ? [{ ...found, folder }] : [];
  });
  const levels = levelsAboveMagnifications(places.map(({ folders }) => folders));
  const sessions = areSessionsInClasses(places);
  const numbered = areNumberedInClasses(places);
  const each = isInEachClass(places);
  const grouped = sessions || numbered || each || (splits.size > 1 && areGroupsInClasses(places));
  const place = (folder: string): FolderPlace | null => {
    const found = own(folder);
    if (found && levels) return { ...found, folders: found.folders.filter((_, level) => levels.has(level)) };
    return grouped && found ? { ...found, folders: found.folders.slice(0, 1) } : found;
  };
  return {
    base,
    splits,
    nested,
    key,
    partitions: keyed ? [...new Set(whole.flat().filter((name) => !CLASS_KEY.test(name)))] : [],
    group: grouped || levels || twice ? (places.find(({ folders }) => folders.length > 1) ?? places[0]!).folder : null,
    groupKind: levels
      ? 'magnifications'
      : sessions
        ? 'sessions'
        : numbered
          ? 'numbered'
          : each
            ? 'in-each'
            : twice && !grouped
              ? 'repeated'
              : 'one-split',
    splitsInClasses: inside !== null,
    assets,
    parts: [...parts.keys()],
    outer,
    inner,
    place,
    copies,
    beside: outside
      ? [...aside, ...children.flatMap(({ name }) => (outside.has(name) ? [] : [[...path, name].join('/')]))]
      : [],
  };
}
