/** Reads in which mode a PyTorch net validates and predicts. */
import type { Normalization } from '../interventions/index';
import { argument, recordDefault, recordRead, reportFault, type Draft } from './draft';
import { baseWithin, usedNet } from './pytorch-net';
import { objectOf, type TorchRun } from './pytorch-run';
import type { Call, Script, SyntaxNode } from './syntax';

/** `for phase in ['train', 'val']`: one loop for training and validation. */
const isPhases = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.some((one) => /^train/.test(String(one))) &&
  value.some((one) => /^(val|test)/.test(String(one)));

/** The mode of the net in validation and prediction, from calls of the net outside of the training step. */
function readMode(
  script: Script,
  run: TorchRun,
  net: Call | null,
  depends: boolean,
): { mode: 'predict' | 'train'; at: SyntaxNode } | null {
  const evaluated = script.calls.find(
    (call) =>
      objectOf(call) &&
      ((call.last === 'eval' && call.positional.length === 0) ||
        (call.last === 'train' &&
          script.constant(call.positional[0] ?? call.keywords.get('mode')) !== true &&
          (call.positional.length > 0 || call.keywords.has('mode')))),
  );
  if (evaluated) return { mode: 'predict', at: evaluated.node };
  if (!net || !depends || run.manager) return null;
  const phases = run.backward
    .flatMap((call) => script.where(call.node)?.loops ?? [])
    .find((loop) => isPhases(script.constant(loop.field('right'))));
  if (phases) return { mode: 'train', at: phases };
  const trained = run.losses.flatMap((one) => (one.outputs ? [script.origins(one.outputs)] : []));
  const [first] = run.backward;
  const from = first ? (script.where(first.node)?.at ?? 0) : Infinity;
  const used = script.calls.find((call) => {
    const callee = call.node.field('function');
    return (
      callee &&
      /^(identifier|attribute)$/.test(callee.type) &&
      usedNet(script, callee)?.node === net.node &&
      !trained.some((nodes) => nodes.has(call.node)) &&
      (script.where(call.node)?.at ?? -1) > from &&
      !(run.loop && script.where(call.node)?.loops.includes(run.loop))
    );
  });
  return used ? { mode: 'train', at: used.node } : null;
}

/** The name of a net of a library: `resnet18` of `timm.create_model('resnet18')`. */
function nameOfBase(script: Script, base: Call): string {
  if (!/^(create_model|get_model|load)$/.test(base.last)) return base.last;
  const given = script.constant(argument(base, ['model_name', 'name', 'model'], base.name.includes('hub') ? 1 : 0));
  return typeof given === 'string' ? given : 'the net';
}

const WITH_BATCH_NORM =
  /^(tf_|se|eca|sk|wide_)?(resnet|resnext|resnetv2|densenet|mobilenet|efficientnet|inception|regnet|shufflenet|mnasnet|googlenet|xception|rexnet|hrnet|vgg\d+_bn)/;
const WITH_DROPOUT = /^(vgg|alexnet|squeezenet)/;

/** A net of a library whose outputs are different in training mode. Others are judged by their layers. */
function judgeBase(script: Script, draft: Draft, base: Call, at: SyntaxNode): void {
  const name = nameOfBase(script, base);
  const effect = WITH_BATCH_NORM.test(name)
    ? 'batch norm uses the statistics of each batch, which can contain a single class or image'
    : WITH_DROPOUT.test(name)
      ? 'dropout stays on, so the same image gets different outputs'
      : null;
  if (effect === null) return;
  reportFault(draft, at.line, {
    rule: 'prediction-in-training-mode',
    severity: 'warning',
    sentence: `${name} predicts in training mode: ${effect}.`,
    remedy: 'Call model.eval() before predicting.',
    fields: ['prediction'],
  });
}

/** @param differs the scaling of the images that are predicted, if it is not that of the training */
export function readPredictionMode(
  script: Script,
  draft: Draft,
  run: TorchRun,
  net: Call | null,
  differs: { readonly normalization: Normalization | null; readonly at: SyntaxNode } | null,
): void {
  const base = baseWithin(script, net);
  const depends = base !== undefined || draft.recipe.batchNorm === true || (draft.recipe.dropout?.rate ?? 0) > 0;
  const mode = readMode(script, run, net, depends);
  if (differs)
    recordRead(
      draft,
      'prediction',
      { normalization: differs.normalization!, mode: mode?.mode ?? 'predict' },
      differs.at,
    );
  else if (mode?.mode === 'train') {
    recordDefault(
      draft,
      'prediction',
      { normalization: 'same', mode: 'train' },
      'model.eval() is never called',
      mode.at.line,
    );
    if (base) judgeBase(script, draft, base, mode.at);
  } else if (mode) recordRead(draft, 'prediction', { normalization: 'same', mode: mode.mode }, mode.at);
}
