/** What a PyTorch net ends with: followed through variables, layers, Sequential, forward() and replaced heads. */
import { argument, numberOf } from './draft';
import { liveReturns } from './live-returns';
import {
  isBackbone,
  netCall,
  newHead,
  returnedBy,
  sequenceElements,
  torchClassOf,
  torchMethodOf,
  usedNet,
} from './pytorch-net';
import { descendants, lastPart, type Call, type Script, type SyntaxNode } from './syntax';

export type TorchEnding = 'none' | 'softmax' | 'log-softmax' | 'sigmoid' | 'relu' | 'detached';

export interface TorchEnd {
  readonly ending: TorchEnding;
  readonly at: SyntaxNode;
  /** The axis of a softmax, if the script states it. */
  readonly axis: number | null;
  /** The last linear layer, if it is known. */
  readonly units: { readonly count: number; readonly at: SyntaxNode } | null;
  /** The ReLU that a softmax gets its inputs from, if there is one. */
  readonly rectified?: SyntaxNode;
}

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
const SILENT_LAYERS = /^(Flatten|Dropout\d*d?|Identity|Unflatten|Squeeze)$/;
const MAX_DEPTH = 16;

/** What is below an activation: its last linear layer, and a ReLU between both. */
const below = (inside: TorchEnd | null): Pick<TorchEnd, 'units' | 'rectified'> => {
  const rectified = inside?.ending === 'relu' ? inside.at : inside?.rectified;
  return { units: inside?.units ?? null, ...(rectified && { rectified }) };
};

export class Endings {
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  /** The last activation of an expression that has the outputs of a net. Null if it is not known. */
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
    const of = net && torchClassOf(this.#script, net);
    const forward = of && torchMethodOf(this.#script, of, 'forward');
    const [only, ...others] = forward ? liveReturns(this.#script, forward, whole) : [];
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
    if (callee.type === 'call') return this.ofNet(callee, depth + 1, node);
    const object = callee.type === 'attribute' ? callee.field('object') : null;
    // Not `torch.sigmoid(x).squeeze`, which is a method of what the function gives.
    const free = /^(torch|F|nn|functional)(\.\w+)*$/.test(call.name);
    const value = free ? (call.positional[0] ?? call.keywords.get('input')) : object;
    const ending = ENDINGS[call.last];
    if (ending && call.last === call.last.toLowerCase() && value && !/^self$/.test(value.text)) {
      const axis = ending.includes('softmax') ? numberOf(script, argument(call, ['dim', 'axis'], free ? 1 : 0)) : null;
      return { ending, at: node, axis, ...below(this.of(value, depth + 1)) };
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
    const forward = of && !netCall(script, own!) ? torchMethodOf(script, of, 'forward') : null;
    if (forward) return this.ofForward(forward, depth + 1, node);
    const end = this.ofNet(own ?? callee, depth + 1, node);
    // A layer such as `self.softmax` has the outputs of what it is applied to.
    const [input] = call.positional;
    const made = netCall(script, own ?? callee);
    const layer = end && end.ending !== 'none' && end.ending !== 'detached' && !end.units && !made?.local;
    // Where the layer is applied is what has to change, unless it is made with the wrong axis.
    const at = end?.axis === 0 ? end.at : node;
    return layer && input ? { ...end, at, ...below(this.of(input, depth + 1)) } : end;
  }

  /**
   * What a layer or a whole net ends with.
   * @param used the call that applies it
   */
  ofNet(node: SyntaxNode, depth = 0, used: SyntaxNode | null = null): TorchEnd | null {
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
    const of = torchClassOf(script, call);
    const forward = of && torchMethodOf(script, of, 'forward');
    return forward ? this.ofForward(forward, depth + 1, used) : null;
  }

  #ofSequence(call: Call, depth: number): TorchEnd | null {
    const layers = sequenceElements(this.#script, call);
    if (layers.length === 0 || layers.some((one) => one.type === 'list_splat')) return null;
    let end: TorchEnd | null = null;
    for (const layer of layers.toReversed()) {
      const made = netCall(this.#script, layer);
      if (!made) return null;
      if (SILENT_LAYERS.test(made.last)) continue;
      const found: TorchEnd | null = this.ofNet(layer, depth + 1);
      end = end === null ? found : Object.assign({}, end, below(found));
      // Below a ReLU that is itself below an activation, there is the layer with the units.
      if (!end || end.units || end.ending === 'none' || (found?.ending ?? 'none') === 'none') return end;
    }
    return end;
  }

  ofForward(forward: SyntaxNode, depth = 0, used: SyntaxNode | null = null): TorchEnd | null {
    const ends = liveReturns(this.#script, forward, used).map((one) => this.of(one, depth + 1));
    const last = ends.at(-1);
    return last && ends.every((one) => one?.ending === last.ending) ? last : null;
  }

  /** What the only net of a script ends with, for scripts that do not show how it is used. */
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
