/** Finds a softmax over the images of a batch in a loss that a PyTorch script writes itself. */
import { argument, numberOf } from './draft';
import { netCall, returnedBy, torchClassOf, torchMethodOf, usedNet } from './pytorch-net';
import { objectOf, type TorchRun } from './pytorch-run';
import { descendants, type Call, type Script, type SyntaxNode } from './syntax';

const SOFTMAX = /^(log_)?softmax$/;

interface OwnSoftmax {
  readonly call: Call;
  readonly value: SyntaxNode;
  readonly axis: number | null;
}

function softmaxOf(script: Script, call: Call): OwnSoftmax[] {
  if (!SOFTMAX.test(call.last) || call.local) return [];
  const free = /^(torch|F|nn|functional)(\.\w+)*$/.test(call.name);
  const value = free ? (call.positional[0] ?? call.keywords.get('input')) : objectOf(call);
  return value ? [{ call, value, axis: numberOf(script, argument(call, ['dim', 'axis'], free ? 1 : 0)) }] : [];
}

/** Whether a value is the whole output of a net of the loop: a row for each image, and nothing turned or left out. */
function isNetOutput(script: Script, value: SyntaxNode, run: TorchRun): boolean {
  const made = script.callAt(script.resolve(value));
  const callee = made?.node.field('function');
  const net = callee && usedNet(script, callee);
  if (!made || !net || !run.loop || !script.where(made.node)?.loops.includes(run.loop)) return false;
  // A loss is called like a net, but with the labels too.
  const of = torchClassOf(script, net);
  return (!net.local || (of !== null && torchMethodOf(script, of, 'forward') !== null)) && made.positional.length === 1;
}

/** The softmaxes in what `forward` of a loss gives back, of the outputs that the loss is called with. */
function softmaxesInside(script: Script, call: Call): OwnSoftmax[] {
  const callee = call.node.field('function');
  const made = callee?.type === 'identifier' || callee?.type === 'attribute' ? netCall(script, callee) : null;
  const of = made?.local ? torchClassOf(script, made) : null;
  const forward = of && torchMethodOf(script, of, 'forward');
  // A net has one input, a loss also the labels.
  if (!forward || call.positional.length < 2) return [];
  const [, ...parameters] = (forward.field('parameters')?.children ?? []).map((one) => (one.field('name') ?? one).text);
  const changed = descendants(forward, 'assignment').map((one) => one.field('left')?.text);
  const nodes = returnedBy(forward).map((one) => script.origins(one));
  return script.calls
    .filter(({ node }) => nodes.some((one) => one.has(node)))
    .flatMap((one) => softmaxOf(script, one))
    .flatMap((one) => {
      const given = changed.includes(one.value.text) ? undefined : call.positional[parameters.indexOf(one.value.text)];
      return given ? [{ ...one, value: given }] : [];
    });
}

/** The first softmax of a trained loss that compares the images of a batch with each other, and nothing else. */
export function softmaxOverBatch(script: Script, run: TorchRun): Call | null {
  const nodes = run.backward.map((call) => script.origins(objectOf(call)!));
  const trained = script.calls
    .filter(({ node }) => nodes.some((one) => one.has(node)))
    .flatMap((call) => [...softmaxOf(script, call), ...softmaxesInside(script, call)])
    .filter(({ value }) => isNetOutput(script, value, run));
  // Losses that compare images with texts, for example, take the softmax over both.
  const known = run.losses.some(({ call }) => nodes.some((one) => one.has(call.node)));
  return !known && trained.every(({ axis }) => axis === 0) ? (trained[0]?.call ?? null) : null;
}
