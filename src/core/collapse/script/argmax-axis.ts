/** Finds decisions over the images of a batch instead of over the classes: `argmax(outputs, axis=0)`. */
import { argument, reportFault, type Draft } from './draft';
import type { Call, Script, SyntaxNode } from './syntax';

/** Functions and methods that keep images and classes where they are. */
const SAME_AXES = /^(numpy|cpu|detach|array|asarray|softmax|log_softmax|sigmoid|exp|round|float|cuda|to)$/;
const PREDICTS = /^predict(_generator)?$/;
const MAX_DEPTH = 8;

const objectOf = ({ node }: Call): SyntaxNode | null => node.field('function')?.field('object') ?? null;
/** Not `F.softmax(x).argmax`, which is a method of what the function gives. */
const isFunction = (call: Call): boolean => /^(np|numpy|tf|tensorflow|torch|jnp|F|nn|K)(\.\w+)*$/.test(call.name);

/**
 * Whether a value is the whole output of a net for a batch, with a row for each image.
 * @param isNet whether what is called is a net
 */
function isBatch(script: Script, node: SyntaxNode, isNet: (callee: SyntaxNode) => boolean, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false;
  const end = script.resolve(node);
  const object = end.type === 'attribute' && end.field('attribute')?.text === 'data' ? end.field('object') : null;
  if (object) return isBatch(script, object, isNet, depth + 1);
  const call = script.callAt(end);
  const callee = end.type === 'call' ? end.field('function') : null;
  if (!call || !callee || call.local) return false;
  if (PREDICTS.test(call.last)) {
    const of = objectOf(call);
    const maker = of && script.callAt(script.resolve(of));
    return maker !== undefined && maker !== null && /^(Sequential|Model|load_model|\w*Model)$/.test(maker.last);
  }
  if (SAME_AXES.test(call.last)) {
    const inner = isFunction(call) ? call.positional[0] : objectOf(call);
    return inner !== undefined && inner !== null && isBatch(script, inner, isNet, depth + 1);
  }
  const [input] = call.positional;
  if (!input || !/^(identifier|attribute)$/.test(callee.type) || !isNet(callee)) return false;
  const from = script.origins(input);
  return script.calls.some((one) => from.has(one.node) && /^(DataLoader|unsqueeze)$/.test(one.last));
}

/** @param isNet whether what is called is the net; null in Keras, where `predict` is called, and arrays have no indices */
export function readArgmax(script: Script, draft: Draft, isNet: ((callee: SyntaxNode) => boolean) | null): void {
  for (const call of script.calls) {
    const free = isFunction(call);
    const tensors = isNet !== null && call.last === 'max' && (!free || call.name.startsWith('torch.'));
    if (call.local || !(call.last === 'argmax' || tensors)) continue;
    const axis = argument(call, ['axis', 'dim'], free ? 1 : 0);
    const value = free ? call.positional[0] : objectOf(call);
    if (!axis || !value || script.constant(axis) !== 0 || !isBatch(script, value, isNet ?? (() => false))) continue;
    reportFault(draft, call.line, {
      rule: 'decided-over-images',
      severity: 'error',
      sentence: `${call.last} over axis 0 picks an image for each class, not a class for each image: the predictions, and what is computed from them, are wrong.`,
      remedy: 'Use axis 1.',
    });
  }
}
