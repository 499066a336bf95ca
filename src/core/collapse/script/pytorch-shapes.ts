/** Outputs of one unit that meet labels without that axis: (N, 1) against (N). */
import { reportFault, type Draft } from './draft';
import { Endings } from './pytorch-ending';
import { isBackbone, netCall, newHead, returnedBy, sequenceElements, torchClassOf, torchMethodOf } from './pytorch-net';
import type { LossUse, TorchRun } from './pytorch-run';
import type { Call, Script, SyntaxNode } from './syntax';

/** What changes neither the shape nor which image a value belongs to. */
const SAME_SHAPE = /^(sigmoid|sigmoid_|tanh|float|double|half|to|cuda|cpu|type|clone|contiguous)$/;
/** Data sets whose labels are one number for each image. */
const NUMBERED = /^(ImageFolder|DatasetFolder|CIFAR10|CIFAR100|MNIST|FashionMNIST|KMNIST|STL10|SVHN)$/;
const FLAT_LAYERS = /^(Linear|LazyLinear|Sigmoid|Tanh|Dropout)$/;
const MAX_DEPTH = 12;

/** What a method or a function of torch is applied to; null for other calls. */
function appliedTo({ name, last, positional }: Call, node: SyntaxNode): SyntaxNode | null {
  if (!SAME_SHAPE.test(last)) return null;
  const free = /^(torch|F|nn\.functional|functional)(\.\w+)*$/.test(name);
  return (free ? positional[0] : node.field('function')?.field('object')) ?? null;
}

/** Whether a layer or net gives one axis of units after that of the batch. */
function hasUnitAxis(script: Script, net: Call, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  if (!net.local && FLAT_LAYERS.test(net.last)) return true;
  if (!net.local && net.last === 'Sequential') {
    const last = sequenceElements(script, net).at(-1);
    const made = last && netCall(script, last);
    return made ? hasUnitAxis(script, made, depth + 1) : false;
  }
  if (isBackbone(net)) {
    const head = newHead(script, net);
    const made = head && netCall(script, head);
    return made ? hasUnitAxis(script, made, depth + 1) : false;
  }
  const of = torchClassOf(script, net);
  const forward = of && torchMethodOf(script, of, 'forward');
  const returned = forward ? returnedBy(forward) : [];
  return returned.length > 0 && returned.every((one) => keepsUnitAxis(script, one, depth + 1));
}

/** Whether an expression has the outputs of a net in their own shape. */
function keepsUnitAxis(script: Script, node: SyntaxNode, depth = 0): boolean {
  const end = script.resolve(node);
  const call = end.type === 'call' ? script.callAt(end) : undefined;
  if (!call || depth > MAX_DEPTH) return false;
  const inner = appliedTo(call, end);
  if (inner) return keepsUnitAxis(script, inner, depth + 1);
  const callee = end.field('function');
  const made = callee && netCall(script, callee);
  return made ? hasUnitAxis(script, made, depth + 1) : false;
}

/** Whether an expression has the labels of a loader as it gives them, one number for each image. */
function areNumbers(script: Script, node: SyntaxNode, depth = 0): boolean {
  const end = script.resolve(node);
  const call = end.type === 'call' ? script.callAt(end) : undefined;
  if (depth > MAX_DEPTH) return false;
  const inner = call && appliedTo(call, end);
  if (inner) return areNumbers(script, inner, depth + 1);
  if (end.type !== 'identifier') return false;
  const from = script.origins(end);
  const calls = script.calls.filter(({ node: one }) => from.has(one));
  const made = calls.filter(({ last, local }) => !local && NUMBERED.test(last));
  const changed = calls.some(
    ({ local, keywords }) => local || keywords.has('collate_fn') || keywords.has('target_transform'),
  );
  return calls.some(({ last }) => last === 'DataLoader') && made.length > 0 && !changed;
}

/** Where the labels of a squared error would be compared with the outputs of all images of the batch. */
export function broadcastLoss(script: Script, { losses }: TorchRun): LossUse | undefined {
  const endings = new Endings(script);
  return losses.find(
    ({ loss, outputs, targets }) =>
      loss === 'mean-squared-error' &&
      outputs &&
      targets &&
      endings.of(outputs)?.units?.count === 1 &&
      keepsUnitAxis(script, outputs) &&
      areNumbers(script, targets),
  );
}

/** PyTorch only warns of it, and the net learns to give every image the mean of the labels. */
export function readTorchShapes(script: Script, draft: Draft, run: TorchRun): void {
  const use = run.manager ? undefined : broadcastLoss(script, run);
  if (!use) return;
  reportFault(draft, use.call.line, {
    rule: 'broadcast-labels',
    severity: 'error',
    sentence: `The outputs have the shape (N, 1) and the labels (N), so ${use.maker.last} compares each output with the labels of all images of the batch: the net learns to give every image the same value.`,
    remedy: `Give the loss ${use.outputs!.text.split('\n')[0]!.slice(0, 60)}.squeeze(1).`,
    fields: [],
  });
}
