/** A Python file as the readers need it, independent of the parser. */

/** A node of tree-sitter's Python grammar. */
export interface SyntaxNode {
  readonly type: string;
  readonly text: string;
  /** Starts at 1. */
  readonly line: number;
  /** The place in the code: the first UTF-16 unit, and the one after the last. Copies keep that of the original. */
  readonly start: number;
  readonly end: number;
  /** Named children in source order. */
  readonly children: readonly SyntaxNode[];
  readonly field: (name: string) => SyntaxNode | null;
}

export interface Call {
  /**
   * Dotted name, with imports and aliases resolved: `tensorflow.keras.layers.Dense` for `L.Dense`. As written if it does
   * not start at an import; empty if the callee is not a name.
   */
  readonly name: string;
  /** Its last part, `Dense`. */
  readonly last: string;
  /** Whether the script itself defines what is called. */
  readonly local: boolean;
  readonly positional: readonly SyntaxNode[];
  readonly keywords: ReadonlyMap<string, SyntaxNode>;
  readonly line: number;
  readonly node: SyntaxNode;
  /** Number of runs of the `for … in range(n)` loops around the call. */
  readonly repeats: number;
  /** Names that the call is assigned or passed to, outermost first: `data_transforms train`. */
  readonly label: string;
}

export type Constant = number | string | boolean | null | readonly (Constant | undefined)[];

/** The arm of an if statement, or of another branching node, that code belongs to. */
export interface Arm {
  readonly of: SyntaxNode;
  readonly arm: number;
}

/** Where and when a node runs. */
export interface Where {
  /** Position in the order of running. */
  readonly at: number;
  /** The for and while statements around it, outermost first; those around the calls of its function too. */
  readonly loops: readonly SyntaxNode[];
  /** The branches around it whose condition is not known, outermost first. */
  readonly arms: readonly Arm[];
}

export interface Script {
  readonly root: SyntaxNode;
  /**
   * All calls that the script makes, in the order of running. A function that is called several times contributes its
   * calls several times, with nodes of their own. If the result of a call is called, as a layer is, its arguments come
   * first.
   */
  readonly calls: readonly Call[];
  /** All nodes of the given types in the order of running; branches that never run are left out. */
  readonly nodes: (...types: readonly string[]) => SyntaxNode[];
  /** Where a node runs; undefined for a node in code that never runs. */
  readonly where: (node: SyntaxNode) => Where | undefined;
  /** The call of a call node. */
  readonly callAt: (node: SyntaxNode) => Call | undefined;
  /**
   * The value of an expression at its place in the script; undefined if it is not constant, or if it depends on a
   * condition that is not known.
   */
  readonly constant: (node: SyntaxNode | null | undefined) => Constant | undefined;
  /**
   * The expression that a name, an attribute or a call of a function of the script stands for, at its place in the
   * script; the node itself if that is not known. Its line is where the value was written.
   */
  readonly resolve: (node: SyntaxNode) => SyntaxNode;
  /** All expressions that a node may stand for, depending on conditions. The node itself if they are not known. */
  readonly possible: (node: SyntaxNode) => SyntaxNode[];
  /**
   * For a name in a pattern such as `y, features = net(x)`: the whole expression, and the position of the name in it.
   * Null for other names, and if the element itself is known.
   */
  readonly unpacked: (node: SyntaxNode) => { readonly whole: SyntaxNode; readonly parts: readonly number[] } | null;
  /** The class of an object, `self` included, if the script defines it. Otherwise null. */
  readonly classOf: (node: SyntaxNode) => SyntaxNode | null;
  /**
   * All nodes that an expression is computed from, through names, functions, layers and lists that are filled.
   * @param except parts that do not count, and what they are computed from
   */
  readonly origins: (node: SyntaxNode, except?: (node: SyntaxNode) => boolean) => ReadonlySet<SyntaxNode>;
  /** The dotted name of an identifier or attribute, with imports resolved. Empty for other nodes. */
  readonly nameAt: (node: SyntaxNode) => string;
  /** Grows in the order of running; −1 for code that never runs. */
  readonly position: (node: SyntaxNode) => number;
  /** Whether the node runs only under a condition that is not known. */
  readonly conditional: (node: SyntaxNode) => boolean;
}

/** The dotted name of an identifier or attribute, as written. Empty for other nodes. */
export const nameOf = (node: SyntaxNode | null): string =>
  node && (node.type === 'identifier' || node.type === 'attribute') ? node.text.replace(/\s+/g, '') : '';

export const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** All nodes of a type below a node, in source order. */
export function descendants(node: SyntaxNode, ...types: readonly string[]): SyntaxNode[] {
  return node.children.flatMap((child) => [
    ...(types.includes(child.type) ? [child] : []),
    ...descendants(child, ...types),
  ]);
}

export const unquoted = (node: SyntaxNode): string =>
  descendants(node, 'string_content')
    .map((part) => part.text)
    .join('');

/** The arguments of a call. */
export function argumentsOf(call: SyntaxNode): { positional: SyntaxNode[]; keywords: Map<string, SyntaxNode> } {
  const list = call.field('arguments');
  const args = list?.type === 'generator_expression' ? [list] : (list?.children ?? []);
  const keywords = new Map<string, SyntaxNode>();
  for (const arg of args) {
    const [key, value] = [arg.field('name'), arg.field('value')];
    if (arg.type === 'keyword_argument' && key && value) keywords.set(key.text, value);
  }
  return { positional: args.filter((arg) => arg.type !== 'keyword_argument' && arg.type !== 'comment'), keywords };
}

/** The number of iterations of a for statement over `range(n)` or `range(a, b)`. */
export function loopCount(loop: SyntaxNode, constant: Script['constant']): number | null {
  const range = loop.field('right');
  const over =
    range?.type === 'call' && nameOf(range.field('function')) === 'tqdm'
      ? (range.field('arguments')?.children[0] ?? null)
      : range;
  if (over?.type !== 'call' || !['range', 'trange'].includes(nameOf(over.field('function')))) return null;
  const bounds = argumentsOf(over).positional.map((one) => constant(one));
  const [first, second] = bounds;
  if (typeof first !== 'number') return null;
  return typeof second === 'number' ? second - first : first;
}
