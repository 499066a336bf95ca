/** Folders beside each other that are parts, versions or copies of one data set. */
import { childrenOf, type FolderNode } from './folder-tree';
import { byCodePoint } from './order';
import { areDays, areGroups } from './session-names';
import { areParts, areVersions, nameWords, splitName, splitRole } from './split-names';

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
  // A patient or a day need not have pictures of every class.
  const all = new Set(children.flatMap(inside));
  const whole = children.filter((child) => child.children.size === all.size);
  const shared = all.size >= FEWEST_SHARED && whole.length >= FEWEST_SHARED && whole.length * 2 >= children.length;
  const groups = areDays(names) || (all.size < children.length && areGroups(names));
  if (shared && groups && children.every((child) => child.images === 0)) return names;
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

/** Patients, and a folder that contains them all again: `10253`, `10254` and `all/{10253,10254}`. */
function groupsWithCopy(children: readonly FolderNode[]): ReadonlyMap<string, number> {
  const copies = children.filter((child) => !areGroups([child.name, child.name]));
  const groups = children.filter((child) => !copies.includes(child));
  const [copy] = copies;
  const parts = namesOfParts(groups);
  const again = copy !== undefined && groups.every(({ name }) => copy.children.has(name));
  const fits =
    groups.length > 1 &&
    copies.length === 1 &&
    again &&
    copy.children.size === groups.length &&
    parts.length === groups.length;
  return fits ? new Map([...parts.map((name) => [name, 1] as const), [copy.name, 2]]) : new Map();
}

/** Folders whose own names are no classes, and how many folders of each to skip. */
export function partsAmong(children: readonly FolderNode[]): ReadonlyMap<string, number> {
  const grouped = groupsWithCopy(children);
  if (grouped.size > 0) return grouped;
  const names = namesOfParts(children);
  return names.length > 0 ? new Map(names.map((name) => [name, 1])) : wrappedCopies(children);
}

/**
 * The splits with those joined that are numbered parts of one, by their names or because each has other classes:
 * `train_part1` and `train_part2`, `train.X1` and `train.X2` of ImageNet-100.
 */
export function withJoinedParts(
  children: readonly FolderNode[],
  splits: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const stemOf = (name: string): string =>
    nameWords(name)
      .filter((word) => !/^\d+$/.test(word))
      .join(' ');
  const joined = new Map(splits);
  const ofSplits = children.filter(({ name }) => splits.has(name));
  for (const stem of new Set(ofSplits.map(({ name }) => stemOf(name)))) {
    const parts = ofSplits.filter(({ name }) => stemOf(name) === stem);
    const classes = parts.flatMap((part) => [...part.children.keys()]);
    const role = stem.split(' ').find((word) => splitRole(word) !== null);
    const whole = parts.length > 1 && parts.every(({ images, children: inner }) => images === 0 && inner.size > 0);
    if (role === undefined || !whole) continue;
    if (!areParts(parts.map(({ name }) => name)) && new Set(classes).size < classes.length) continue;
    const split = splitName(role);
    if ([...splits].some(([name, own]) => own === split && stemOf(name) !== stem)) continue;
    for (const { name } of parts) joined.set(name, split);
  }
  return joined;
}
