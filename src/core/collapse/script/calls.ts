/** What a call of a script is: the name of what it calls, and its arguments. */
import type { Around } from './binding';
import { constant, importedName, resolve, type ScriptState } from './evaluate';
import { argumentsOf, lastPart, nameOf, unquoted, type Call, type SyntaxNode } from './syntax';

/** `models.resnet18` for `getattr(models, 'resnet18')` and `models.__dict__['resnet18']`; empty for other expressions. */
function chosenName(state: ScriptState, node: SyntaxNode): string {
  const given = node.type === 'call' ? argumentsOf(node).positional : [];
  const dictionary = node.type === 'subscript' ? /^(\w+)\.__dict__$/.exec(node.field('value')?.text ?? '') : null;
  const [object, key] =
    dictionary !== null
      ? [node.field('value')!.field('object'), node.field('subscript')]
      : nameOf(node.field('function')) === 'getattr'
        ? given
        : [];
  const name = object && constant(state, key);
  return typeof name === 'string' && /^\w+$/.test(name)
    ? `${importedName(state, object!) ?? nameOf(object)}.${name}`
    : '';
}

/** What names the function of a call: `nn.NLLLoss` for `LOSSES['nll']()` with a dictionary of classes. */
const namedBy = (callee: SyntaxNode | null, target: SyntaxNode | null): SyntaxNode | null =>
  /^(subscript|call)$/.test(callee?.type ?? '') && (target?.type === 'identifier' || target?.type === 'attribute')
    ? target
    : callee;

export function callOf(state: ScriptState, node: SyntaxNode, { repeats, label }: Around): Call {
  const { positional, keywords } = argumentsOf(node);
  const callee = node.field('function');
  const target = callee ? resolve(state, callee) : null;
  const base = { line: node.line, node, repeats, label };
  const maker = target?.type === 'call' ? target.field('function') : null;
  const isPartial = maker !== null && /^(functools\.)?partial$/.test(importedName(state, maker) ?? nameOf(maker));
  const partial = isPartial ? argumentsOf(target!) : null;
  const [inner] = partial?.positional ?? [];
  const named = inner ?? namedBy(callee, target);
  const name = named ? (importedName(state, named) ?? (chosenName(state, target ?? named) || nameOf(named))) : '';
  const end = inner ? resolve(state, inner) : target;
  const local = end?.type === 'function_definition' || end?.type === 'class_definition';
  return partial && inner
    ? {
        ...base,
        name,
        last: lastPart(name),
        local,
        positional: [...partial.positional.slice(1), ...positional],
        keywords: new Map([...partial.keywords, ...keywords]),
      }
    : { ...base, name, last: lastPart(name), local, positional, keywords };
}

/** Records the default of a command line option. */
export function addOption(state: ScriptState, call: Call): void {
  if (call.last === 'set_defaults') call.keywords.forEach((value, name) => state.options.set(name, value));
  if (call.last !== 'add_argument') return;
  const names = call.positional.map(unquoted);
  const long = names.find((text) => text.startsWith('--')) ?? names[0];
  const stated = call.keywords.get('dest');
  if (long === undefined) return;
  const flag = /store_(true|false)|Boolean/.test(call.keywords.get('action')?.text ?? '');
  state.options.set(
    stated ? unquoted(stated) : long.replace(/^-+/, '').replaceAll('-', '_'),
    flag ? null : (call.keywords.get('default') ?? null),
  );
}
