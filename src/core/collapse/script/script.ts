/** A script whose names are resolved. */
import {
  boundNodes,
  constant,
  importedName,
  instanceOf,
  possibleEnds,
  resolve,
  unpackedFrom,
  type World,
} from './evaluate';
import { walkScript } from './run';
import { bindingsIn, bindingsOf } from './scope';
import { lastPart, nameOf, type Script, type SyntaxNode } from './syntax';

/** Methods that put their argument into the object that they are called on. */
const FILLING = /^(append|extend|add|insert|add_module|put)$/;

/** Calls that fill an object, by the expression that the object stands for. */
function fillings(world: World, order: readonly SyntaxNode[]): Map<SyntaxNode, SyntaxNode[]> {
  const found = new Map<SyntaxNode, SyntaxNode[]>();
  for (const node of order) {
    const callee = node.type === 'call' ? node.field('function') : null;
    const object = callee?.field('object');
    if (!object || !FILLING.test(lastPart(nameOf(callee)))) continue;
    const filled = resolve(world, object);
    found.set(filled, [...(found.get(filled) ?? []), node]);
  }
  return found;
}

/** Indexes a tree: its calls, and what its names are bound to. */
export function indexScript(root: SyntaxNode): Script {
  const { world, calls, order } = walkScript(root);
  const byNode = new Map(calls.map((call) => [call.node, call]));
  let filled: Map<SyntaxNode, SyntaxNode[]> | undefined;

  /** What a node is computed from directly, besides its own parts. */
  function sources(node: SyntaxNode): SyntaxNode[] {
    const place = world.places.get(node);
    filled ??= fillings(world, order);
    const puts = filled.get(node) ?? [];
    const named = place && node.type === 'identifier' ? boundNodes(world, bindingsOf(node.text, place)) : [];
    const holder = node.type === 'attribute' ? node.field('object') : null;
    const instance = holder ? instanceOf(world, holder) : null;
    const held =
      instance && place
        ? boundNodes(world, bindingsIn(instance.attributes, node.field('attribute')?.text ?? '', place))
        : [];
    const run = world.runs.get(node)?.returns.flatMap((one) => one.node ?? []) ?? [];
    const object = world.instances.get(node);
    const made = object
      ? [...object.bodies, ...[...object.attributes.values()].flatMap((list) => boundNodes(world, list))]
      : [];
    const end = resolve(world, node);
    return [...puts, ...named, ...held, ...run, ...made, ...(end === node ? [] : [end])];
  }

  const origins = (start: SyntaxNode): ReadonlySet<SyntaxNode> => {
    const seen = new Set<SyntaxNode>();
    const open = [start];
    for (let node = open.pop(); node; node = open.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      open.push(...sources(node), ...node.children);
    }
    return seen;
  };

  return {
    root,
    calls,
    nodes: (...types) => order.filter((node) => types.includes(node.type)),
    where: (node) => world.places.get(node),
    callAt: (node) => byNode.get(node),
    constant: (node) => constant(world, node),
    resolve: (node) => resolve(world, node),
    possible: (node) => possibleEnds(world, node),
    unpacked: (node) => unpackedFrom(world, node),
    classOf: (node) => instanceOf(world, node)?.of.node ?? null,
    origins,
    nameAt: (node) => importedName(world, node) ?? nameOf(node),
    position: (node) => world.places.get(node)?.at ?? -1,
    conditional: (node) => (world.places.get(node)?.arms.length ?? 0) > 0,
  };
}
