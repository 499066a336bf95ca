/** Finds the net of a PyTorch script: the call that made it, its class, and its new head. */
import type { Call, Script, SyntaxNode } from './syntax';

export const TORCH_BACKBONES =
  /^(resnet|resnext|vgg|alexnet|densenet|mobilenet|efficientnet|inception|squeezenet|convnext|regnet|shufflenet|mnasnet|vit_|swin|maxvit|wide_resnet|googlenet)/;

/** Methods of nets that return the net. */
const SAME_NET = /^(to|cuda|cpu|train|eval|float|double|half|bfloat16|requires_grad_|apply)$/;
const WRAPPERS = /^(DataParallel|DistributedDataParallel|DDP|compile|script|prepare|setup|convert_sync_batchnorm)$/;
/** What the attribute of a last layer is called. */
export const HEADS = /^(fc|classifier|head|heads|_fc|last_linear|output|linear|out)$/;
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

/**
 * The call that made the net of a call such as `net(x)` or `net.forward(x)`.
 * @param callee what is called: `net` or `net.forward`
 */
export function usedNet(script: Script, callee: SyntaxNode): Call | null {
  const object = callee.field('object');
  return netCall(script, object && callee.field('attribute')?.text === 'forward' ? object : callee);
}

/** The class of the script that a call makes an object of. */
export function torchClassOf(script: Script, call: Call): SyntaxNode | null {
  const callee = call.node.field('function');
  const made = callee && script.resolve(callee);
  return made?.type === 'class_definition' ? made : null;
}

/** A method of a class, or of the base classes that the script defines. */
export function torchMethodOf(script: Script, of: SyntaxNode, name: string, depth = 0): SyntaxNode | null {
  const own = (of.field('body')?.children ?? [])
    .map((one) => (one.type === 'decorated_definition' ? (one.field('definition') ?? one) : one))
    .find((one) => one.type === 'function_definition' && one.field('name')?.text === name);
  if (own || depth > 5) return own ?? null;
  for (const base of of.field('superclasses')?.children ?? []) {
    const known = script.resolve(base);
    const found = known.type === 'class_definition' ? torchMethodOf(script, known, name, depth + 1) : null;
    if (found) return found;
  }
  return null;
}

/** Whether a call makes a net that is a library's, or an object of a class of the script with a `forward`. */
export function isWholeNet(script: Script, call: Call): boolean {
  const of = torchClassOf(script, call);
  return isBackbone(call) || (of !== null && torchMethodOf(script, of, 'forward') !== null);
}

/** What the `return` statements of a function return, without those of functions inside it. */
export function returnedBy(node: SyntaxNode): SyntaxNode[] {
  return node.children.flatMap((child) =>
    child.type === 'function_definition' || child.type === 'lambda'
      ? []
      : child.type === 'return_statement'
        ? child.children.slice(0, 1)
        : returnedBy(child),
  );
}

/** The layers that a `Sequential` is made of. */
export function sequenceElements(script: Script, call: Call): SyntaxNode[] {
  const [first] = call.positional;
  const list = first && call.positional.length === 1 ? script.resolve(first) : null;
  const inner = list?.type === 'call' ? script.callAt(list) : null;
  if (inner?.last === 'OrderedDict') return sequenceElements(script, inner);
  const open = list?.type === 'list' || list?.type === 'dictionary' ? list.children : call.positional;
  return open.map((one) => (one.type === 'tuple' ? one.children.at(-1)! : (one.field('value') ?? one)));
}

/** The module that was put in place of the head of a net: `net.fc = …`, `net.classifier[6] = …`. */
export function newHead(script: Script, net: Call): SyntaxNode | null {
  const assigned = script.nodes('assignment').filter((one) => {
    const left = one.field('left');
    const place = left?.type === 'subscript' ? left.field('value') : left;
    const object = place?.type === 'attribute' ? place.field('object') : null;
    return object && HEADS.test(place!.field('attribute')!.text) && netCall(script, object)?.node === net.node;
  });
  return assigned.at(-1)?.field('right') ?? null;
}

/** The net of a library that a net is or contains. */
export function baseWithin(script: Script, net: Call | null): Call | undefined {
  if (net && isBackbone(net)) return net;
  const parts = net ? script.origins(net.node) : null;
  return script.calls.find((call) => isBackbone(call) && parts?.has(call.node));
}
