/** Folders beside each other that are parts, versions or copies of one data set. */
import { childrenOf, type FolderNode } from './folder-tree';
import { byCodePoint } from './order';
import { areGroups, areParts, areVersions } from './split-names';

/** Fewest folders of classes that make a repetition more than chance. */
const FEWEST_SHARED = 2;

/** Folders that contain the same classes as their neighbours, so that their own names are no classes. */
function namesOfParts(children: readonly FolderNode[]): string[] {
  const names = children.map(({ name }) => name);
  if (areParts(names)) return names;
  const inside = (node: FolderNode) => childrenOf(node).map(({ name }) => name);
  const key = (list: readonly string[]) => [...list].sort(byCodePoint).join('/');
  const [first] = children;
  const alike =
    first !== undefined &&
    first.children.size >= FEWEST_SHARED &&
    children.every((child) => child.images === 0 && key(inside(child)) === key(inside(first)));
  if (alike && areVersions(names)) return names;
  // A patient need not have pictures of every class.
  const all = new Set(children.flatMap(inside));
  const whole = children.filter((child) => child.children.size === all.size);
  const shared = all.size >= FEWEST_SHARED && all.size < children.length && whole.length * 2 >= children.length;
  if (shared && areGroups(names) && children.every((child) => child.images === 0)) return names;
  // `yes`, `no` and `dataset/{yes,no}`: an archive that contains its data twice.
  const copies = children.filter((child) => child.images === 0 && child.children.size >= FEWEST_SHARED);
  const rest = children.filter((child) => !copies.includes(child));
  const isCopy =
    rest.length >= FEWEST_SHARED && copies.every((one) => key(inside(one)) === key(rest.map((r) => r.name)));
  return isCopy ? copies.map(({ name }) => name) : [];
}

/**
 * An archive that contains its data twice, once in a folder around it: `natural_images` and `data/natural_images`.
 * @returns how many folders are around the classes, by the name of the outermost; empty if there is no such copy
 */
function wrappedCopies(children: readonly FolderNode[]): ReadonlyMap<string, number> {
  const found = children.map((outer) => {
    let [node, depth] = [outer, 1];
    while (node.images === 0 && node.children.size === 1) {
      node = childrenOf(node)[0]!;
      depth += 1;
    }
    return { outer, node, depth };
  });
  const key = ({ node }: (typeof found)[number]): string =>
    JSON.stringify([node.name.toLowerCase(), childrenOf(node).map(({ name }) => name)]);
  const [first] = found;
  const fits =
    first !== undefined &&
    found.length > 1 &&
    found.every((one) => one.node.images === 0 && one.node.children.size >= FEWEST_SHARED && key(one) === key(first));
  return fits && found.some(({ depth }) => depth === 1)
    ? new Map(found.map(({ outer, depth }) => [outer.name, depth]))
    : new Map();
}

/** Folders whose own names are no classes, and how many folders of each to skip. */
export function partsAmong(children: readonly FolderNode[]): ReadonlyMap<string, number> {
  const names = namesOfParts(children);
  return names.length > 0 ? new Map(names.map((name) => [name, 1])) : wrappedCopies(children);
}
