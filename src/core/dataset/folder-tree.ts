/** The tree of the folders with images, and what people put into it besides splits and classes. */
import { byCodePoint } from './order';
import { areRecordings, areSessions } from './session-names';
import {
  holdsSplitImages,
  isAnnotationName,
  isFillerName,
  isUnlabelledName,
  splitName,
  splitRole,
} from './split-names';

export interface FolderNode {
  readonly name: string;
  /** Only folders that contain images at any depth. */
  readonly children: Map<string, FolderNode>;
  /** Images directly in the folder. */
  images: number;
}

export const segments = (folder: string): string[] => (folder === '' ? [] : folder.split('/'));

export function treeOf(folders: ReadonlyMap<string, number>): FolderNode {
  const root: FolderNode = { name: '', children: new Map(), images: 0 };
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

export const childrenOf = (node: FolderNode): FolderNode[] =>
  [...node.children.values()].sort((a, b) => byCodePoint(a.name, b.name));

export const siblingsOf = (nodes: readonly FolderNode[]) =>
  nodes.map(({ name, children }) => ({ name, folders: children.size }));

/** Fewest classes that have the same folders inside, so that this is more than chance. */
const FEWEST_ALIKE = 2;

const areSplits = (nodes: readonly FolderNode[]): boolean =>
  nodes.length > 1 && nodes.every(({ name, children }) => splitRole(name) !== null && children.size > 0);

const MASK_AT_END = /[-_ ]+(gt|ground[-_ ]?truth|masks?|segmentations?)$/i;

/** Whether a folder is named after its neighbour and masks, and has one image for each there: `Trout GT` beside `Trout`. */
const isMaskOf = ({ name, images }: FolderNode, siblings: readonly FolderNode[]): boolean =>
  MASK_AT_END.test(name) && siblings.some((one) => one.name === name.replace(MASK_AT_END, '') && one.images === images);

/**
 * Removes and returns the folders of masks that are beside the images of each class: `COVID/images` and `COVID/masks`, or
 * `COVID/1.png` and `COVID/masks`, beside its splits: `bottle/train`, `bottle/test` and `bottle/ground_truth`, or beside a
 * folder of their name: `Trout/Trout` and `Trout/Trout GT`.
 */
export function takeMasks(root: FolderNode): string[] {
  const found: { readonly node: FolderNode; readonly path: string; readonly masks: string[] }[] = [];
  const look = (node: FolderNode, path: string): void => {
    const children = childrenOf(node);
    const ofNeighbour = children.length === 2 ? children.find((one) => isMaskOf(one, children)) : undefined;
    const masks = children.filter((one) => isAnnotationName(one.name) || one === ofNeighbour).map(({ name }) => name);
    const rest = children.filter(({ name }) => !masks.includes(name));
    const one = rest.length === 1 && (isFillerName(rest[0]!.name) || ofNeighbour !== undefined);
    const beside = node.images > 0 ? rest.length === 0 && path !== '' : one || areSplits(rest);
    if (masks.length > 0 && beside) found.push({ node, path, masks });
    for (const child of children) look(child, path === '' ? child.name : `${path}/${child.name}`);
  };
  look(root, '');
  if (found.length < FEWEST_ALIKE) return [];
  return found.flatMap(({ node, path, masks }) =>
    masks.map((name) => {
      node.children.delete(name);
      return `${path}/${name}`;
    }),
  );
}

/**
 * Folders of images without labels beside the one folder with the classes: `test` beside `images/cat` and `images/dog`,
 * or `train_images` beside `resized/cat` and `resized/dog`.
 */
export function flatBesideData(children: readonly FolderNode[]): string[] {
  const data = children.filter(({ name, children: inner }) => isFillerName(name) && inner.size > 0);
  const flat = children.filter((child) => !data.includes(child));
  const isFlat = ({ name, children: inner }: FolderNode): boolean => (splitRole(name) ?? 0) > 0 && inner.size === 0;
  if (data.length === 1 && flat.length > 0 && flat.every(isFlat)) return flat.map(({ name }) => name);
  const ofSplits = children.filter(({ name, children: inner }) => inner.size === 0 && holdsSplitImages(name));
  const [one, ...more] = children.filter((child) => !ofSplits.includes(child));
  return one !== undefined && more.length === 0 && one.images === 0 && one.children.size > 0
    ? ofSplits.map(({ name }) => name)
    : [];
}

/**
 * Folders beside classes that hold no class: images without labels (`pred` beside `yes` and `no`), and splits without
 * classes inside (`detector/{train,val,test}`).
 */
export function strayBesideClasses(children: readonly FolderNode[]): string[] {
  const isFlat = ({ images, children: inner }: FolderNode): boolean => images > 0 && inner.size === 0;
  const onlySplits = ({ images, children: inner }: FolderNode): boolean => {
    const below = [...inner.values()];
    const roles = new Set(below.map(({ name }) => splitRole(name)));
    return images === 0 && roles.size > 1 && !roles.has(null) && below.every(isFlat);
  };
  const strays = children.filter((one) => onlySplits(one) || (isFlat(one) && isUnlabelledName(one.name)));
  const classes = children.filter((one) => !strays.includes(one));
  return classes.length >= FEWEST_ALIKE && classes.every((one) => isFlat(one) && splitRole(one.name) === null)
    ? strays.map(({ name }) => name)
    : [];
}

/** Whether the images of a folder are all in folders of their own, so that these name more than the folder. */
const holdsOnlyFolders = ({ children, images }: FolderNode): boolean => children.size > 1 && images === 0;

/**
 * A folder of test images without labels beside numbered classes: `test` beside `class_0` and `class_1`, or beside
 * folders of classes: `test` beside `birds/owl` and `cats/lion`. Beside words, it may be a class.
 */
export function testBesideClasses(children: readonly FolderNode[]): string | null {
  const tests = children.filter(({ name, children: inner }) => splitRole(name) === 2 && inner.size === 0);
  const others = children.filter((child) => !tests.includes(child));
  const rest = others.map(({ name }) => /^(.*?)\d+$/.exec(name)?.[1]);
  const alike = rest.length >= FEWEST_ALIKE && rest[0] !== undefined && rest.every((start) => start === rest[0]);
  const deep = others.length > 1 && others.every(holdsOnlyFolders);
  return tests.length === 1 && (alike || deep) ? tests[0]!.name : null;
}

export interface JoinedName {
  readonly className: string;
  readonly split: string;
}

const ROLE_AT_END = /^(.+?)[-_. ]+([^-_. ]+)$/;
const ROLE_AT_START = /^([^-_. ]+)[-_. ]+(.+)$/;

/**
 * Folders whose names join a class and a split: `cat_train`, `cat_test`, `dog_train`, `dog_test`. Null unless every
 * class has every split.
 */
export function joinedNames(names: readonly string[]): ReadonlyMap<string, JoinedName> | null {
  for (const form of [ROLE_AT_END, ROLE_AT_START]) {
    const joined = new Map<string, JoinedName>();
    for (const name of names) {
      const [, first = '', last = ''] = form.exec(name) ?? [];
      const [className, role] = form === ROLE_AT_END ? [first, last] : [last, first];
      if (className !== '' && splitRole(role) !== null && splitRole(className) === null && !isFillerName(className))
        joined.set(name, { className, split: splitName(role) });
    }
    const classes = new Set([...joined.values()].map(({ className }) => className));
    const splits = new Set([...joined.values()].map(({ split }) => split));
    if (
      joined.size === names.length &&
      classes.size > 1 &&
      splits.size > 1 &&
      names.length === classes.size * splits.size
    )
      return joined;
  }
  return null;
}

const YEAR = /^(19|20)\d\d$/;
const MONTH_OR_DAY = /^(0?[1-9]|[12]\d|3[01])$/;

/** Whether the folders inside of a class are a date in parts: `2021/03`, `2021/03/01`. */
const isDate = ([, year = '', ...rest]: readonly string[]): boolean =>
  YEAR.test(year) && rest.length > 0 && rest.every((name) => MONTH_OR_DAY.test(name));

/**
 * Whether each class is divided into folders named like days, patients, visits or recordings: `healthy/2021-03-01`,
 * `healthy/2021/03`.
 */
export function areSessionsInClasses(places: readonly { readonly folders: readonly string[] }[]): boolean {
  const classes = [...new Set(places.map(({ folders }) => folders[0]!))];
  if (classes.length < FEWEST_ALIKE || areSessions(classes)) return false;
  if (places.every(({ folders }) => isDate(folders))) return true;
  const inner = [...new Set(places.map(({ folders }) => folders[1] ?? ''))];
  return places.every(({ folders }) => folders.length === 2) && (areSessions(inner) || areRecordings(inner));
}

/** Fewest folders in a class, on average, that are more likely groups of images than kinds of the class. */
const FEWEST_NUMBERED = 5;

/** Whether each class is divided into folders of its own name and a number: `airport/airport_0`, `airport/airport_1`. */
export function areNumberedInClasses(places: readonly { readonly folders: readonly string[] }[]): boolean {
  const classes = new Set(places.map(({ folders }) => folders[0]!));
  const numbered = ([name = '', one = '']: readonly string[]): boolean =>
    one.toLowerCase().startsWith(name.toLowerCase()) && /^[-_ ]?\d+$/.test(one.slice(name.length));
  return (
    classes.size >= FEWEST_ALIKE &&
    places.length >= FEWEST_NUMBERED * classes.size &&
    places.every(({ folders }) => folders.length === 2 && numbered(folders))
  );
}

/** Whether each class is in a folder that only repeats its name: `cat/cat`, `dog/dog`. */
export const areRepeated = (classes: readonly (readonly string[])[]): boolean =>
  new Set(classes.map(([name]) => name)).size >= FEWEST_ALIKE &&
  classes.every(([name, again]) => again !== undefined && again.toLowerCase() === name!.toLowerCase());

/** Whether each class has images and beside them one folder, which has the same name in all: `cat/cropped`, `dog/cropped`. */
export function isInEachClass(places: readonly { readonly folders: readonly string[] }[]): boolean {
  const classes = new Set(places.map(({ folders }) => folders[0]!));
  const inner = places.filter(({ folders }) => folders.length > 1);
  return (
    classes.size >= FEWEST_ALIKE &&
    inner.length === classes.size &&
    places.length === 2 * classes.size &&
    inner.every(({ folders }) => folders.length === 2 && folders[1] === inner[0]!.folders[1]) &&
    splitRole(inner[0]!.folders[1]!) === null
  );
}

/**
 * Whether the folders inside of the classes are groups of images, such as patients, and no classes: none is in two
 * splits, but every class is.
 * @param places the split and the folders of each folder with images
 */
export function areGroupsInClasses(
  places: readonly { readonly split: string | null; readonly folders: readonly string[] }[],
): boolean {
  const splitsOf = (depth: number): Set<string | null>[] => {
    const splits = new Map<string, Set<string | null>>();
    for (const { split, folders } of places) {
      const key = folders.slice(0, depth).join('/');
      splits.set(key, (splits.get(key) ?? new Set()).add(split));
    }
    return [...splits.values()];
  };
  if (places.some(({ split, folders }) => split === null || folders.length < 2)) return false;
  const classes = splitsOf(1);
  return (
    classes.length >= FEWEST_ALIKE &&
    classes.every((splits) => splits.size > 1) &&
    places.length >= 2 * classes.length * FEWEST_ALIKE &&
    splitsOf(Infinity).every((splits) => splits.size === 1)
  );
}

const MAGNIFICATION = /^\d{1,4} ?x$|^x ?\d{1,4}$/i;

/** Whether the names are codes of one form, such as those of slides: letters, numbers and signs in the same order. */
function areCodes(names: readonly string[]): boolean {
  const forms = new Set(names.map((name) => name.replace(/\d+/g, '0').replace(/\p{L}+/gu, 'a')));
  return names.length > 1 && forms.size <= 2 && names.every((name) => (name.match(/\d+/g) ?? []).length >= 2);
}

/**
 * The levels of folders that name a class, where each image lies below the same number of folders, the last of which are
 * magnifications (`40X`, `100X`), alone or below the codes of slides. Null for other folders.
 */
export function levelsAboveMagnifications(places: readonly (readonly string[])[]): ReadonlySet<number> | null {
  const depth = places[0]?.length ?? 0;
  if (depth < 2 || places.some(({ length }) => length !== depth)) return null;
  const names = (level: number): string[] => [...new Set(places.map((folders) => folders[level]!))];
  const last = names(depth - 1);
  if (last.length < FEWEST_ALIKE || !last.every((name) => MAGNIFICATION.test(name))) return null;
  const slides = depth > 2 && areCodes(names(depth - 2));
  const above = Array.from({ length: depth - (slides ? 2 : 1) }, (_, level) => level);
  // A folder that is the same in all classes tells nothing.
  const telling = above.filter((level) => names(level).length > 1);
  return telling.length > 0 ? new Set(telling) : null;
}
