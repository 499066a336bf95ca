/** Records what assignments, imports and parameters give to names while a script is walked. */
import { instanceOf, memberKey, resolve, type ScriptState } from './evaluate';
import { addName, type NameBinding, type Frame, type ScriptPlace } from './scope';
import { argumentsOf, unquoted, type SyntaxNode } from './syntax';

/** The function, the branches and the loops around the code that is being walked. */
export interface Around {
  readonly frame: Frame;
  readonly arms: ScriptPlace['arms'];
  readonly loops: ScriptPlace['loops'];
  readonly repeats: number;
  readonly label: string;
}

/** What binding needs to know of the walk. */
export interface Binder {
  readonly state: ScriptState;
  readonly module: Frame;
  readonly placed: (around: Around) => ScriptPlace;
}

/** Gives an expression to the names of a pattern, such as `a, b`. */
export function bind(
  binder: Binder,
  target: SyntaxNode,
  value: Partial<NameBinding>,
  around: Around,
  parts: readonly number[] = [],
): void {
  if (['pattern_list', 'tuple_pattern', 'list_pattern', 'tuple', 'list', 'expression_list'].includes(target.type)) {
    const splat = target.children.findIndex((one) => one.type === 'list_splat_pattern');
    target.children.forEach((one, i) =>
      bind(
        binder,
        one,
        splat >= 0 && i >= splat ? { ...value, node: null, ...(value.node ? { source: value.node } : {}) } : value,
        around,
        [...parts, i],
      ),
    );
    return;
  }
  if (target.type === 'list_splat_pattern' || target.type === 'as_pattern_target') {
    if (target.children[0]) bind(binder, target.children[0], value, around, parts);
    return;
  }
  const binding: NameBinding = { node: null, ...value, parts, place: binder.placed(around) };
  if (target.type === 'identifier') {
    const global = around.frame.globals.has(target.text);
    addName(global ? binder.module.names : around.frame.names, target.text, binding);
    return;
  }
  const object = target.type === 'attribute' ? target.field('object') : null;
  const instance = object ? instanceOf(binder.state, object) : null;
  const name = target.field('attribute')?.text;
  if (instance && name) addName(instance.attributes, name, binding);
  else {
    const key = memberKey(target);
    if (key) addName(around.frame.names, key, binding);
  }
}

export function bindImport(binder: Binder, node: SyntaxNode, around: Around): void {
  const from = node.field('module_name')?.text;
  for (const one of node.children) {
    if (one === node.field('module_name') && from !== undefined) continue;
    const path = (one.field('name') ?? one).text;
    const alias = one.field('alias')?.text;
    if (one.type !== 'dotted_name' && one.type !== 'aliased_import') continue;
    const [head = path] = path.split('.');
    const imported = from === undefined ? (alias === undefined ? head : path) : `${from}.${path}`;
    const name = alias ?? (from === undefined ? head : path);
    addName(around.frame.names, name, { node: null, parts: [], imported, place: binder.placed(around) });
  }
}

/** A default that a call may turn on or off. */
const isFlag = (parameter: SyntaxNode): boolean => /^(true|false)$/.test(parameter.field('value')?.type ?? '');

/**
 * Gives the parameters of a function the arguments of a call, or their defaults.
 * @param anyCall whether the function is walked once for all of its calls, so that its flags are not known
 */
export function bindParameters(
  binder: Binder,
  frame: Frame,
  parameters: readonly SyntaxNode[],
  call: SyntaxNode | null,
  self: NameBinding | null,
  around: Around,
  anyCall = false,
): void {
  const inside: Around = { ...around, frame };
  const { positional, keywords } = call
    ? argumentsOf(call)
    : { positional: [], keywords: new Map<string, SyntaxNode>() };
  const splat = positional.findIndex((one) => one.type === 'list_splat' || one.type === 'dictionary_splat');
  const given = splat < 0 ? positional : positional.slice(0, splat);
  const spread = positional.filter((one) => one.type === 'dictionary_splat').flatMap((one) => one.children[0] ?? []);
  const open = positional.some((one) => one.type === 'list_splat');
  let place = self ? -1 : 0;
  for (const parameter of parameters) {
    const name = parameter.type === 'identifier' ? parameter : (parameter.field('name') ?? parameter.children[0]);
    if (!name || name.type !== 'identifier' || /splat|separator/.test(parameter.type)) continue;
    if (place === -1) {
      addName(frame.names, name.text, { ...self!, place: binder.placed(inside) });
      place++;
      continue;
    }
    const fromSpread = spread.flatMap((one) => {
      const known = resolve(binder.state, one);
      const pair = known.children.find((entry) => {
        const key = entry.field('key');
        return key?.type === 'string' && unquoted(key) === name.text;
      });
      return pair?.field('value') ?? [];
    })[0];
    const passed = given[place] ?? keywords.get(name.text) ?? fromSpread ?? null;
    const unknown =
      open || (anyCall && isFlag(parameter)) || spread.some((one) => resolve(binder.state, one).type !== 'dictionary');
    bind(binder, name, { node: passed ?? (unknown ? null : parameter.field('value')) }, inside);
    place++;
  }
}
