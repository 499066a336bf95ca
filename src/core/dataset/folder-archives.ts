/** The one folder with the data beside folders that archives are unpacked into: copies, other sizes, images for tests. */
import { childrenOf, siblingsOf, type FolderNode } from './folder-tree';
import { byCodePoint } from './order';
import { isUnlabelledName, mentionsTest, splitRole, splitsAmong } from './split-names';

interface Unpacked {
  /** The folder beside the others. */
  readonly top: FolderNode;
  /** The folder of the classes, splits or images in it, and the names of the folders down to there. */
  readonly node: FolderNode;
  readonly path: readonly string[];
  /** Whether a folder only repeats the name of the one around it, as unpacking an archive makes it. */
  readonly repeated: boolean;
}

/** The folder with the data, and the names of all folders beside it. */
interface MainFolder {
  readonly node: FolderNode;
  readonly path: readonly string[];
  readonly others: readonly string[];
}

const nameKey = (name: string): string => name.trim().toLowerCase();

function unpacked(top: FolderNode, around: string): Unpacked {
  let node = top;
  const path = [top.name];
  while (node.images === 0 && node.children.size === 1) {
    const only = childrenOf(node)[0]!;
    if (splitRole(only.name) !== null && nameKey(only.name) !== nameKey(node.name)) break;
    path.push(only.name);
    node = only;
  }
  const names = [around, ...path, ...childrenOf(node).map(({ name }) => name)].map(nameKey);
  const inner = names.slice(1 + path.length);
  const repeated =
    path.some((name, at) => nameKey(name) === names[at]) || inner.some((name) => name === names[path.length]);
  return { top, node, path, repeated };
}

const hasSplits = ({ node }: Unpacked): boolean => {
  const splits = splitsAmong(siblingsOf(childrenOf(node)));
  return (
    splits !== null && new Set(splits.values()).size > 1 && childrenOf(node).some(({ children }) => children.size > 0)
  );
};

/** The names of the folders below all folders of splits. */
function classesOf(node: FolderNode): Set<string> {
  const inside = childrenOf(node);
  const splits = splitsAmong(siblingsOf(inside));
  const all = inside.length > 0 && inside.every(({ name }) => splits?.has(name) === true || splitRole(name) !== null);
  return new Set(all ? inside.flatMap((child) => [...classesOf(child)]) : inside.map(({ name }) => name));
}

/** Whether a folder is named after another one and a test: `pets_test` beside `pets`. */
const isTestOf = (name: string, main: string): boolean => mentionsTest(name) && nameKey(name).startsWith(nameKey(main));

/** The folders and the numbers of their images, without the name of the outermost folder. */
const contentOf = (node: FolderNode): string =>
  JSON.stringify([node.images, childrenOf(node).map((child) => [child.name, contentOf(child)])]);

/**
 * Finds the folder with the data where all others beside it cannot be classes: they hold it again, hold the same classes
 * outside of its splits, or hold images without classes. Null where they may be classes.
 * @param around the name of the folder around them; '' for the root
 */
export function mainFolder(children: readonly FolderNode[], around: string): MainFolder | null {
  if (splitsAmong(siblingsOf(children)) !== null) return null;
  const all = children.map((top) => unpacked(top, around));
  const data = all.filter(({ node }) => node.images === 0 && node.children.size > 0);
  const flat = all.filter(({ node }) => node.children.size === 0);
  const divided = data.filter(hasSplits);
  const [main] = (divided.length > 0 ? divided : data).toSorted(
    (a, b) => a.path.length - b.path.length || byCodePoint(a.top.name, b.top.name),
  );
  if (main === undefined || data.length + flat.length < all.length) return null;
  const others = data.filter((one) => one !== main);
  const known = classesOf(main.node);
  const again = (one: Unpacked): boolean =>
    (contentOf(one.node) === contentOf(main.node) && nameKey(one.path.at(-1)!) === nameKey(main.path.at(-1)!)) ||
    (!hasSplits(one) && known.size > 1 && [...classesOf(one.node)].every((name) => known.has(name)));
  const fits =
    divided.length > 0
      ? others.every(again)
      : others.length === 0 &&
        (main.repeated
          ? flat.every((one) => one.repeated || mentionsTest(one.top.name) || isUnlabelledName(one.top.name))
          : flat.length > 0 && flat.every((one) => isTestOf(one.top.name, main.top.name)));
  return fits
    ? { node: main.node, path: main.path, others: all.filter((one) => one !== main).map(({ top }) => top.name) }
    : null;
}
