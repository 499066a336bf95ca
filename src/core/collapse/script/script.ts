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

/** Calls that add something to an object, by the expression that makes the object. */
function fillings(state: ScriptState, order: readonly SyntaxNode[]): Map<SyntaxNode, SyntaxNode[]> {
  const found = new Map<SyntaxNode, SyntaxNode[]>();
  for (const node of order) {
    const callee = node.type === 'call' ? node.field('function') : null;
    const object = callee?.field('object');
    if (!object || !FILLING.test(lastPart(nameOf(callee)))) continue;
    const filled = resolve(state, object);
    found.set(filled, [...(found.get(filled) ?? []), node]);
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

  const origins: Script['origins'] = (start, except) => {
    const seen = new Set<SyntaxNode>();
    const open = [start];
    for (let node = open.pop(); node; node = open.pop()) {
      if (seen.has(node) || except?.(node)) continue;
      seen.add(node);
      open.push(...sources(node), ...node.children);
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
