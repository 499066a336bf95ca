/** Parameters that a script chooses by their names: `[p for n, p in net.named_parameters() if 'fc' not in n]`. */
import { netCall } from './pytorch-net';
import { descendants, unquoted, type Call, type Script, type SyntaxNode } from './syntax';

interface NameFilter {
  /** The net whose parameters are chosen. */
  readonly object: SyntaxNode;
  readonly word: string;
  /** Whether the names have the word; else they do not have it. */
  readonly has: boolean;
  /** Whether it is at their start; else it may be anywhere. */
  readonly atStart: boolean;
}

type Condition = Omit<NameFilter, 'object'>;

/** What a condition asks of a name; null for other conditions. */
function conditionOn(name: string, node: SyntaxNode | undefined): Condition | null {
  if (!node) return null;
  if (node.type === 'parenthesized_expression') return conditionOn(name, node.children[0]);
  if (node.type === 'not_operator') {
    const inner = conditionOn(name, node.children[0]);
    return inner && { ...inner, has: !inner.has };
  }
  if (node.type === 'call') {
    const callee = node.field('function');
    const [word] = node.field('arguments')?.children ?? [];
    const starts = callee?.field('attribute')?.text === 'startswith' && callee.field('object')?.text === name;
    return starts && word?.type === 'string' ? { word: unquoted(word), has: true, atStart: true } : null;
  }
  const [word, other] = node.type === 'comparison_operator' ? node.children : [];
  if (word?.type !== 'string' || other?.text !== name) return null;
  const operator = node.text.slice(word.text.length, -name.length).trim().replace(/\s+/, ' ');
  return operator === 'in' || operator === 'not in'
    ? { word: unquoted(word), has: operator === 'in', atStart: false }
    : null;
}

/** The net of a clause `for n, p in net.named_parameters()`, and the name that stands for the names. */
function clauseOver(clause: SyntaxNode): { object: SyntaxNode; name: string } | null {
  const [left, right] = [clause.field('left'), clause.field('right')];
  const callee = right?.type === 'call' ? right.field('function') : null;
  const object = callee?.field('attribute')?.text === 'named_parameters' ? callee.field('object') : null;
  const name = left && /^(pattern_list|tuple_pattern)$/.test(left.type) ? left.children[0]?.text : undefined;
  return object && name !== undefined ? { object, name } : null;
}

/**
 * The only choice by names among what an expression is computed from; null if there is none, or other parameters with
 * it.
 */
function nameFilter(script: Script, given: SyntaxNode): NameFilter | null {
  const nodes = [...script.origins(given)];
  const sources = nodes.filter(
    ({ type, field }) =>
      type === 'call' && /^(named_)?parameters$/.test(field('function')?.field('attribute')?.text ?? ''),
  );
  if (new Set(sources.map(({ start }) => start)).size !== 1) return null;
  for (const node of nodes) {
    if (!/^(list_comprehension|generator_expression)$/.test(node.type)) continue;
    const clause = node.children.find((one) => one.type === 'for_in_clause');
    const over = clause && clauseOver(clause);
    const [only, ...more] = node.children.filter((one) => one.type === 'if_clause');
    if (!over || more.length > 0) continue;
    const condition = conditionOn(over.name, only?.children[0]);
    return condition && { object: over.object, ...condition };
  }
  for (const loop of script.nodes('for_statement')) {
    const over = clauseOver(loop);
    const [branch, ...others] = descendants(loop, 'if_statement');
    const then = branch?.field('consequence');
    const puts = then
      ? descendants(then, 'call').filter((one) => /\.append$/.test(one.field('function')?.text ?? ''))
      : [];
    const all = descendants(loop, 'call').filter((one) => /\.append$/.test(one.field('function')?.text ?? ''));
    const [put] = puts;
    if (
      !over ||
      !put ||
      others.length > 0 ||
      all.length !== 1 ||
      !nodes.some(({ start, type }) => type === 'call' && start === put.start)
    )
      continue;
    const condition = conditionOn(over.name, branch?.field('condition') ?? undefined);
    return condition && { object: over.object, ...condition };
  }
  return null;
}

/** The name of a replaced layer, as its parameters begin: `fc`, `classifier.6`; null if the layer is not named so. */
function nameOfLayer(assignment: SyntaxNode): string | null {
  const left = assignment.field('left');
  const place = left?.type === 'subscript' ? left.field('value') : left;
  const index = left?.type === 'subscript' ? left.field('subscript')?.text : undefined;
  const name = place?.field('attribute')?.text;
  return name === undefined || (index !== undefined && !/^\d+$/.test(index))
    ? null
    : [name, ...(index === undefined ? [] : [index])].join('.');
}

/** The new layers of a net, if the optimizer chooses parameters by names that none of these layers has; else none. */
export function leftOutByName(
  script: Script,
  optimizer: Call,
  net: Call,
  layers: readonly { readonly net: Call; readonly node: SyntaxNode }[],
): SyntaxNode[] {
  const given = optimizer.keywords.get('params') ?? optimizer.positional[0];
  const filter = given && nameFilter(script, given);
  const added = layers.filter((one) => one.net.node === net.node);
  if (!filter || added.length === 0 || netCall(script, filter.object)?.node !== net.node) return [];
  const leftOut = added.every(({ node }) => {
    const name = node.type === 'assignment' ? nameOfLayer(node) : null;
    if (name === null) return false;
    const { word, has, atStart } = filter;
    // The names inside of the layer are not known, but those of layers of PyTorch are numbers, weights and biases.
    if (!has) return atStart ? name.startsWith(word) : name.includes(word);
    const apart = !name.includes(word) && !word.startsWith(name) && /^[a-z]+\d?(\.\d+)?\.?$/.test(word);
    const plain = !script.calls.some(
      ({ node: made, local, last }) => (local || last === 'OrderedDict') && script.origins(node).has(made),
    );
    return apart && plain && !/weight|bias|^\d/.test(word);
  });
  return leftOut ? added.map(({ node }) => node) : [];
}
