/** A script whose names are resolved. */
import {
  boundNodes,
  constant,
  importedName,
  instanceOf,
  possibleEnds,
  resolve,
  unpackedTuple,
  type ScriptState,
} from './evaluate';
import { walkScript } from './run';
import { bindingsIn, bindingsOf } from './scope';
import { lastPart, nameOf, type Script, type SyntaxNode } from './syntax';

/** Methods that add their argument to their object. */
const FILLING = /^(append|extend|add|insert|add_module|put)$/;

/** Calls that make an array whose elements are filled in later. */
const EMPTY_ARRAY = /^(zeros|empty|ones|full|ndarray|zeros_like|empty_like)$/;

/**
 * What a node puts into which object: `x.append(image)`, or `x[i] = image` where x is an array that is made empty. The
 * place tells as much as the value: `y[i, labels[i]] = 1`.
 */
function filling(state: ScriptState, node: SyntaxNode): { filled: SyntaxNode; puts: readonly SyntaxNode[] } | null {
  if (node.type === 'assignment') {
    const [left, right] = [node.field('left'), node.field('right')];
    const array = left?.type === 'subscript' ? left.field('value') : null;
    const filled = array && resolve(state, array);
    const made = filled?.type === 'call' ? lastPart(nameOf(filled.field('function'))) : '';
    const places = left?.children.filter((one) => one !== array) ?? [];
    return filled && right && EMPTY_ARRAY.test(made) ? { filled, puts: [right, ...places] } : null;
  }
  const callee = node.type === 'call' ? node.field('function') : null;
  const object = callee?.field('object');
  return object && FILLING.test(lastPart(nameOf(callee))) ? { filled: resolve(state, object), puts: [node] } : null;
}

/** What is put into an object, by the expression that makes the object. */
function fillings(state: ScriptState, order: readonly SyntaxNode[]): Map<SyntaxNode, SyntaxNode[]> {
  const found = new Map<SyntaxNode, SyntaxNode[]>();
  for (const node of order) {
    const one = filling(state, node);
    if (one) found.set(one.filled, [...(found.get(one.filled) ?? []), ...one.puts]);
  }
  return found;
}

/** Walks a syntax tree and answers questions about it: its calls, and what its names stand for. */
export function indexScript(root: SyntaxNode): Script {
  const { state, calls, order } = walkScript(root);
  const byNode = new Map(calls.map((call) => [call.node, call]));
  let filled: Map<SyntaxNode, SyntaxNode[]> | undefined;

  /** What a node is computed from in one step, without its own parts. */
  function sources(node: SyntaxNode): SyntaxNode[] {
    const place = state.places.get(node);
    filled ??= fillings(state, order);
    const puts = filled.get(node) ?? [];
    const named = place && node.type === 'identifier' ? boundNodes(state, bindingsOf(node.text, place)) : [];
    const holder = node.type === 'attribute' ? node.field('object') : null;
    const instance = holder ? instanceOf(state, holder) : null;
    const held =
      instance && place
        ? boundNodes(state, bindingsIn(instance.attributes, node.field('attribute')?.text ?? '', place))
        : [];
    const run = state.runs.get(node)?.returns.flatMap((one) => one.node ?? []) ?? [];
    const object = state.instances.get(node);
    const made = object
      ? [...object.bodies, ...[...object.attributes.values()].flatMap((list) => boundNodes(state, list))]
      : [];
    const end = resolve(state, node);
    return [...puts, ...named, ...held, ...run, ...made, ...(end === node ? [] : [end])];
  }

  /** Whether a node is a known part of an object, which does not come from its other parts: `model.encoder`. */
  const isPart = (node: SyntaxNode): boolean => {
    const object = node.type === 'attribute' ? node.field('object') : null;
    return object?.type === 'identifier' && instanceOf(state, object) !== null && resolve(state, node) !== node;
  };

  /**
   * The parts of a node that it is computed from. A function is walked once for each call, so where a call returns a
   * value, the definition of its function would be another call of it.
   */
  const partsOf = (node: SyntaxNode): readonly SyntaxNode[] => {
    if (isPart(node)) return [];
    const returns = state.runs.get(node)?.returns.some((one) => one.node !== null) === true;
    const callee = returns ? node.field('function') : null;
    if (!callee) return node.children;
    const object = callee.field('object');
    return [...(object ? [object] : []), ...node.children.filter((one) => one !== callee)];
  };

  const origins: Script['origins'] = (start, except) => {
    const seen = new Set<SyntaxNode>();
    const open = [start];
    for (let node = open.pop(); node; node = open.pop()) {
      if (seen.has(node) || except?.(node)) continue;
      seen.add(node);
      open.push(...sources(node), ...partsOf(node));
    }
    return seen;
  };

  return {
    root,
    calls,
    nodes: (...types) => order.filter((node) => types.includes(node.type)),
    where: (node) => state.places.get(node),
    callAt: (node) => byNode.get(node),
    constant: (node) => constant(state, node),
    resolve: (node) => resolve(state, node),
    possible: (node) => possibleEnds(state, node),
    unpacked: (node) => unpackedTuple(state, node),
    classOf: (node) => instanceOf(state, node)?.of.node ?? null,
    origins,
    nameAt: (node) => importedName(state, node) ?? nameOf(node),
    position: (node) => state.places.get(node)?.at ?? -1,
    conditional: (node) => (state.places.get(node)?.arms.length ?? 0) > 0,
  };
}
