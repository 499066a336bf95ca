/**
 * Walks a script in the order in which it runs, so that each name can be resolved where it is used. Functions of the
 * script are walked once for each call, with their parameters bound to what the call gives. Nothing is run.
 */
import { bind, bindImport, bindParameters, type Around, type Binder } from './binding';
import { addOption, callOf } from './calls';
import { constant, instanceOf, ownerOf, resolve, truth, type ScriptState } from './evaluate';
import {
  addName,
  copyOf,
  emptyFrame,
  type NameBinding,
  type ClassScope,
  type Frame,
  type Instance,
  type Names,
  type ScriptPlace,
} from './scope';
import { passesOf } from './passes';
import { argumentsOf, loopCount, unquoted, type Call, type SyntaxNode } from './syntax';

/** Limits: calls that are nested more deeply, or come after this number of nodes, are not followed. */
const MAX_NESTING = 8;
const MAX_NODES = 200_000;

/** A function or class of the script, with the frame in which it is defined. */
interface Definition {
  readonly node: SyntaxNode;
  readonly around: Around;
  readonly of: ClassScope | null;
  /** Whether it is a method without `self`. */
  readonly isStatic: boolean;
}

export interface ScriptWalk {
  readonly state: ScriptState;
  readonly calls: readonly Call[];
  readonly order: readonly SyntaxNode[];
}

const FUNCTION = 'function_definition';

/** Methods that the framework calls when an object is used. */
const RUN_BY_FRAMEWORK = ['build', 'call', 'forward'];

export function walkScript(root: SyntaxNode): ScriptWalk {
  const state: ScriptState = {
    places: new Map(),
    runs: new Map(),
    instances: new Map(),
    classes: new Map(),
    options: new Map(),
    keys: new Map(),
  };
  const calls: Call[] = [];
  const order: SyntaxNode[] = [];
  const definitions = new Map<SyntaxNode, Definition>();
  const walked = new Set<SyntaxNode>();
  const statics = new Set<SyntaxNode>();
  const active: SyntaxNode[] = [];
  let now = 0;

  const placed = ({ frame, arms, loops }: Around): ScriptPlace => ({ frame, arms, loops, at: now++ });
  const walkAll = (nodes: readonly SyntaxNode[], around: Around): void => nodes.forEach((one) => walk(one, around));

  const module: Around = { frame: emptyFrame(null), arms: [], loops: [], repeats: 1, label: '' };
  const binder: Binder = { state, module: module.frame, placed };

  const remember = (key: string, node: SyntaxNode | null): void => {
    if (node) state.keys.set(key, [...(state.keys.get(key) ?? []), node]);
  };

  function runFunction(
    definition: Definition,
    call: SyntaxNode | null,
    object: Instance | null,
    around: Around,
  ): Frame | null {
    const { node } = definition;
    if (active.includes(node) || active.length > MAX_NESTING || (walked.has(node) && order.length > MAX_NODES))
      return null;
    const frame = emptyFrame(definition.around.frame);
    const self: NameBinding | null =
      object && !definition.isStatic ? { node: null, parts: [], object, place: placed(around) } : null;
    const anyCall = call === null && isForward(definition);
    bindParameters(binder, frame, node.field('parameters')?.children ?? [], call, self, around, anyCall);
    const body = node.field('body');
    active.push(node);
    const run = body && walked.has(node) ? copyOf(body) : body;
    if (run) walk(run, { ...around, frame });
    if (run) object?.bodies.push(run);
    walked.add(node);
    active.pop();
    return frame;
  }

  /** Whether a function is the `forward` of a module of PyTorch. */
  const isForward = ({ node, of }: Definition): boolean =>
    node.field('name')?.text === 'forward' && /Module\b/.test(of?.node.field('superclasses')?.text ?? '');

  function method(object: Instance, name: string): Definition | null {
    const owner = ownerOf(state, object.of, name);
    const bound = owner?.frame.names.get(name)?.at(-1)?.node;
    return (bound && definitions.get(bound)) ?? null;
  }

  /** Makes an object: walks `__init__`, or fills the fields of a data class, then walks the methods for the framework. */
  function instantiate(of: ClassScope, call: SyntaxNode | null, around: Around): Instance {
    const object: Instance = { of, attributes: new Map() as Names, bodies: [] };
    if (call) state.instances.set(call, object);
    const init = method(object, '__init__');
    if (init) {
      const frame = runFunction(init, call, object, around);
      if (frame && /\bself\.save_hyperparameters\(/.test(init.node.text)) object.hparams = frame.names;
    } else if (call) {
      const { positional, keywords } = argumentsOf(call);
      const fields = (of.node.field('body')?.children ?? []).flatMap((one) => {
        const assigned = one.type === 'expression_statement' ? one.children[0] : undefined;
        return assigned?.type === 'assignment' && assigned.field('type') ? (assigned.field('left')?.text ?? []) : [];
      });
      const fill = (name: string, node: SyntaxNode): void =>
        addName(object.attributes, name, { node, parts: [], place: placed(around) });
      positional.forEach((one, i) => fields[i] && fill(fields[i], one));
      keywords.forEach((one, name) => fill(name, one));
    }
    for (const name of RUN_BY_FRAMEWORK) {
      const found = method(object, name);
      if (found) runFunction(found, null, object, around);
    }
    return object;
  }

  function follow(node: SyntaxNode, around: Around): void {
    const callee = node.field('function');
    const target = callee ? resolve(state, callee) : null;
    if (!callee || !target) return;
    const definition = definitions.get(target);
    const of = state.classes.get(target);
    if (of) instantiate(of, node, around);
    else if (definition) {
      const object = callee.field('object');
      const instance = object && definition.of ? instanceOf(state, object) : null;
      // `net.forward(x)` is read like `net(x)`: forward was walked when the object was made.
      if (instance && object?.text !== 'self' && walked.has(target) && isForward(definition)) return;
      const run = runFunction(definition, node, instance, around);
      if (run) state.runs.set(node, run);
    }
  }

  function walkCall(node: SyntaxNode, around: Around): void {
    const callee = node.field('function');
    const args = node.field('arguments');
    const layer = callee?.type === 'call';
    if (args && layer) walk(args, around);
    if (callee) walk(callee, around);
    const call = callOf(state, node, around);
    calls.push(call);
    addOption(state, call);
    if (args && !layer) walk(args, around);
    follow(node, around);
  }

  function walkIf(node: SyntaxNode, around: Around): void {
    let open = true;
    let arm = 0;
    const arms = [
      { condition: node.field('condition'), body: node.field('consequence') },
      ...node.children
        .filter((one) => one.type === 'elif_clause' || one.type === 'else_clause')
        .map((one) => ({ condition: one.field('condition'), body: one.field('consequence') ?? one.field('body') })),
    ];
    // If it is not known whether an arm runs, the arms after it are not certain either.
    let uncertain = false;
    for (const { condition, body } of arms) {
      if (!open) return;
      if (condition) walk(condition, around);
      const value = condition ? truth(state, condition) : true;
      if (value === undefined) uncertain = true;
      if (value !== false && body)
        walk(body, uncertain ? { ...around, arms: [...around.arms, { of: node, arm: arm }] } : around);
      if (value === true) open = false;
      arm++;
    }
  }

  function walkLoop(node: SyntaxNode, around: Around): void {
    const [left, right, body] = [node.field('left'), node.field('right'), node.field('body')];
    if (right) walk(right, around);
    if (left) walk(left, around);
    const times = loopCount(node, (one) => constant(state, one));
    const inside = {
      ...around,
      loops: [...around.loops, node],
      repeats: around.repeats * Math.max(1, times ?? 1),
    };
    const passes = left && right && order.length < MAX_NODES ? passesOf(state, left, right) : null;
    passes?.forEach((pass, i) => {
      for (const { target, value } of pass) bind(binder, target, { node: value, source: right! }, around);
      if (body) walk(i === 0 ? body : copyOf(body), inside);
    });
    if (left && !passes) bind(binder, left, right ? { source: right } : {}, around);
    if (body && !passes) walk(body, inside);
    const rest = node.children.filter((one) => one !== left && one !== right && one !== body);
    walkAll(rest, around);
  }

  function walkComprehension(node: SyntaxNode, around: Around): void {
    const inside = { ...around, frame: emptyFrame(around.frame) };
    const body = node.field('body');
    for (const clause of node.children.filter((one) => one !== body)) {
      const [left, right] = [clause.field('left'), clause.field('right')];
      if (clause.type === 'for_in_clause' && left && right) {
        walk(right, inside);
        walk(left, inside);
        bind(binder, left, { source: right }, inside);
      } else walk(clause, inside);
    }
    if (body) walk(body, inside);
  }

  function walkAssignment(node: SyntaxNode, around: Around): void {
    const [left, right] = [node.field('left'), node.field('right')];
    const inside = left ? { ...around, label: `${around.label} ${left.text}`.trim() } : around;
    if (right) walk(right, inside);
    if (left) walk(left, around);
    const value = node.type === 'augmented_assignment' ? node : right;
    if (!left || !value) return;
    let end = value;
    while (end.type === 'assignment' && end.field('right')) end = end.field('right')!;
    bind(binder, left, { node: end }, around);
    const key = left.type === 'attribute' ? left.field('attribute')?.text : undefined;
    if (key !== undefined && node.type === 'assignment') remember(key, right);
  }

  function walk(node: SyntaxNode, around: Around): void {
    state.places.set(node, placed(around));
    order.push(node);
    switch (node.type) {
      case FUNCTION:
      case 'class_definition': {
        const name = node.field('name');
        const of = [...state.classes.values()].find((one) => one.frame === around.frame) ?? null;
        const outer = of ? { ...around, frame: of.frame.outer ?? around.frame } : around;
        if (node.type === FUNCTION) {
          walkAll(node.field('parameters')?.children.flatMap((one) => one.field('value') ?? []) ?? [], outer);
          definitions.set(node, { node, around: outer, of, isStatic: statics.has(node) });
        } else {
          const scope = { node, frame: emptyFrame(around.frame) };
          state.classes.set(node, scope);
          walkAll(
            [node.field('superclasses')].filter((one) => one !== null),
            around,
          );
          walkAll(node.field('body')?.children ?? [], { ...around, frame: scope.frame });
        }
        if (name) bind(binder, name, { node }, around);
        return;
      }
      case 'decorated_definition':
        if (/^@staticmethod\b/m.test(node.text)) statics.add(node.field('definition')!);
        walkAll(node.children, around);
        return;
      case 'import_statement':
      case 'import_from_statement':
        bindImport(binder, node, around);
        return;
      case 'assignment':
      case 'augmented_assignment':
        walkAssignment(node, around);
        return;
      case 'named_expression':
        walkAll(node.children, around);
        bind(binder, node.field('name')!, { node: node.field('value') }, around);
        return;
      case 'for_statement':
        walkLoop(node, around);
        return;
      case 'while_statement':
        walkAll(node.children, { ...around, loops: [...around.loops, node] });
        return;
      case 'list_comprehension':
      case 'dictionary_comprehension':
      case 'set_comprehension':
      case 'generator_expression':
        walkComprehension(node, around);
        return;
      case 'lambda': {
        const inside = { ...around, frame: emptyFrame(around.frame) };
        const parameters = node.field('parameters')?.children ?? [];
        parameters.forEach((one) => bind(binder, one.field('name') ?? one, {}, inside));
        walkAll(
          [node.field('body')].filter((one) => one !== null),
          inside,
        );
        return;
      }
      case 'if_statement':
        walkIf(node, around);
        return;
      case 'except_clause':
      case 'case_clause':
        walkAll(node.children, { ...around, arms: [...around.arms, { of: node, arm: 0 }] });
        return;
      case 'as_pattern': {
        const [value, target] = node.children;
        if (value) walk(value, around);
        if (value && target) bind(binder, target, { node: value }, around);
        return;
      }
      case 'global_statement':
        node.children.forEach((one) => around.frame.globals.add(one.text));
        return;
      case 'return_statement':
        walkAll(node.children, around);
        around.frame.returns.push({ node: node.children[0] ?? null, parts: [], place: placed(around) });
        return;
      case 'call':
        walkCall(node, around);
        return;
      case 'pair':
      case 'keyword_argument': {
        const key = node.field('key') ?? node.field('name');
        const value = node.field('value');
        if (node.type === 'pair' && key?.type === 'string') remember(unquoted(key), value);
        const inside = key ? { ...around, label: `${around.label} ${key.text}`.trim() } : around;
        walkAll(node.type === 'pair' ? node.children : value ? [value] : [], inside);
        return;
      }
      case 'attribute': {
        const object = node.field('object');
        if (object) walk(object, around);
        return;
      }
      default:
        walkAll(node.children, around);
    }
  }

  /** An object of a class, or of one that takes this method from it. */
  const ownInstance = (of: ClassScope, name: string): Instance | undefined => {
    const all = [...state.instances.values()];
    return all.find((one) => one.of === of) ?? all.find((one) => ownerOf(state, one.of, name) === of);
  };

  /** Walks functions that the script does not call: a framework or another file may call them. */
  function walkUncalled(): void {
    const open = [...definitions.values()].filter((one) => !walked.has(one.node));
    const names = new Set(
      open.flatMap((one) => [...one.node.text.matchAll(/([A-Za-z_]\w*)\s*\(/g)].slice(1).map((match) => match[1]!)),
    );
    const isRoot = (one: Definition): boolean => !names.has(one.node.field('name')?.text ?? '');
    // Functions make the objects whose methods a framework calls.
    const rank = (one: Definition): number => (isRoot(one) ? 0 : 2) + (one.of ? 1 : 0);
    const objects = new Map<ClassScope, Instance>();
    for (const definition of open.toSorted((a, b) => rank(a) - rank(b))) {
      if (walked.has(definition.node)) continue;
      const { of } = definition;
      const object =
        of &&
        (ownInstance(of, definition.node.field('name')?.text ?? '') ??
          objects.get(of) ??
          instantiate(of, null, module));
      if (of && object) objects.set(of, object);
      if (!walked.has(definition.node)) runFunction(definition, null, object, module);
    }
  }

  walk(root, module);
  walkUncalled();
  return { state, calls, order };
}
