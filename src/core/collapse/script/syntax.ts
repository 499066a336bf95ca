/** A Python file as the readers need it, independent of the parser. */

/** A node of tree-sitter's Python grammar. */
export interface SyntaxNode {
  readonly type: string;
  readonly text: string;
  /** Starts at 1. */
  readonly line: number;
  /** Named children in source order. */
  readonly children: readonly SyntaxNode[];
  readonly field: (name: string) => SyntaxNode | null;
}

export interface Call {
  /** Dotted name as written, `tf.keras.layers.Dense`; empty if the callee is not a name. */
  readonly name: string;
  /** Its last part, `Dense`. */
  readonly last: string;
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

interface Bound {
  readonly line: number;
  readonly node: SyntaxNode;
}

export interface Script {
  readonly root: SyntaxNode;
  /** In the order of data flow: if the result of a call is called, as a layer is, its arguments come first. */
  readonly calls: readonly Call[];
  /** The value of an expression that is a literal or a name bound to one; undefined if it is not constant. */
  readonly constant: (node: SyntaxNode | null | undefined) => Constant | undefined;
  /** The expression that a name is bound to; the node itself if it is not a name or the name is unknown. */
  readonly resolve: (node: SyntaxNode) => SyntaxNode;
}

const nameOf = (node: SyntaxNode | null): string =>
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

function callOf(node: SyntaxNode, repeats: number, label: string): Call {
  const callee = nameOf(node.field('function'));
  const args = node.field('arguments')?.children ?? [];
  const keywords = new Map<string, SyntaxNode>();
  for (const arg of args) {
    const [key, value] = [arg.field('name'), arg.field('value')];
    if (arg.type === 'keyword_argument' && key && value) keywords.set(key.text, value);
  }
  return {
    name: callee,
    last: lastPart(callee),
    positional: args.filter((arg) => arg.type !== 'keyword_argument' && arg.type !== 'comment'),
    keywords,
    line: node.line,
    node,
    repeats,
    label,
  };
}

/** The number of iterations of a for statement over `range(n)` or `range(a, b)`. */
export function loopCount(loop: SyntaxNode, constant: Script['constant']): number | null {
  const range = loop.field('right');
  const over =
    range?.type === 'call' && nameOf(range.field('function')) === 'tqdm'
      ? (range.field('arguments')?.children[0] ?? null)
      : range;
  if (over?.type !== 'call' || !['range', 'trange'].includes(nameOf(over.field('function')))) return null;
  const bounds = (over.field('arguments')?.children ?? []).map((one) => constant(one));
  const [first, second] = bounds;
  if (typeof first !== 'number') return null;
  return typeof second === 'number' ? second - first : first;
}

/**
 * Expressions by name. Keys of dictionaries and command line options count as names, so that `args.lr` and
 * `config['lr']` can be resolved.
 */
function bindings(root: SyntaxNode): Map<string, Bound[]> {
  const found = new Map<string, Bound[]>();
  const bind = (name: string, node: SyntaxNode): void => {
    const list = found.get(name);
    if (list) list.push({ line: node.line, node });
    else found.set(name, [{ line: node.line, node }]);
  };
  for (const node of descendants(root, 'assignment', 'default_parameter', 'typed_default_parameter', 'pair', 'call')) {
    const [left, right, value] = [
      node.field('left') ?? node.field('name') ?? node.field('key'),
      node.field('right'),
      node.field('value'),
    ];
    const bound = right ?? value;
    if (node.type === 'call') {
      const call = callOf(node, 1, '');
      const option = call.positional.map(unquoted).find((text) => text.startsWith('--'));
      const given = call.keywords.get('default');
      if (call.last === 'add_argument' && option && given) bind(option.replace(/^-+/, '').replaceAll('-', '_'), given);
    } else if (left && bound) {
      const pairs =
        left.type === 'pattern_list' &&
        bound.children.length === left.children.length &&
        bound.type === 'expression_list';
      if (pairs) left.children.forEach((one, i) => bind(lastPart(nameOf(one)), bound.children[i]!));
      else bind(left.type === 'string' ? unquoted(left) : lastPart(nameOf(left)), bound);
    }
  }
  found.delete('');
  return found;
}

const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '**': (a, b) => a ** b,
};

const operatorOf = (node: SyntaxNode): string => node.field('operator')?.text ?? '';

/** Indexes a tree: its calls, and what its names are bound to. */
export function indexScript(root: SyntaxNode): Script {
  const bound = bindings(root);
  const lookUp = (name: string, line: number): SyntaxNode | null => {
    const list = bound.get(name) ?? [];
    return (list.findLast((one) => one.line < line) ?? list[0])?.node ?? null;
  };
  const behind = (node: SyntaxNode): SyntaxNode | null => {
    if (node.type === 'identifier') return lookUp(node.text, node.line);
    if (node.type === 'attribute') return lookUp(lastPart(nameOf(node)), node.line);
    if (node.type === 'subscript') {
      const key = node.field('subscript');
      return key?.type === 'string' ? lookUp(unquoted(key), node.line) : null;
    }
    return node.type === 'parenthesized_expression' ? (node.children[0] ?? null) : null;
  };
  const resolve = (node: SyntaxNode, depth = 0): SyntaxNode => {
    const next = depth < 8 ? behind(node) : null;
    return next && next !== node ? resolve(next, depth + 1) : node;
  };
  const constant = (node: SyntaxNode | null | undefined, depth = 0): Constant | undefined => {
    if (!node || depth > 20) return undefined;
    const inner = (one: SyntaxNode | null | undefined): Constant | undefined => constant(one, depth + 1);
    switch (node.type) {
      case 'integer':
      case 'float':
        return Number(node.text.replaceAll('_', '').replace(/\.$/, '.0'));
      case 'string':
        return unquoted(node);
      case 'true':
        return true;
      case 'false':
        return false;
      case 'none':
        return null;
      case 'list':
      case 'tuple':
        return node.children.map(inner);
      case 'unary_operator': {
        const value = inner(node.field('argument'));
        return typeof value === 'number' ? (operatorOf(node) === '-' ? -value : value) : undefined;
      }
      case 'binary_operator': {
        const [a, b] = [inner(node.field('left')), inner(node.field('right'))];
        return typeof a === 'number' && typeof b === 'number' ? ARITHMETIC[operatorOf(node)]?.(a, b) : undefined;
      }
      case 'call':
        return ['float', 'int'].includes(nameOf(node.field('function')))
          ? inner(node.field('arguments')?.children[0])
          : undefined;
      default: {
        const next = behind(node);
        return next && next !== node ? inner(next) : undefined;
      }
    }
  };
  const calls: Call[] = [];
  const walk = (node: SyntaxNode, repeats: number, label: string): void => {
    if (node.type === 'for_statement') {
      const times = loopCount(node, constant);
      node.children.forEach((child) =>
        walk(
          child,
          child === node.field('body') || child.type === 'block' ? repeats * Math.max(1, times ?? 1) : repeats,
          label,
        ),
      );
    } else if (node.type === 'call') {
      const callee = node.field('function');
      const args = node.field('arguments');
      const layer = callee?.type === 'call';
      if (args && layer) walk(args, repeats, label);
      if (callee && callee.type !== 'identifier') walk(callee, repeats, label);
      calls.push(callOf(node, repeats, label));
      if (args && !layer) walk(args, repeats, label);
    } else {
      const named = { assignment: node.field('left'), pair: node.field('key'), keyword_argument: node.field('name') }[
        node.type
      ];
      const inside = named ? `${label} ${named.text}`.trim() : label;
      node.children.forEach((child) => walk(child, repeats, inside));
    }
  };
  walk(root, 1, '');
  return { root, calls, constant: (node) => constant(node), resolve: (node) => resolve(node) };
}
