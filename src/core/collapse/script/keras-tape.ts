/** Reads a training loop of TensorFlow that is written by hand with GradientTape. */
import { reportFault, reportFieldFault, recordRead, type Draft } from './draft';
import { trainableSettings } from './keras-frozen';
import { tapedPart, type KerasNet } from './keras-net';
import {
  argumentsOf,
  descendants,
  lastPart,
  loopCount,
  nameOf,
  type Call,
  type Script,
  type SyntaxNode,
} from './syntax';

/** Methods of optimizers that change weights. */
const APPLIES = /^(apply_gradients|apply|minimize|assign_sub|assign_add)$/;

const CHANGES_IN_TRAINING = /^(BatchNormalization|Dropout|SpatialDropout2D|GaussianNoise)$/;

/** `model(x, training=False)` under the tape. A pretrained base is often run so on purpose. */
function readMode(script: Script, draft: Draft): void {
  if (!script.calls.some(({ last }) => CHANGES_IN_TRAINING.test(last))) return;
  if (script.calls.some(({ name }) => /\bapplications\b|\bhub\b/.test(name))) return;
  const tapes = descendants(script.root, 'with_statement').filter((one) =>
    /^with[^:\n]*\bGradientTape\(/.test(one.text),
  );
  const off = tapes
    .flatMap((tape) => descendants(tape, 'call'))
    .find((call) => {
      const training = argumentsOf(call).keywords.get('training');
      return (
        training?.text === 'False' && /^(self|self\.model|model|net|network)$/.test(call.field('function')?.text ?? '')
      );
    });
  if (!off) return;
  reportFault(draft, off.line, {
    rule: 'trained-in-eval-mode',
    severity: 'warning',
    sentence:
      'The net is called with training=False while it is trained: dropout is off, and the batch norm statistics do not adapt to your images.',
    remedy: 'Call it with training=True inside the GradientTape, and with training=False for validation.',
  });
}

/** Calls whose result has no gradient, and a loss that is computed from them alone. */
const WITHOUT_GRADIENT = /^(argmax|argmin|round|rint|sign|equal|not_equal|greater|less)$/;

/** A loss that counts decisions: `reduce_mean(cast(argmax(out) != y))`. */
function readCut(script: Script, draft: Draft, loss: SyntaxNode): void {
  const end = script.resolve(loss);
  const names = (end.type === 'call' ? [end, ...descendants(end, 'call')] : []).map((one) =>
    lastPart(nameOf(one.field('function'))),
  );
  if (!names.some((name) => WITHOUT_GRADIENT.test(name))) return;
  if (names.some((name) => /loss|entropy|error|square|abs|mse|log/i.test(name))) return;
  reportFieldFault(draft, 'updates', 'none', end, {
    rule: 'loss-of-decisions',
    replaces: ['no-updates'],
    sentence: 'The loss counts decisions of the net, which have no gradient: the weights cannot learn from it.',
    remedy: 'Compute a cross-entropy from the outputs of the net, and use the number of right decisions as a metric.',
  });
}

/** A loss of Keras that gets the outputs of the net in place of the labels, and the labels as outputs. */
function readSwapped(script: Script, draft: Draft, net: KerasNet, loss: SyntaxNode): void {
  const call = script.callAt(script.resolve(loss));
  const callee = call?.node.field('function');
  const made = callee && script.callAt(script.resolve(callee));
  const [first, second] = call?.positional ?? [];
  if (!call || !first || !second || !/crossentropy$/i.test(made?.last ?? call.last)) return;
  const isOutput = (node: SyntaxNode): boolean => {
    const end = script.resolve(node);
    const applied = end.type === 'call' ? end.field('function') : null;
    return applied !== null && net.model !== null && script.resolve(applied) === net.model;
  };
  if (!isOutput(first) || isOutput(second)) return;
  reportFault(draft, call.line, {
    rule: 'labels-as-outputs',
    severity: 'error',
    sentence: `${made?.last ?? call.last} takes the labels first and the outputs second. Here it gets the outputs as labels, so its gradients do not lead to the labels.`,
    remedy: `Write ${callee!.text}(${second.text}, ${first.text}).`,
  });
}

/** Gradients of a part of the net that is frozen, such as the base below a new last layer. */
function readFrozenPart(script: Script, draft: Draft, net: KerasNet, gradient: Call): void {
  const part = tapedPart(script);
  if (!part || part === net.model) return;
  const set = trainableSettings(script).filter(({ object }) => script.resolve(object) === part);
  const last = set.at(-1);
  if (!last || set.some(({ value }) => value !== false)) return;
  reportFieldFault(draft, 'updates', 'none', gradient.node, {
    rule: 'frozen-in-optimizer',
    replaces: ['no-updates', 'base-at-full-rate'],
    sentence: `The gradients are those of layers that are frozen in line ${last.node.line}: the layers after them are never trained.`,
    remedy: 'Compute the gradients of the whole net: tape.gradient(loss, model.trainable_variables).',
  });
}

/** The net whose weights `net.trainable_variables` are; null if it is not known. */
function ownerOf(script: Script, node: SyntaxNode): SyntaxNode | null {
  const weights = script.resolve(node);
  const isWeights = /^(trainable_)?(variables|weights)$/.test(weights.field('attribute')?.text ?? '');
  const object = isWeights ? weights.field('object') : null;
  const made = object && script.resolve(object);
  return made?.type === 'call' ? made : null;
}

/** Gradients of one net that are applied to the weights of another one. */
function readOtherWeights(script: Script, draft: Draft): void {
  for (const apply of script.calls.filter(({ last }) => last === 'apply_gradients')) {
    const pairs = apply.positional[0] && script.callAt(script.resolve(apply.positional[0]));
    const [gradients, weights] = pairs?.last === 'zip' ? pairs.positional : [];
    if (!gradients || !weights) continue;
    const from = script.origins(gradients);
    const computed = script.calls.filter((call) => call.last === 'gradient' && from.has(call.node));
    const sources = computed[0]?.positional[1];
    const [ours, theirs] = [sources && ownerOf(script, sources), ownerOf(script, weights)];
    if (computed.length > 1 || !sources || !ours || !theirs || ours === theirs) continue;
    // One may be a part of the other, with the same weights.
    if (script.origins(ours).has(theirs) || script.origins(theirs).has(ours)) continue;
    reportFault(draft, apply.line, {
      rule: 'gradients-to-another-net',
      severity: 'error',
      sentence: `The gradients are those of the net of line ${ours.line}, but they are applied to the weights of the net of line ${theirs.line}: the net that is trained never changes (or TensorFlow stops, if the shapes differ).`,
      remedy: `Write zip(${gradients.text}, ${sources.text}).`,
    });
  }
}

export function readTape(script: Script, draft: Draft, net: KerasNet): void {
  const { fit } = net;
  const gradients = script.calls.filter(
    (call) => call.last === 'gradient' && call.positional.length > 1 && /tape/i.test(call.node.text),
  );
  const [first] = gradients;
  if (!first) return;
  const applied = script.calls.filter((call) => APPLIES.test(call.last));
  const loops = [...applied, ...gradients].flatMap((call) => {
    const around = script.where(call.node)?.loops ?? [];
    return around.length > 1 ? around.slice(0, -1) : around;
  });
  const epochs = loops.findLast((loop) => loopCount(loop, script.constant) !== null);
  const count = epochs ? loopCount(epochs, script.constant) : null;
  if (!fit && epochs && count !== null && count >= 1) recordRead(draft, 'epochs', Math.round(count), epochs);
  readMode(script, draft);
  readFrozenPart(script, draft, net, first);
  readCut(script, draft, first.positional[0]!);
  readSwapped(script, draft, net, first.positional[0]!);
  readOtherWeights(script, draft);
  const trains = gradients.find((call) =>
    /trainable_(variables|weights)/.test(script.resolve(call.positional[1]!).text),
  );
  // A step of the script itself is followed; one of a library may apply the gradients.
  const elsewhere = script.calls.some((call) => !call.local && /^(step|update)$/.test(call.last));
  if (!trains || applied.length > 0 || elsewhere) return;
  reportFieldFault(draft, 'updates', 'none', trains.node, {
    rule: 'never-updated',
    replaces: ['no-updates'],
    sentence: 'The gradients are computed, but never applied: the weights never change.',
    remedy: 'Call optimizer.apply_gradients(zip(gradients, model.trainable_variables)) after tape.gradient().',
  });
}
