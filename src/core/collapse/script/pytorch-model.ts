/**
 * Reads the layers of a PyTorch script: architecture, activations, batch normalization, dropout, initialization, and
 * the end of forward().
 */
import type { Activation, Recipe } from '../interventions/index';
import { argument, byDefault, note, numberOf, told, type Draft } from './draft';
import { descendants, lastPart, type Call, type Script, type SyntaxNode } from './syntax';

const ACTIVATIONS: Record<string, Activation> = {
  ReLU: 'relu',
  relu: 'relu',
  relu_: 'relu',
  ReLU6: 'relu',
  GELU: 'relu',
  gelu: 'relu',
  SiLU: 'relu',
  silu: 'relu',
  LeakyReLU: 'leaky-relu',
  leaky_relu: 'leaky-relu',
  PReLU: 'leaky-relu',
  ELU: 'elu',
  elu: 'elu',
  SELU: 'elu',
  selu: 'elu',
  Tanh: 'tanh',
  tanh: 'tanh',
};
const BACKBONES =
  /^(resnet|vgg|alexnet|densenet|mobilenet|efficientnet|inception|squeezenet|convnext|regnet|shufflenet|create_model|wide_resnet|googlenet)/;

export type TorchEnding = 'none' | 'softmax' | 'log-softmax' | 'sigmoid';

const ENDINGS: Record<string, TorchEnding> = {
  softmax: 'softmax',
  Softmax: 'softmax',
  Softmax2d: 'softmax',
  log_softmax: 'log-softmax',
  LogSoftmax: 'log-softmax',
  sigmoid: 'sigmoid',
  Sigmoid: 'sigmoid',
  sigmoid_: 'sigmoid',
};

const of = (script: Script, pattern: RegExp): Call[] => script.calls.filter((call) => pattern.test(call.last));

/** The activation that an expression ends with, followed through variables, `self.head(…)` and nn.Sequential. */
function ending(script: Script, node: SyntaxNode, depth = 0): { ending: TorchEnding; at: SyntaxNode } {
  const none = { ending: 'none' as const, at: node };
  if (depth > 10) return none;
  if (node.type === 'identifier' || node.type === 'attribute') {
    const next = script.resolve(node);
    return next === node ? none : ending(script, next, depth + 1);
  }
  if (node.type !== 'call')
    return node.children.length > 0 && node.type === 'parenthesized_expression'
      ? ending(script, node.children[0]!, depth + 1)
      : none;
  const callee = node.field('function');
  const name = lastPart(callee?.text ?? '');
  const args = node.field('arguments')?.children ?? [];
  if (ENDINGS[name]) return { ending: ENDINGS[name], at: node };
  if (callee?.type === 'call') return ending(script, callee, depth + 1);
  if (name === 'Sequential' || name === 'OrderedDict') {
    const last = args.at(-1);
    const inner = last?.type === 'list' ? last.children.at(-1) : last;
    return inner ? ending(script, inner.type === 'tuple' ? (inner.children.at(-1) ?? inner) : inner, depth + 1) : none;
  }
  const held = callee?.type === 'attribute' && callee.text.startsWith('self.') ? script.resolve(callee) : null;
  return held && held !== callee ? ending(script, held, depth + 1) : none;
}

/** Whether dropout is applied to the output, after the last activation. */
const dropsLast = (script: Script, node: SyntaxNode): boolean => {
  const end = script.resolve(node);
  const callee = end.type === 'call' ? end.field('function') : null;
  const held = callee?.type === 'attribute' ? script.resolve(callee) : null;
  return /^(nn\.|F\.)?[dD]ropout/.test(held?.text ?? '') || /dropout$/.test(callee?.text ?? '');
};

/** The expression that the net returns: the last return of forward(), or the last Sequential if there is no class. */
function returned(script: Script): SyntaxNode | null {
  const forward = descendants(script.root, 'function_definition').findLast(
    (one) => one.field('name')?.text === 'forward',
  );
  const result = forward ? descendants(forward, 'return_statement').at(-1)?.children[0] : undefined;
  return result ?? of(script, /^Sequential$/).at(-1)?.node ?? null;
}

function readArchitecture(script: Script, draft: Draft, convolutions: readonly Call[], linear: readonly Call[]): void {
  const backbone = script.calls.find(
    (call) => BACKBONES.test(call.last) && /models|timm|torchvision/.test(call.name) && call.last !== 'models',
  );
  const count = (calls: readonly Call[]): number => calls.reduce((sum, call) => sum + call.repeats, 0);
  const [conv] = convolutions;
  const [first] = linear;
  if (backbone && !conv) {
    note(
      draft,
      `${backbone.last} takes too long to train in the lab. The lab uses a small net of its own instead, so depth and width are not judged.`,
      backbone.line,
    );
  } else if (conv)
    told(
      draft,
      'architecture',
      {
        kind: 'conv',
        layers: Math.min(60, count(convolutions)),
        width: Math.max(1, Math.min(1024, numberOf(script, argument(conv, ['out_channels'], 1)) ?? 32)),
      },
      conv.node,
    );
  else if (first && count(linear) > 1)
    told(
      draft,
      'architecture',
      {
        kind: 'dense',
        layers: Math.min(60, count(linear) - 1),
        width: Math.max(1, Math.min(1024, numberOf(script, argument(first, ['out_features'], 1)) ?? 64)),
      },
      first.node,
    );
  else if (first) told(draft, 'architecture', { kind: 'linear', layers: 0, width: 1 }, first.node);
  if (conv || (first && !backbone)) readHidden(script, draft, conv ?? first!);
}

function readHidden(script: Script, draft: Draft, first: Call): void {
  const hidden = script.calls.find((call) => call.last in ACTIVATIONS);
  const saturating = of(script, /^(Sigmoid|sigmoid)$/);
  if (hidden) told(draft, 'activation', ACTIVATIONS[hidden.last]!, hidden.node);
  else if (saturating.length > 1) told(draft, 'activation', 'sigmoid', saturating[0]!.node);
  else if (draft.recipe.architecture?.kind !== 'linear')
    byDefault(draft, 'activation', 'none', 'no activation between the layers', first.line);
  const [norm] = of(script, /^(Lazy)?BatchNorm[12]d$/);
  if (!norm) {
    byDefault(draft, 'batchNorm', false, 'no batch norm in the script');
    return;
  }
  told(draft, 'batchNorm', true, norm.node);
  const momentum = numberOf(script, argument(norm, ['momentum'], 2));
  if (momentum !== null && momentum > 0 && momentum <= 1)
    told(draft, 'batchNormMomentum', Math.min(0.99999, 1 - momentum), norm.node);
  else byDefault(draft, 'batchNormMomentum', 0.9, 'PyTorch keeps 0.9 of the old moving statistics per step', norm.line);
}

/**
 * The initialization that a call sets; null if it sets no weights. Biases are ignored, because zero is normal for them.
 */
function initOf(script: Script, call: Call): Recipe['init'] | null {
  const target = `${call.positional[0]?.text ?? ''} ${call.name}`;
  if (/bias/.test(target)) return null;
  const weights = /weight|init/.test(target);
  if (call.last === 'zeros_' || (call.last === 'zero_' && weights)) return 'zeros';
  if (call.last === 'constant_') return numberOf(script, argument(call, ['val'], 1)) === 0 ? 'zeros' : null;
  if (call.last === 'fill_') return weights && numberOf(script, argument(call, ['value'], 0)) === 0 ? 'zeros' : null;
  if (/^(kaiming|xavier|orthogonal)/.test(call.last)) return call.last.startsWith('kaiming') ? 'he' : 'glorot';
  if (call.last !== 'normal_' || !weights) return null;
  const std = numberOf(script, argument(call, ['std'], /init/.test(call.name) ? 2 : 1)) ?? 1;
  return std >= 0.5 ? 'large' : std <= 1e-3 ? 'small' : 'glorot';
}

function readInit(script: Script, draft: Draft, first: Call | undefined): void {
  for (const call of script.calls) {
    const init = initOf(script, call);
    if (!init) continue;
    told(draft, 'init', init, call.node);
    return;
  }
  if (first) byDefault(draft, 'init', 'he', 'PyTorch initializes with He uniform');
}

/**
 * Records what the layers say and returns the activation that the net's output ends with, to be judged with the loss.
 */
export function readTorchModel(
  script: Script,
  draft: Draft,
  classes: number,
): { ending: TorchEnding; at: SyntaxNode } | null {
  const convolutions = of(script, /^(Lazy)?Conv2d$/);
  const linear = of(script, /^(Lazy)?Linear$/);
  readArchitecture(script, draft, convolutions, linear);
  readInit(script, draft, convolutions[0] ?? linear[0]);
  const result = returned(script);
  const drops = of(script, /^Dropout(2d)?$|^dropout$/);
  const rates = drops
    .map((call) => ({ call, rate: numberOf(script, argument(call, ['p'], call.last === 'dropout' ? 1 : 0)) ?? 0.5 }))
    .toSorted((a, b) => b.rate - a.rate);
  const rate = (value: number): Recipe['dropout']['rate'] => Math.min(0.99, Math.max(0, value));
  if (rates[0])
    told(
      draft,
      'dropout',
      { rate: rate(rates[0].rate), position: result && dropsLast(script, result) ? 'after-output' : 'before-output' },
      rates[0].call.node,
    );
  else if (linear.length > 0)
    byDefault(draft, 'dropout', { rate: 0, position: 'before-output' }, 'no dropout in the script');
  const last = linear.at(-1);
  const units = last ? numberOf(script, argument(last, ['out_features'], 1)) : null;
  if (last && units !== null && units !== classes && !(units === 1 && classes === 2))
    note(draft, `The last layer has ${units} outputs, but the data set has ${classes} classes.`, last.line);
  return result ? ending(script, result) : null;
}
