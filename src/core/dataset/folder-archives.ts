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
  /** Those of the others that are named like copies of it. */
  readonly copies: readonly string[];
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

const isForTests = (name: string): boolean => mentionsTest(name) || isUnlabelledName(name);

/** The folders and the numbers of their images, without the name of the outermost folder. */
const contentOf = (node: FolderNode): string =>
  JSON.stringify([node.images, childrenOf(node).map((child) => [child.name, contentOf(child)])]);

const COPY_AFTER = /^[-_. –]*\(?(backup|bak|copy|copie|kopie|copia|cópia|sicherung)(?!\p{L})/iu;
const COPY_BEFORE = /^(backup|copy|copie|kopie|copia|cópia|sicherung)(?:[-_ ]+(?:of|de|von|di))?[-_ ]+/iu;

/** Whether a folder is named like a copy of another: `pets_backup_2023`, `pets - Copy (2)`, `Copy of pets`. */
const isCopyOf = (name: string, main: string): boolean =>
  nameKey(name.replace(COPY_BEFORE, '')) === nameKey(main)
    ? nameKey(name) !== nameKey(main)
    : nameKey(name).startsWith(nameKey(main)) && COPY_AFTER.test(name.trim().slice(main.trim().length));

/** The folders without those that hold the same as another and are named like copies of it. */
const withoutCopies = (data: readonly Unpacked[]): Unpacked[] =>
  data.filter(
    (one) =>
      !data.some((main) => isCopyOf(one.top.name, main.top.name) && contentOf(one.node) === contentOf(main.node)),
  );

/**
 * Finds the folder with the data where all others beside it cannot be classes: they hold it again, hold the same classes
 * outside of its splits, or hold images without classes.
 * Copies by name and content are left out first. Null where they may be classes.
 * @param around the name of the folder around them; '' for the root
 */
export function mainFolder(children: readonly FolderNode[], around: string): MainFolder | null {
  if (splitsAmong(siblingsOf(children)) !== null) return null;
  const all = children.map((top) => unpacked(top, around));
  const given = all.filter(({ node }) => node.images === 0 && node.children.size > 0);
  const data = withoutCopies(given);
  const flat = all.filter(({ node }) => node.children.size === 0);
  const divided = data.filter(hasSplits);
  const [main] = (divided.length > 0 ? divided : data).toSorted(
    (a, b) => a.path.length - b.path.length || byCodePoint(a.top.name, b.top.name),
  );
  if (main === undefined || given.length + flat.length < all.length) return null;
  const others = data.filter((one) => one !== main);
  const known = classesOf(main.node);
  const again = (one: Unpacked): boolean =>
    (contentOf(one.node) === contentOf(main.node) && nameKey(one.path.at(-1)!) === nameKey(main.path.at(-1)!)) ||
    (!hasSplits(one) && known.size > 1 && [...classesOf(one.node)].every((name) => known.has(name)));
  const fits =
    divided.length > 0
      ? others.every(again)
      : others.length === 0 &&
        (flat.length === 0
          ? data.length < given.length && main.node.children.size > 1
          : main.repeated
            ? flat.every((one) => one.repeated || isForTests(one.top.name))
            : flat.every((one) => isTestOf(one.top.name, main.top.name) || (one.repeated && isForTests(one.top.name))));
  return fits
    ? {
        node: main.node,
        path: main.path,
        others: all.filter((one) => one !== main).map(({ top }) => top.name),
        copies: given.filter((one) => !data.includes(one)).map(({ top }) => top.name),
      }
    : null;
}
