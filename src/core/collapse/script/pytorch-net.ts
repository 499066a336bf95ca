/** What a PyTorch net ends with: followed through variables, layers, Sequential, forward() and replaced heads. */
import { argument, numberOf } from './draft';
import { descendants, lastPart, type Call, type Script, type SyntaxNode } from './syntax';

export type TorchEnding = 'none' | 'softmax' | 'log-softmax' | 'sigmoid' | 'relu' | 'detached';

export interface TorchEnd {
  readonly ending: TorchEnding;
  readonly at: SyntaxNode;
  /** The axis of a softmax, if the script states it. */
  readonly axis: number | null;
  /** The last linear layer, if it is known. */
  readonly units: { readonly count: number; readonly at: SyntaxNode } | null;
}

export const TORCH_BACKBONES =
  /^(resnet|resnext|vgg|alexnet|densenet|mobilenet|efficientnet|inception|squeezenet|convnext|regnet|shufflenet|mnasnet|vit_|swin|maxvit|wide_resnet|googlenet)/;

const ENDINGS: Record<string, TorchEnding> = {
  softmax: 'softmax',
  Softmax: 'softmax',
  Softmax2d: 'softmax',
  log_softmax: 'log-softmax',
  LogSoftmax: 'log-softmax',
  sigmoid: 'sigmoid',
  Sigmoid: 'sigmoid',
  sigmoid_: 'sigmoid',
  relu: 'relu',
  ReLU: 'relu',
  relu_: 'relu',
  ReLU6: 'relu',
};
/** Methods of tensors that keep the values, and functions of torch that do the same. */
const SAME_VALUES =
  /^(squeeze|unsqueeze|float|double|half|view|reshape|flatten|contiguous|to|cuda|cpu|clone|type|requires_grad_)$/;
const WITHOUT_GRADIENT = /^(detach|detach_|argmax|item|numpy|tolist|round)$/;
/** Methods of nets that return the net. */
const SAME_NET = /^(to|cuda|cpu|train|eval|float|double|half|bfloat16|requires_grad_|apply)$/;
const WRAPPERS = /^(DataParallel|DistributedDataParallel|DDP|compile|script|prepare|setup|convert_sync_batchnorm)$/;
const SILENT_LAYERS = /^(Flatten|Dropout\d*d?|Identity|Unflatten|Squeeze)$/;
const HEADS = /^(fc|classifier|head|heads|_fc|last_linear|output|linear|out)$/;
const MAX_DEPTH = 16;

/** Whether a call makes a net of a library: `resnet18(…)`, `timm.create_model(…)`, `torch.hub.load(…)`. */
export const isBackbone = (call: Call): boolean =>
  !call.local &&
  ((/^(timm|torch\.hub|hub)\./.test(call.name) && /^(create_model|load)$/.test(call.last)) ||
    call.last === 'get_model' ||
    call.last === 'create_model' ||
    call.last === 'from_pretrained' ||
    (TORCH_BACKBONES.test(call.last) && !call.name.startsWith('self.')));

/**
 * The call that made a net, without what only moves or wraps it. Null if it is not known, or if it depends on a
 * condition.
 */
export function netCall(script: Script, node: SyntaxNode, depth = 0): Call | null {
  if (depth > MAX_DEPTH) return null;
  const made = script.possible(node).map((end) => (end.type === 'call' ? madeBy(script, end, depth) : null));
  const [first] = made;
  return first && made.every((one) => one?.node === first.node) ? first : null;
}

function madeBy(script: Script, end: SyntaxNode, depth: number): Call | null {
  const call = script.callAt(end);
  if (!call) return null;
  const object = call.node.field('function')?.field('object');
  if (object && SAME_NET.test(call.last) && !/^(torch|nn)$/.test(object.text))
    return netCall(script, object, depth + 1);
  const [first] = call.positional;
  return WRAPPERS.test(call.last) && first ? netCall(script, first, depth + 1) : call;
}

/** The call that made the net which a call such as `net(x)` or `net.forward(x)` uses, by what is called. */
export function usedNet(script: Script, callee: SyntaxNode): Call | null {
  const object = callee.field('object');
  return netCall(script, object && callee.field('attribute')?.text === 'forward' ? object : callee);
}

/** The class of the script that a call makes an object of. */
function classOf(script: Script, call: Call): SyntaxNode | null {
  const callee = call.node.field('function');
  const made = callee && script.resolve(callee);
  return made?.type === 'class_definition' ? made : null;
}

function methodOf(script: Script, of: SyntaxNode, name: string, depth = 0): SyntaxNode | null {
  const own = (of.field('body')?.children ?? [])
    .map((one) => (one.type === 'decorated_definition' ? (one.field('definition') ?? one) : one))
    .find((one) => one.type === 'function_definition' && one.field('name')?.text === name);
  if (own || depth > 5) return own ?? null;
  for (const base of of.field('superclasses')?.children ?? []) {
    const known = script.resolve(base);
    const found = known.type === 'class_definition' ? methodOf(script, known, name, depth + 1) : null;
    if (found) return found;
  }
  return null;
}

/** What the `return` statements of a function return, without those of functions inside it. */
function returnedBy(node: SyntaxNode): SyntaxNode[] {
  return node.children.flatMap((child) =>
    child.type === 'function_definition' || child.type === 'lambda'
      ? []
      : child.type === 'return_statement'
        ? child.children.slice(0, 1)
        : returnedBy(child),
  );
}

function elements(script: Script, call: Call): SyntaxNode[] {
  const [first] = call.positional;
  const list = first && call.positional.length === 1 ? script.resolve(first) : null;
  const inner = list?.type === 'call' ? script.callAt(list) : null;
  if (inner?.last === 'OrderedDict') return elements(script, inner);
  const open = list?.type === 'list' || list?.type === 'dictionary' ? list.children : call.positional;
  return open.map((one) => (one.type === 'tuple' ? one.children.at(-1)! : (one.field('value') ?? one)));
}

/** The module that was put in place of the head of a net: `net.fc = …`, `net.classifier[6] = …`. */
function newHead(script: Script, net: Call): SyntaxNode | null {
  const assigned = script.nodes('assignment').filter((one) => {
    const left = one.field('left');
    const place = left?.type === 'subscript' ? left.field('value') : left;
    const object = place?.type === 'attribute' ? place.field('object') : null;
    return object && HEADS.test(place!.field('attribute')!.text) && netCall(script, object)?.node === net.node;
  });
  return assigned.at(-1)?.field('right') ?? null;
}

export class Endings {
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  /** What an expression ends with that holds the outputs of a net; null if it is not known. */
  of(node: SyntaxNode, depth = 0): TorchEnd | null {
    if (depth > MAX_DEPTH) return null;
    const script = this.#script;
    switch (node.type) {
      case 'parenthesized_expression':
        return node.children[0] ? this.of(node.children[0], depth + 1) : null;
      case 'identifier':
      case 'subscript': {
        const next = script.resolve(node);
        if (next !== node) return this.of(next, depth + 1);
        const unpacked = script.unpacked(node);
        return unpacked && this.#ofPart(unpacked.whole, unpacked.parts, depth + 1);
      }
      case 'attribute': {
        const next = script.resolve(node);
        if (next !== node) return this.of(next, depth + 1);
        const [object, name] = [node.field('object'), node.field('attribute')?.text ?? ''];
        if (name === 'data') return { ending: 'detached', at: node, axis: null, units: null };
        return object && name === 'logits' ? this.of(object, depth + 1) : null;
      }
      case 'call':
        return this.#ofCall(node, depth);
      default:
        return null;
    }
  }

  /** Whether an expression is the output of a net that is not known, because it is made in another file, for example. */
  #isOutput(node: SyntaxNode): boolean {
    const end = this.#script.resolve(node);
    const callee = end.type === 'call' ? end.field('function')?.text : undefined;
    return this.#script.calls.some(
      (call) =>
        /^(parameters|train)$/.test(call.last) &&
        call.node.field('function')?.field('object')?.text === callee &&
        callee !== undefined,
    );
  }

  /** For `y, features = net(x)`: what the element of the tuple that `forward` returns ends with. */
  #ofPart(whole: SyntaxNode, [at, ...deeper]: readonly number[], depth: number): TorchEnd | null {
    const callee = whole.type === 'call' ? whole.field('function') : null;
    const net = callee && usedNet(this.#script, callee);
    const of = net && classOf(this.#script, net);
    const forward = of && methodOf(this.#script, of, 'forward');
    const [only, ...others] = forward ? returnedBy(forward) : [];
    const element = only && at !== undefined && deeper.length === 0 ? only.children[at] : undefined;
    const listed = only?.type === 'expression_list' || only?.type === 'tuple';
    return element && listed && others.length === 0 ? this.of(element, depth + 1) : null;
  }

  #ofCall(node: SyntaxNode, depth: number): TorchEnd | null {
    const script = this.#script;
    const next = script.resolve(node);
    if (next !== node) return this.of(next, depth + 1);
    const call = script.callAt(node);
    const callee = node.field('function');
    if (!call || !callee) return null;
    if (callee.type === 'call') return this.ofNet(callee, depth + 1);
    const object = callee.type === 'attribute' ? callee.field('object') : null;
    const free = /^(torch|F|nn|functional)\b/.test(call.name);
    const value = free ? call.positional[0] : object;
    const ending = ENDINGS[call.last];
    if (ending && call.last === call.last.toLowerCase() && value && !/^self$/.test(value.text)) {
      const axis = ending.includes('softmax') ? numberOf(script, argument(call, ['dim', 'axis'], free ? 1 : 0)) : null;
      return { ending, at: node, axis, units: this.of(value, depth + 1)?.units ?? null };
    }
    if (call.last === 'log' && value) {
      const inside = this.of(value, depth + 1);
      return inside?.ending === 'softmax' ? { ...inside, ending: 'log-softmax' } : null;
    }
    if (value && WITHOUT_GRADIENT.test(call.last) && (this.of(value, depth + 1) ?? this.#isOutput(value)))
      return { ending: 'detached', at: node, axis: null, units: null };
    if (value && SAME_VALUES.test(call.last)) return this.of(value, depth + 1);
    const own = call.last === 'forward' ? object : callee;
    const of = own?.type === 'identifier' ? script.classOf(own) : null;
    const forward = of && !netCall(script, own!) ? methodOf(script, of, 'forward') : null;
    if (forward) return this.ofForward(forward, depth + 1);
    const end = this.ofNet(own ?? callee, depth + 1);
    // A layer such as `self.softmax` has the outputs of what it is applied to.
    const [input] = call.positional;
    const layer = end && end.ending !== 'none' && end.ending !== 'detached' && !end.units;
    return layer && input ? { ...end, units: this.of(input, depth + 1)?.units ?? null } : end;
  }

  /** What a layer or a whole net ends with. */
  ofNet(node: SyntaxNode, depth = 0): TorchEnd | null {
    const script = this.#script;
    const call = depth > MAX_DEPTH ? null : netCall(script, node);
    if (!call) return null;
    const plain = (units: TorchEnd['units'] = null): TorchEnd => ({ ending: 'none', at: call.node, axis: null, units });
    if (!call.local) {
      const ending = ENDINGS[call.last];
      if (ending && call.last !== call.last.toLowerCase())
        return {
          ending,
          at: call.node,
          axis: call.last.includes('oftmax') ? numberOf(script, argument(call, ['dim'], 0)) : null,
          units: null,
        };
      if (/^(Lazy)?(Linear|Conv2d)$/.test(call.last)) {
        const lazy = call.last.startsWith('Lazy');
        const count = numberOf(script, argument(call, ['out_features', 'out_channels'], lazy ? 0 : 1));
        return plain(count === null ? null : { count, at: call.node });
      }
      if (call.last === 'Sequential') return this.#ofSequence(call, depth);
      if (isBackbone(call)) {
        const head = newHead(script, call);
        if (head) return this.ofNet(head, depth + 1);
        const given = argument(call, ['num_classes']);
        const count = numberOf(script, given);
        return plain(given && count !== null && count > 0 ? { count, at: given } : null);
      }
    }
    const of = classOf(script, call);
    const forward = of && methodOf(script, of, 'forward');
    return forward ? this.ofForward(forward, depth + 1) : null;
  }

  #ofSequence(call: Call, depth: number): TorchEnd | null {
    const layers = elements(this.#script, call);
    if (layers.length === 0 || layers.some((one) => one.type === 'list_splat')) return null;
    let end: TorchEnd | null = null;
    for (const layer of layers.toReversed()) {
      const made = netCall(this.#script, layer);
      if (!made) return null;
      if (SILENT_LAYERS.test(made.last)) continue;
      const found = this.ofNet(layer, depth + 1);
      if (!end) end = found;
      else return { ...end, units: found?.units ?? null };
      if (!end || end.units || end.ending === 'none') return end;
    }
    return end;
  }

  ofForward(forward: SyntaxNode, depth = 0): TorchEnd | null {
    const ends = returnedBy(forward).map((one) => this.of(one, depth + 1));
    const last = ends.at(-1);
    return last && ends.every((one) => one?.ending === last.ending) ? last : null;
  }

  /** For a script that does not show how its net is used: what its only net ends with. */
  ofOnlyNet(): TorchEnd | null {
    const forwards = descendants(this.#script.root, 'function_definition').filter(
      (one) => one.field('name')?.text === 'forward',
    );
    const [only] = forwards;
    if (only) return forwards.length === 1 ? this.ofForward(only) : null;
    const sequence = this.#script.calls.findLast((call) => call.last === 'Sequential' && !call.local);
    return sequence ? this.ofNet(sequence.node) : null;
  }
}

/** Whether dropout is applied to the output, after the last activation. */
export function dropsLast(script: Script): boolean {
  const forward = script.nodes('function_definition').findLast((one) => one.field('name')?.text === 'forward');
  const result = forward && returnedBy(forward).at(-1);
  const end = result && script.resolve(result);
  const callee = end?.type === 'call' ? end.field('function') : null;
  const held = callee?.type === 'attribute' ? script.resolve(callee) : null;
  return /^(nn\.|F\.)?[dD]ropout/.test(held?.text ?? '') || /^[dD]ropout$/.test(lastPart(callee?.text ?? ''));
}
