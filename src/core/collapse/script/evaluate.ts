/** Finds what a name or an expression of a script stands for, at the place where it is used. */
import { ARITHMETIC } from './arithmetic';
import { changesInLoop } from './counters';
import {
  bindingsIn,
  bindingsOf,
  type NameBinding,
  type ClassScope,
  type Frame,
  type Instance,
  type ScriptPlace,
} from './scope';
import { argumentsOf, descendants, lastPart, nameOf, unquoted, type Constant, type SyntaxNode } from './syntax';

/** What the walk has found in a script so far. */
export interface ScriptState {
  readonly places: Map<SyntaxNode, ScriptPlace>;
  /** The run of a function of the script, by its call. */
  readonly runs: Map<SyntaxNode, Frame>;
  /** The object of a class of the script, by the call that made it. */
  readonly instances: Map<SyntaxNode, Instance>;
  readonly classes: Map<SyntaxNode, ClassScope>;
  /** Defaults of command line options; null if there is no default, or for a flag. */
  readonly options: Map<string, SyntaxNode | null>;
  /** Values by the key or attribute under which the script stores them. Used for objects that are not known. */
  readonly keys: Map<string, SyntaxNode[]>;
}

const MAX_DEPTH = 24;
const ARGUMENTS = /^(parse_args|parse_known_args)$/;
/** Calls that give a dictionary or an object with the given keys as attributes. */
const RECORDS = /^(dict|Namespace|SimpleNamespace|EasyDict|edict|AttrDict|Box|DotMap|create|ConfigDict|OrderedDict)$/;

/** Methods of Accelerate and Fabric that return what they are given, in the same order. */
const SAME_ORDER = /^(prepare|setup|setup_dataloaders)$/;

/** The element of a tuple that a name in a pattern gets. */
function part(state: ScriptState, node: SyntaxNode, parts: readonly number[], depth: number): SyntaxNode | null {
  let found: SyntaxNode | null = node;
  for (const at of parts) {
    const whole: SyntaxNode = resolve(state, found, depth + 1);
    const listed = ['tuple', 'list', 'expression_list'].includes(whole.type);
    if (whole.type === 'call' && SAME_ORDER.test(lastPart(nameOf(whole.field('function'))))) {
      const given = argumentsOf(whole).positional[at];
      if (!given) return null;
      found = given;
      continue;
    }
    const next: SyntaxNode | undefined =
      listed && !whole.children.some((one) => one.type === 'list_splat') ? whole.children[at] : undefined;
    if (!next) return null;
    found = next;
  }
  return found;
}

/** The expressions of bindings. If an element of a tuple is not known: the whole tuple. */
export const boundNodes = (state: ScriptState, bindings: readonly NameBinding[]): SyntaxNode[] =>
  bindings.flatMap((one) => (one.node ? (part(state, one.node, one.parts, 0) ?? one.node) : (one.source ?? [])));

const nodesOf = (state: ScriptState, bindings: readonly NameBinding[], depth: number): (SyntaxNode | null)[] =>
  bindings.map((one) => (one.node ? part(state, one.node, one.parts, depth) : null));

function dictionaryEntry(state: ScriptState, node: SyntaxNode, key: string, depth: number): SyntaxNode | null {
  if (node.type === 'call') {
    if (!RECORDS.test(lastPart(nameOf(node.field('function'))))) return null;
    const { positional, keywords } = argumentsOf(node);
    const given = keywords.get(key);
    if (given) return given;
    return positional[0] ? dictionaryEntry(state, resolve(state, positional[0], depth + 1), key, depth + 1) : null;
  }
  if (node.type !== 'dictionary') return null;
  const pair = node.children.findLast((one) => {
    const name = one.type === 'pair' ? one.field('key') : null;
    return name?.type === 'string' && unquoted(name) === key;
  });
  if (pair) return pair.field('value');
  const rest = node.children.find((one) => one.type === 'dictionary_splat')?.children[0];
  return rest && depth < MAX_DEPTH ? dictionaryEntry(state, resolve(state, rest, depth + 1), key, depth + 1) : null;
}

/** The object that an expression stands for, if the script defines its class. */
export function instanceOf(state: ScriptState, node: SyntaxNode, depth = 0): Instance | null {
  const place = state.places.get(node);
  if (node.type === 'identifier' && place) {
    const [binding] = bindingsOf(node.text, place);
    if (binding?.object) return binding.object;
  }
  return state.instances.get(resolve(state, node, depth + 1)) ?? null;
}

/** The class that defines an attribute or a method of an object: its own class or a base class. */
export function ownerOf(state: ScriptState, of: ClassScope, name: string, depth = 0): ClassScope | null {
  if (of.frame.names.has(name)) return of;
  const bases = of.node.field('superclasses')?.children ?? [];
  for (const base of depth < 6 ? bases : []) {
    const known = state.classes.get(resolve(state, base));
    const found = known && known !== of ? ownerOf(state, known, name, depth + 1) : null;
    if (found) return found;
  }
  return null;
}

function inClass(
  state: ScriptState,
  of: ClassScope,
  name: string,
  place: ScriptPlace,
  depth: number,
): (SyntaxNode | null)[] {
  const owner = ownerOf(state, of, name);
  return owner ? nodesOf(state, bindingsIn(owner.frame.names, name, place), depth) : [];
}

function member(
  state: ScriptState,
  object: SyntaxNode,
  name: string,
  place: ScriptPlace,
  depth: number,
): (SyntaxNode | null)[] {
  const instance = instanceOf(state, object, depth + 1);
  if (instance) {
    const own = bindingsIn(instance.attributes, name, place);
    return own.length > 0 ? nodesOf(state, own, depth) : inClass(state, instance.of, name, place, depth);
  }
  const holder =
    object.type === 'attribute' && object.field('attribute')?.text === 'hparams' ? object.field('object') : null;
  const saved = holder && instanceOf(state, holder, depth + 1)?.hparams;
  if (saved) return nodesOf(state, bindingsIn(saved, name, place), depth);
  const known = resolve(state, object, depth + 1);
  const of = state.classes.get(known);
  if (of) return inClass(state, of, name, place, depth);
  if (known.type === 'call' && ARGUMENTS.test(lastPart(nameOf(known.field('function')))))
    return [state.options.get(name) ?? null];
  const entry = dictionaryEntry(state, known, name, depth);
  if (entry) return [entry];
  // An object that is not known, such as a parameter: the value of its key is used only if the script has one value for this key.
  const unknown = known.type === 'identifier' && !importedName(state, known);
  if (!unknown || known.text === 'self') return [];
  const option = state.options.get(name);
  const keys = state.keys.get(name) ?? [];
  return option ? [option] : keys.length === 1 ? keys : [];
}

/** The key under which an assignment to an attribute or an element is stored: `cfg.lr`, `cfg[lr]`. */
export function memberKey(node: SyntaxNode): string | null {
  if (node.type === 'attribute') return nameOf(node);
  const [object, key] = [node.field('value'), node.field('subscript')];
  return node.type === 'subscript' && object && key?.type === 'string' ? `${object.text}[${unquoted(key)}]` : null;
}

/**
 * The expressions that a node may stand for, followed by one step. Null for one that is not known. Empty if the node
 * does not refer to another expression.
 */
function step(state: ScriptState, node: SyntaxNode, depth: number): (SyntaxNode | null)[] {
  const place = state.places.get(node);
  if (!place || depth > MAX_DEPTH) return [];
  switch (node.type) {
    case 'identifier':
      return nodesOf(state, bindingsOf(node.text, place), depth);
    case 'attribute':
    case 'subscript': {
      const assigned = bindingsOf(memberKey(node) ?? '', place);
      if (assigned.length > 0) return nodesOf(state, assigned, depth);
      const object = node.field('object') ?? node.field('value');
      const key = node.field('attribute') ?? node.field('subscript');
      if (!object || !key) return [];
      if (key.type === 'integer') return [part(state, object, [Number(key.text)], depth)];
      const name = node.type === 'attribute' ? key.text : constant(state, key, depth + 1);
      return typeof name === 'string' ? member(state, object, name, place, depth) : [];
    }
    case 'call': {
      const run = state.runs.get(node);
      if (run && !state.instances.has(node)) return nodesOf(state, run.returns, depth);
      const callee = node.field('function');
      const [key, otherwise] = argumentsOf(node).positional;
      const object = callee?.field('object');
      if (!object || callee?.field('attribute')?.text !== 'get') return [];
      const name = constant(state, key, depth + 1);
      if (typeof name !== 'string') return [];
      const found = member(state, object, name, place, depth);
      return found.length > 0 || !otherwise
        ? found
        : resolve(state, object, depth + 1).type === 'dictionary'
          ? [otherwise]
          : [];
    }
    case 'parenthesized_expression':
    case 'await':
      return node.children.slice(0, 1);
    case 'named_expression':
      return [node.field('value')];
    case 'conditional_expression': {
      const [then, condition, otherwise] = node.children;
      const value = truth(state, condition, depth + 1);
      return value === undefined ? [then ?? null, otherwise ?? null] : [(value ? then : otherwise) ?? null];
    }
    default:
      return [];
  }
}

/** See `Script.resolve`. */
export function resolve(state: ScriptState, node: SyntaxNode, depth = 0): SyntaxNode {
  if (depth > MAX_DEPTH) return node;
  const next = step(state, node, depth);
  if (next.length === 0 || next.includes(null)) return node;
  const ends = next.map((one) => (one === node ? node : resolve(state, one!, depth + 1)));
  const [first] = ends;
  return ends.every((one) => one.type === first!.type && one.text === first!.text) ? first! : node;
}

/** See `Script.possible`. */
export function possibleEnds(state: ScriptState, node: SyntaxNode, depth = 0): SyntaxNode[] {
  const next = depth > MAX_DEPTH ? [] : step(state, node, depth).filter((one) => one !== node);
  if (next.length === 0 || next.includes(null)) return [node];
  return [...new Set(next.flatMap((one) => possibleEnds(state, one!, depth + 1)))];
}

/** See `Script.unpacked`. */
export function unpackedTuple(
  state: ScriptState,
  node: SyntaxNode,
): { whole: SyntaxNode; parts: readonly number[] } | null {
  const place = state.places.get(node);
  const [binding, ...others] = node.type === 'identifier' && place ? bindingsOf(node.text, place) : [];
  if (!binding?.node || others.length > 0 || binding.parts.length === 0) return null;
  return part(state, binding.node, binding.parts, 0) ? null : { whole: binding.node, parts: binding.parts };
}

/** The import that a name stands for: `tensorflow.keras.layers` for `L`. Null if it is not imported. */
export function importedName(state: ScriptState, node: SyntaxNode, depth = 0): string | null {
  const place = state.places.get(node);
  if (!place || depth > MAX_DEPTH) return null;
  if (node.type === 'identifier') {
    const [binding, ...others] = bindingsOf(node.text, place);
    if (!binding || others.some((one) => one.imported === undefined && binding.imported === undefined)) return null;
    if (binding.imported !== undefined) return binding.imported;
    const bound = binding.node && part(state, binding.node, binding.parts, depth);
    return bound && ['identifier', 'attribute'].includes(bound.type) && bound !== node
      ? importedName(state, bound, depth + 1)
      : null;
  }
  const [object, attribute] = [node.field('object'), node.field('attribute')];
  if (node.type !== 'attribute' || !object || !attribute) return null;
  const root = importedName(state, object, depth + 1);
  if (root !== null) return `${root}.${attribute.text}`;
  const next = resolve(state, node, depth + 1);
  return next !== node && ['identifier', 'attribute'].includes(next.type) ? importedName(state, next, depth + 1) : null;
}

const operatorOf = (node: SyntaxNode): string => node.field('operator')?.text.replace(/=$/, '') ?? '';

function comparison(operator: string, a: Constant, b: Constant): boolean | undefined {
  if (operator === 'in' || operator === 'not in') {
    if (!Array.isArray(b) && (typeof a !== 'string' || typeof b !== 'string')) return undefined;
    return (b as readonly (Constant | undefined)[] | string).includes(a as string) === (operator === 'in');
  }
  if (typeof a === 'object' || typeof b === 'object')
    return a === null || b === null
      ? operator === '==' || operator === 'is'
        ? a === b
        : operator === '!=' || operator === 'is not'
          ? a !== b
          : undefined
      : undefined;
  switch (operator) {
    case '==':
    case 'is':
      return a === b;
    case '!=':
    case 'is not':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return undefined;
  }
}

/** What a method of a constant string gives, such as `args.opt.lower()`. */
function stringMethod(text: string, name: string, values: readonly (Constant | undefined)[]): Constant | undefined {
  const [first] = values;
  if (values.length === 0)
    return name === 'lower'
      ? text.toLowerCase()
      : name === 'upper'
        ? text.toUpperCase()
        : name === 'strip'
          ? text.trim()
          : undefined;
  if (typeof first !== 'string') return undefined;
  return name === 'startswith' ? text.startsWith(first) : name === 'endswith' ? text.endsWith(first) : undefined;
}

function called(state: ScriptState, node: SyntaxNode, depth: number): Constant | undefined {
  const callee = node.field('function');
  const object = callee?.field('object');
  const text = object ? constant(state, object, depth + 1) : undefined;
  const name = nameOf(node.field('function'));
  const values = argumentsOf(node).positional.map((one) => constant(state, one, depth + 1));
  const [first] = values;
  if (typeof text === 'string') return stringMethod(text, callee?.field('attribute')?.text ?? '', values);
  if ((name === 'float' || name === 'int') && (typeof first === 'number' || typeof first === 'string')) {
    const number = Number(first);
    return Number.isNaN(number) ? undefined : name === 'int' ? Math.trunc(number) : number;
  }
  if (name === 'len' && Array.isArray(first)) return first.length;
  if ((name === 'min' || name === 'max') && values.length > 1 && values.every((one) => typeof one === 'number'))
    return Math[name](...values);
  return undefined;
}

/** See `Script.constant`. */
export function constant(state: ScriptState, node: SyntaxNode | null | undefined, depth = 0): Constant | undefined {
  if (!node || depth > MAX_DEPTH) return undefined;
  const inner = (one: SyntaxNode | null | undefined): Constant | undefined => constant(state, one, depth + 1);
  switch (node.type) {
    case 'integer':
    case 'float':
      return Number(node.text.replaceAll('_', '').replace(/\.$/, '.0'));
    case 'string':
      return node.children.some((one) => one.type === 'interpolation') ? undefined : unquoted(node);
    case 'concatenated_string':
      return descendants(node, 'interpolation').length > 0 ? undefined : unquoted(node);
    case 'true':
      return true;
    case 'false':
      return false;
    case 'none':
      return null;
    case 'list':
    case 'tuple':
    case 'set':
    case 'expression_list':
      return node.children.map(inner);
    case 'unary_operator': {
      const value = inner(node.field('argument'));
      return typeof value === 'number' ? (operatorOf(node) === '-' ? -value : value) : undefined;
    }
    case 'not_operator':
    case 'boolean_operator':
      return truth(state, node, depth + 1);
    case 'comparison_operator': {
      const [a, b] = node.children.map(inner);
      return node.children.length === 2 && a !== undefined && b !== undefined
        ? comparison(node.field('operators')?.text.replace(/\s+/g, ' ') ?? '', a, b)
        : undefined;
    }
    case 'binary_operator':
    case 'augmented_assignment': {
      const [a, b] = [inner(node.field('left')), inner(node.field('right'))];
      // `[0.5] * 3`
      if (Array.isArray(a) && typeof b === 'number' && operatorOf(node) === '*' && b * a.length < 1000)
        return Array.from({ length: b }, () => a as Constant[]).flat();
      return typeof a === 'number' && typeof b === 'number' ? ARITHMETIC[operatorOf(node)]?.(a, b) : undefined;
    }
    default: {
      const place = state.places.get(node);
      const named = node.type === 'identifier' || node.type === 'attribute';
      if (named && place && changesInLoop(node, place)) return undefined;
      const next = step(state, node, depth);
      if (next.length === 0) return node.type === 'call' ? called(state, node, depth) : undefined;
      const [first, ...others] = next.map((one) => (one === node ? undefined : inner(one)));
      return others.every((one) => one === first || JSON.stringify(one) === JSON.stringify(first)) ? first : undefined;
    }
  }
}

/** `isinstance(value, (list, tuple))` of a value that is written out, or of an object of the script. */
function isListed(state: ScriptState, call: SyntaxNode, depth: number): boolean | undefined {
  const [value, types] = argumentsOf(call).positional;
  if (!value || !types || !/^\(?(list|tuple)\b[\s,]*(list|tuple)?\)?$/.test(types.text)) return undefined;
  const end = resolve(state, value, depth + 1);
  if (state.instances.has(end)) return false;
  return ['list', 'tuple'].includes(end.type) ? types.text.includes(end.type) : undefined;
}

/** Whether a condition is true. Undefined if this is not known. */
export function truth(state: ScriptState, node: SyntaxNode | null | undefined, depth = 0): boolean | undefined {
  if (node?.type === 'parenthesized_expression') return truth(state, node.children[0], depth + 1);
  if (node?.type === 'not_operator') {
    const value = truth(state, node.field('argument') ?? node.children[0], depth + 1);
    return value === undefined ? undefined : !value;
  }
  if (node?.type === 'boolean_operator') {
    const sides = [truth(state, node.field('left'), depth + 1), truth(state, node.field('right'), depth + 1)];
    const decides = node.field('operator')?.text === 'or';
    if (sides.includes(decides)) return decides;
    return sides.includes(undefined) ? undefined : !decides;
  }
  if (node?.type === 'call' && nameOf(node.field('function')) === 'isinstance') return isListed(state, node, depth);
  if (node?.type === 'comparison_operator' && /^__name__\s*==/.test(node.text)) return true;
  const value = constant(state, node, depth);
  return value === undefined ? undefined : Array.isArray(value) ? value.length > 0 : Boolean(value);
}
