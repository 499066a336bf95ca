/** Classes with nested names of the form `level/level/leaf`, as a tree. */

/** A class, or a group of the classes whose names begin with the same levels. */
export interface ClassNode<Name extends string> {
  /** The name of the class, or the levels that form the group. */
  readonly path: string;
  /** The part of `path` below the group that this node is in. */
  readonly text: string;
  /** The classes in a group in their given order; the class alone for a class. */
  readonly names: readonly Name[];
  /** Empty for a class; at least two for a group. */
  readonly children: readonly ClassNode<Name>[];
}

/**
 * The tree of these names, in the order of their first appearance. A level with only one class or group below it forms
 * no group. If a class has the same name as a group, it is the first one in this group. Names without levels, such as
 * all those of a flat data set, are nodes without children.
 */
export function classTree<Name extends string>(names: readonly Name[]): ClassNode<Name>[] {
  return nodesOf(
    names.map((name) => ({ name, levels: name.split('/') })),
    0,
    0,
  );
}

interface Levels<Name extends string> {
  readonly name: Name;
  readonly levels: readonly string[];
}

/**
 * @param from number of levels of the group that these names are in
 * @param depth number of levels that these names have in common, ≥ `from`
 */
function nodesOf<Name extends string>(all: readonly Levels<Name>[], from: number, depth: number): ClassNode<Name>[] {
  const groups = new Map<string, Levels<Name>[]>();
  for (const one of all) {
    // A class whose name ends here is not part of a group with more levels.
    const level = one.levels.length > depth ? `/${one.levels[depth]!}` : '';
    const members = groups.get(level);
    if (members === undefined) groups.set(level, [one]);
    else members.push(one);
  }
  const ended = groups.get('');
  if (ended !== undefined) {
    groups.delete('');
    const rest = [...groups.values()].flatMap((members) => nodesIn(members, from, depth + 1));
    return [...ended.map(({ name, levels }) => leaf(name, levels, Math.min(from, levels.length - 1))), ...rest];
  }
  return [...groups.values()].flatMap((members) => nodesIn(members, from, depth + 1));
}

function nodesIn<Name extends string>(
  members: readonly Levels<Name>[],
  from: number,
  depth: number,
): ClassNode<Name>[] {
  const [first] = members;
  if (first === undefined) return [];
  if (members.length === 1) return [leaf(first.name, first.levels, from)];
  const next = (one: Levels<Name>): string | undefined => one.levels[depth];
  const shared = next(first);
  if (shared !== undefined && members.every((one) => next(one) === shared)) return nodesIn(members, from, depth + 1);
  const path = first.levels.slice(0, depth).join('/');
  return [
    {
      path,
      text: first.levels.slice(from, depth).join('/'),
      names: members.map(({ name }) => name),
      children: nodesOf(members, depth, depth),
    },
  ];
}

function leaf<Name extends string>(name: Name, levels: readonly string[], from: number): ClassNode<Name> {
  return { path: name, text: levels.slice(from).join('/'), names: [name], children: [] };
}

/** A node as a row of a list. */
export interface TreeRow<Name extends string> {
  readonly node: ClassNode<Name>;
  /** Number of groups that it is in. */
  readonly depth: number;
  /** Whether the rows below a group are shown; null for a class. */
  readonly open: boolean | null;
}

/** The rows of the tree in which these groups are open, by their paths. */
export function classRowsOf<Name extends string>(
  nodes: readonly ClassNode<Name>[],
  opened: readonly string[],
  depth = 0,
): TreeRow<Name>[] {
  return nodes.flatMap((node) => {
    if (node.children.length === 0) return [{ node, depth, open: null }];
    const open = opened.includes(node.path);
    return [{ node, depth, open }, ...(open ? classRowsOf(node.children, opened, depth + 1) : [])];
  });
}

/** All groups of a tree, each before the groups in it. */
export function classGroups<Name extends string>(nodes: readonly ClassNode<Name>[]): ClassNode<Name>[] {
  return nodes.flatMap((node) => (node.children.length === 0 ? [] : [node, ...classGroups(node.children)]));
}
