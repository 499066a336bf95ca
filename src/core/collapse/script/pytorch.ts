/** Reads all choices of a recipe from a PyTorch script, and its faults. */
import { PlumblineError } from '../../../contract/errors';
import { readArgmax } from './argmax-axis';
import { recordDefault, countOf, note, recordRead, type Draft } from './draft';
import { readUnusedHead } from './pytorch-head';
import { notRead } from './other-framework';
import { readTorchInput } from './pytorch-input';
import { readTorchLoop } from './pytorch-loop';
import { readLoopScaling } from './pytorch-loop-scaling';
import { readTorchModel } from './pytorch-model';
import { torchClassOf, torchMethodOf, usedNet } from './pytorch-net';
import { readTorchOptimizer } from './pytorch-optimizer';
import { readTorchOutput } from './pytorch-output';
import { readOtherNet } from './pytorch-other-net';
import { readTorchPredictions } from './pytorch-predictions';
import { readTorchShapes } from './pytorch-shapes';
import { readTorchParameters } from './pytorch-parameters';
import { isInside, isOfKeras, torchRun, type TorchRun } from './pytorch-run';
import { descendants, loopCount, type Call, type Script, type SyntaxNode } from './syntax';

/** The module of the script that a layer is a part of, the outermost; the layer itself if there is none. */
function wholeNet(script: Script, layer: Call): Call {
  if (!/^(torch\.)?nn\.\w+$/.test(layer.name)) return layer;
  const around = script.calls.filter((call) => {
    const of = call.node === layer.node ? null : torchClassOf(script, call);
    return of && torchMethodOf(script, of, 'forward') && script.origins(call.node).has(layer.node);
  });
  const outermost = around.find((call) => around.every((one) => script.origins(call.node).has(one.node)));
  return outermost ?? layer;
}

/** The nets whose outputs a loss gets. A function that makes the same net again at each call makes one. */
function trainedNets(script: Script, { losses }: TorchRun): Call[] {
  const nets = losses.flatMap(({ outputs }): Call[] => {
    const find = (node: SyntaxNode, depth = 0): Call | null => {
      const known = script.resolve(node);
      const end = known === node ? (script.unpacked(node)?.whole ?? node) : known;
      const callee = end.type === 'call' ? end.field('function') : null;
      if (!callee || depth > 8) return null;
      const made = callee.type === 'identifier' || callee.type === 'attribute' ? usedNet(script, callee) : null;
      if (made) return wholeNet(script, made);
      const inner = [callee.field('object'), ...(end.field('arguments')?.children ?? [])];
      return inner.reduce<Call | null>((found, one) => found ?? (one ? find(one, depth + 1) : null), null);
    };
    const found = outputs && find(outputs);
    return found ? [found] : [];
  });
  return nets.filter((net, i) => nets.findIndex((one) => one.node.start === net.node.start) === i);
}

/** Whether the script itself calls the function around a node. A framework or another file may call it many times. */
function isCalled(script: Script, node: SyntaxNode): boolean {
  const around = descendants(script.root, 'function_definition').findLast((one) => isInside(one, node));
  const name = around?.field('name')?.text;
  return name === undefined || script.calls.some((call) => call.local && call.last === name);
}

function readEpochs(script: Script, draft: Draft, { backward, manager }: TorchRun): void {
  const around = backward.map((call) => script.where(call.node)?.loops ?? []);
  const loops = around.flat();
  // The loop over the batches is the innermost. Around it are the loop over the epochs, and sometimes one over folds.
  const outer = around.flatMap((one) => (one.length > 1 ? one.slice(0, -1) : one));
  const counted = outer.findLast((loop) => loopCount(loop, script.constant) !== null);
  const epochs = counted ? loopCount(counted, script.constant) : null;
  const named = script
    .nodes('assignment')
    .find(
      (one) =>
        /^(n_?|num_?|max_?)?epochs?$/i.test(one.field('left')?.text ?? '') && countOf(script, one.field('right')),
    );
  const whole = named ? countOf(script, named.field('right')) : null;
  const trainer = manager ? script.calls.find((call) => call.keywords.has('max_epochs')) : undefined;
  const managed = trainer ? countOf(script, trainer.keywords.get('max_epochs')!) : null;
  if (counted && epochs !== null && epochs >= 1) recordRead(draft, 'epochs', Math.round(epochs), counted);
  else if (trainer && managed) recordRead(draft, 'epochs', managed, trainer.node);
  else if (named && whole !== null) recordRead(draft, 'epochs', whole, named);
  // With two loops, the outer one is that of the epochs, but their number cannot be read.
  else if (loops.length === 1 && isCalled(script, loops[0]!))
    recordDefault(draft, 'epochs', 1, 'the training loop runs over the data once', loops[0]!.line);
}

/**
 * @param classes of what the script trains on; null if they are not known
 * @throws PlumblineError `bad-script` if a framework trains the net that is not read
 */
export function readTorch(script: Script, draft: Draft, classes: number | null): void {
  const run = torchRun(script);
  if (run.manager && !run.manager.read && run.backward.length === 0)
    throw new PlumblineError('bad-script', notRead(run.manager.name));
  if (run.manager)
    note(
      draft,
      run.manager.read
        ? `${run.manager.name} ${run.manager.does ?? 'runs the training loop'} of this script, so only its net, loss, optimizer and loaders are read.`
        : `This script uses ${run.manager.name}, which is not read: only what it trains with PyTorch itself is judged.`,
    );
  const keras = script.calls.find((call) => isOfKeras(call) && /\.(layers|applications)\./.test(call.name));
  if (keras && run.backward.length > 0)
    note(
      draft,
      'The net has layers of Keras, but a loop of PyTorch trains it: only the loop and its loaders are judged.',
      keras.line,
    );
  const [net = null, ...others] = trainedNets(script, run);
  for (const other of others)
    note(
      draft,
      `The script trains several nets. The one that is made here is read only as far as its last layer and its loss; the choices are those of the net of line ${net!.line}.`,
      other.line,
    );
  readTorchModel(script, draft, run, net);
  readTorchOutput(script, draft, run, classes);
  readTorchShapes(script, draft, run);
  readTorchOptimizer(script, draft, run);
  readEpochs(script, draft, run);
  readTorchInput(script, draft, run, net);
  readLoopScaling(script, draft, run, net);
  readTorchParameters(script, draft, run, net);
  readOtherNet(script, draft, run, net);
  readUnusedHead(script, draft);
  readTorchPredictions(script, draft);
  readTorchLoop(script, draft, run, net);
  readArgmax(script, draft, (callee) => net !== null && usedNet(script, callee)?.node.start === net.node.start);
}
