/** Reads the layers of a PyTorch script: architecture, activations, batch normalization, dropout and initialization. */
import type { Activation, Recipe } from '../interventions/index';
import { argument, layerCount, recordDefault, note, numberOf, recordRead, type Draft } from './draft';
import { dropsLast } from './pytorch-ending';
import { readTorchBase } from './pytorch-base';
import { isBackbone, torchClassOf } from './pytorch-net';
import { foreignImports, DO_NOT_TRAIN, objectOf, type TorchRun } from './pytorch-run';
import type { Call, Script, SyntaxNode } from './syntax';

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
const of = (calls: readonly Call[], pattern: RegExp): Call[] => calls.filter((call) => pattern.test(call.last));

/** The calls that build the net that is trained; all calls of the script if that net is not known. */
function callsOf(script: Script, net: Call | null): readonly Call[] {
  const parts = net ? script.origins(net.node) : null;
  // One layer is a head. What it is applied to is elsewhere in the script.
  const head = net !== null && !net.local && /^(Lazy)?Linear$/.test(net.last);
  const own = parts && !head ? script.calls.filter((call) => parts.has(call.node)) : [];
  return own.some((call) => /^(Lazy)?(Conv2d|Linear)$/.test(call.last) || isBackbone(call)) ? own : script.calls;
}

/** Whether a call makes a net that is chosen by a name: `getattr(models, name)()`, `models.__dict__[name]()`. */
const isChosen = (call: Call): boolean =>
  call.last === 'getattr' ||
  call.node.field('function')?.type === 'subscript' ||
  /^torchvision\.models\b/.test(call.name);

/** Names without a module in front: layers that hide no convolution. */
const PLAIN_LAYERS =
  /^(|Sequential|Module(List|Dict)|OrderedDict|(Lazy)?(Linear|Conv\w+)|(Un)?[fF]latten|Dropout\w*|\w*ReLU\d?|[EGS]ELU|SiLU|Tanh|\w+Norm\w*|\w*Pool\w*|(Log)?Softmax|Sigmoid|Identity)$/;

/** Layers of libraries that have further layers inside. */
const COMPOUND = /^(torch\.)?nn\.(Transformer\w*|MultiheadAttention|LSTM|GRU|RNN)$|^(torchvision\.ops|timm)\./;

const PLAIN_BASES = /(^|\.)(Module|LightningModule|object|ABC|\w*Mixin)$/;

/** Whether a class of the script gets layers from a class that is not in it, such as the ResNet of torchvision. */
const extendsUnknown = (script: Script, of: SyntaxNode, depth = 0): boolean =>
  (of.field('superclasses')?.children ?? [])
    .filter(({ type }) => type === 'identifier' || type === 'attribute')
    .some((base) => {
      const known = script.resolve(base);
      return known.type === 'class_definition'
        ? depth < 5 && extendsUnknown(script, known, depth + 1)
        : !PLAIN_BASES.test(script.nameAt(base));
    });

/**
 * Whether a net may have layers that are not in the script: a linear layer may then stand after convolutions.
 * @param calls those that build it, or all of the script
 */
function hasUnknownLayers(script: Script, net: Call | null, calls: readonly Call[]): boolean {
  const imports = foreignImports(script);
  const isUnknown = (call: Call): boolean => {
    const of = torchClassOf(script, call);
    return of ? extendsUnknown(script, of) : isUnknownCall(call);
  };
  const isUnknownCall = (call: Call): boolean =>
    !call.local &&
    (imports.has(call.name.split('.')[0]!) ||
      COMPOUND.test(call.name) ||
      (!call.name.includes('.') && !PLAIN_LAYERS.test(call.name) && !DO_NOT_TRAIN.test(call.name)) ||
      call.positional.some(
        (one) => one.type === 'list_splat' && ![...script.origins(one)].some(({ type }) => type === 'call'),
      ));
  // A net of a library may be trained with layers of the script in it.
  const holder = script.calls.some((call) => {
    const object = call.last === 'parameters' ? objectOf(call) : null;
    const made = object && script.callAt(script.resolve(object));
    return made !== null && made !== undefined && isUnknown(made);
  });
  const own = calls !== script.calls;
  if (!own && holder) return true;
  return (net !== null && isUnknown(net)) || calls.some((call) => isChosen(call) || (own && isUnknown(call)));
}

/** What keeps the values of a tensor, so that the pixels of images stay pixels. */
const SAME_VALUES = /^(float|double|half|to|cuda|cpu|type|view|reshape|flatten|squeeze|contiguous|detach)$/;

/** Whether the net gets what another call has computed, such as the features of a net that is not in the script. */
function getsFeatures(script: Script, { losses: [use] }: TorchRun): boolean {
  const inputOf = (node: SyntaxNode | null | undefined): SyntaxNode | undefined => {
    const end = node && script.resolve(node);
    return end?.type === 'call' ? script.callAt(end)?.positional[0] : undefined;
  };
  let node = inputOf(use?.outputs);
  for (let depth = 0; node && depth < 8; depth += 1) {
    const end = script.resolve(node);
    const call = end.type === 'call' ? script.callAt(end) : undefined;
    if (!call) return false;
    if (!SAME_VALUES.test(call.last)) return true;
    node = call.name.startsWith('torch.') ? call.positional[0] : (end.field('function')?.field('object') ?? undefined);
  }
  return false;
}

function readArchitecture(
  script: Script,
  draft: Draft,
  run: TorchRun,
  net: Call | null,
  calls: readonly Call[],
  convolutions: readonly Call[],
  linear: readonly Call[],
): void {
  const backbone = calls.find(isBackbone);
  const count = (calls: readonly Call[]): number => layerCount(calls, [...convolutions, ...linear]);
  const [conv] = convolutions;
  const [first] = linear;
  const unknown = !backbone && (hasUnknownLayers(script, net, calls) || (!conv && getsFeatures(script, run)));
  if (!backbone && !conv && !first) note(draft, 'The layers of the net are not in this script: they are not judged.');
  else if (unknown)
    note(
      draft,
      'The net may have layers that are not in this script: what is not found in it is not judged.',
      (net ?? first ?? conv!).line,
    );
  if (backbone) {
    if (readTorchBase(script, draft, run, backbone, linear)) return;
    note(
      draft,
      `${backbone.last} takes too long to train in the lab. The lab uses a small net of its own instead, so depth and width are not judged.`,
      backbone.line,
    );
  } else if (conv)
    recordRead(
      draft,
      'architecture',
      {
        kind: 'conv',
        layers: Math.min(60, count(convolutions)),
        width: Math.max(1, Math.min(1024, numberOf(script, argument(conv, ['out_channels'], 1)) ?? 32)),
      },
      conv.node,
    );
  else if (unknown) return;
  else if (first && count(linear) > 1)
    recordRead(
      draft,
      'architecture',
      {
        kind: 'dense',
        layers: Math.min(60, count(linear) - 1),
        width: Math.max(1, Math.min(1024, numberOf(script, argument(first, ['out_features'], 1)) ?? 64)),
      },
      first.node,
    );
  else if (first) recordRead(draft, 'architecture', { kind: 'linear', layers: 0, width: 1 }, first.node);
  if (!backbone && (conv || first)) readHidden(script, draft, calls, conv ?? first!, unknown);
}

function readHidden(script: Script, draft: Draft, calls: readonly Call[], first: Call, unknown: boolean): void {
  const hidden = calls.find((call) => call.last in ACTIVATIONS);
  const saturating = of(calls, /^(Sigmoid|sigmoid)$/);
  if (hidden) recordRead(draft, 'activation', ACTIVATIONS[hidden.last]!, hidden.node);
  else if (saturating.length > 1) recordRead(draft, 'activation', 'sigmoid', saturating[0]!.node);
  else if (draft.recipe.architecture?.kind !== 'linear' && !unknown)
    recordDefault(draft, 'activation', 'none', 'no activation between the layers', first.line);
  const [norm] = of(calls, /^(Lazy)?BatchNorm[12]d$/);
  if (!norm) {
    if (!unknown) recordDefault(draft, 'batchNorm', false, 'no batch norm in the script');
    return;
  }
  recordRead(draft, 'batchNorm', true, norm.node);
  const momentum = numberOf(script, argument(norm, ['momentum'], 2));
  if (momentum !== null && momentum > 0 && momentum <= 1)
    recordRead(draft, 'batchNormMomentum', Math.min(0.99999, 1 - momentum), norm.node);
  else
    recordDefault(
      draft,
      'batchNormMomentum',
      0.9,
      'PyTorch keeps 0.9 of the old moving statistics per step',
      norm.line,
    );
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
    recordRead(draft, 'init', init, call.node);
    return;
  }
  if (first) recordDefault(draft, 'init', 'he', 'PyTorch initializes with He uniform');
}

/** Records what the layers of the net say. */
export function readTorchModel(script: Script, draft: Draft, run: TorchRun, net: Call | null): void {
  const calls = callsOf(script, net);
  const convolutions = of(calls, /^(Lazy)?Conv2d$/);
  const linear = of(calls, /^(Lazy)?Linear$/);
  const backbone = calls.find(isBackbone);
  readArchitecture(script, draft, run, net, calls, convolutions, linear);
  if (!backbone) readInit(script, draft, convolutions[0] ?? linear[0]);
  const drops = of(calls, /^Dropout(2d)?$|^dropout$/);
  const rates = drops
    .map((call) => ({ call, rate: numberOf(script, argument(call, ['p'], call.last === 'dropout' ? 1 : 0)) ?? 0.5 }))
    .toSorted((a, b) => b.rate - a.rate);
  const rate = (value: number): Recipe['dropout']['rate'] => Math.min(0.99, Math.max(0, value));
  if (rates[0])
    recordRead(
      draft,
      'dropout',
      { rate: rate(rates[0].rate), position: dropsLast(script) ? 'after-output' : 'before-output' },
      rates[0].call.node,
    );
  else if (linear.length > 0 && !backbone)
    recordDefault(draft, 'dropout', { rate: 0, position: 'before-output' }, 'no dropout in the script');
}
