/**
 * Reads the layers of a Keras script: architecture, activations, batch normalization, dropout, initialization and
 * augmentation layers.
 */
import type { Activation, Recipe } from '../interventions/index';
import { NO_AUGMENTATION } from '../recipe';
import { argument, recordDefault, note, numberOf, numbersOf, recordRead, type Draft, layerCount } from './draft';
import { readKerasBase } from './keras-base';
import type { KerasNet } from './keras-net';
import { counted } from '../../text/numbers';
import { isAppliedAfter, lastLayer, type LastLayer } from './keras-output';
import { lastPart, unquoted, type Call, type Script, type SyntaxNode } from './syntax';

const CONVOLUTIONS = new Set(['Conv2D', 'Convolution2D', 'SeparableConv2D', 'DepthwiseConv2D']);
const ACTIVATIONS: Record<string, Activation> = {
  relu: 'relu',
  ReLU: 'relu',
  relu6: 'relu',
  leaky_relu: 'leaky-relu',
  LeakyReLU: 'leaky-relu',
  PReLU: 'leaky-relu',
  elu: 'elu',
  ELU: 'elu',
  selu: 'elu',
  gelu: 'relu',
  swish: 'relu',
  silu: 'relu',
  mish: 'relu',
  hard_swish: 'relu',
  ThresholdedReLU: 'relu',
  crelu: 'relu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  linear: 'none',
};

/** The name in `'softmax'`, `tf.nn.softmax` or `softmax`. */
const word = (script: Script, node: SyntaxNode): string => {
  const end = script.resolve(node);
  return end.type === 'string'
    ? unquoted(end)
    : lastPart(end.type === 'call' ? (end.field('function')?.text ?? '') : end.text);
};

/** Layers and functions that are not activations, or that have an `activation=` argument. */
const PLAIN = new RegExp(
  `^(|${[
    'Sequential|Model|Input|InputLayer|Activation|[sS]oftmax|Dense|Flatten|Reshape|Permute|(Spatial)?Dropout(2D)?|AlphaDropout|GaussianNoise',
    '(Separable|Depthwise)?Conv2D|Convolution2D|(Max|Average)Pool(ing)?2D|Global(Max|Average)Pool(ing)?2D',
    'BatchNormalization|LayerNormalization|Normalization|Rescaling|Resizing|Random\\w+|ZeroPadding2D|UpSampling2D',
    'Cropping2D|Add|add|Concatenate|concatenate|reduce_mean|reduce_max|preprocess_input|adapt|super|__init__|partial',
    'range|len|int|float|tuple|list|append|print|summary|l1|l2|l1_l2|L1|L2|\\w*(Normal|Uniform|Zeros|Ones|Constant)',
  ].join('|')})$`,
);

/** Whether every part of the net is known. Only then a layer that was not found does not exist. */
const isWhole = ({ calls, backbone, loaded, onFeatures }: KerasNet): boolean =>
  !backbone &&
  !loaded &&
  !onFeatures &&
  calls.every((call) => call.local || PLAIN.test(call.last) || call.last in ACTIVATIONS);

const layersOf = (net: KerasNet, names: ReadonlySet<string> | string): Call[] =>
  net.calls.filter((call) => !call.local && (typeof names === 'string' ? call.last === names : names.has(call.last)));

const activationOf = (script: Script, call: Call, place?: number): SyntaxNode | null =>
  argument(call, ['activation'], place) && script.resolve(argument(call, ['activation'], place)!);

function readArchitecture(
  script: Script,
  draft: Draft,
  net: KerasNet,
  convolutions: readonly Call[],
  dense: readonly Call[],
): void {
  if (readKerasBase(script, draft, net, dense)) return;
  const other = net.backbone ?? net.loaded;
  const [first] = convolutions.length > 0 ? convolutions : dense;
  if (other) {
    note(
      draft,
      `${other.last} takes too long to train in the lab. The lab uses a small net of its own instead, so depth and width are not judged.`,
      other.line,
    );
    return;
  }
  if (!first) return;
  const width = Math.max(1, Math.min(1024, numberOf(script, argument(first, ['filters', 'units'], 0)) ?? 32));
  const count = (calls: readonly Call[]): number => layerCount(calls, [...convolutions, ...dense]);
  const at = first.node;
  if (convolutions.length > 0)
    recordRead(draft, 'architecture', { kind: 'conv', layers: Math.min(60, count(convolutions)), width }, at);
  // A layer that is not known may be a convolution.
  else if (!isWhole(net)) return;
  else if (count(dense) > 1)
    recordRead(draft, 'architecture', { kind: 'dense', layers: Math.min(60, count(dense) - 1), width }, at);
  else recordRead(draft, 'architecture', { kind: 'linear', layers: 0, width: 1 }, at);
}

function readHiddenActivation(
  script: Script,
  draft: Draft,
  net: KerasNet,
  hidden: readonly Call[],
  last: Call | undefined,
): void {
  const end = last ? net.calls.indexOf(last) : net.calls.length;
  const standing = net.calls.filter(
    (call, at) =>
      !call.local && (call.last === 'Activation' || call.last in ACTIVATIONS) && (at < end || last === undefined),
  );
  const own = hidden.flatMap((call) => activationOf(script, call, call.last === 'Dense' ? 1 : undefined) ?? []);
  const said = [
    ...own,
    ...standing.map((call) => (call.last === 'Activation' ? call.positional[0] : call.node) ?? call.node),
  ];
  for (const node of said) {
    const activation =
      ACTIVATIONS[node.type === 'call' ? lastPart(node.field('function')?.text ?? '') : word(script, node)];
    if (!activation || activation === 'none') continue;
    recordRead(draft, 'activation', activation, node);
    return;
  }
  const unknown = own.some((node) => node.type !== 'none' && !['linear', 'None'].includes(word(script, node)));
  const late = net.calls.some((call) => call.last in ACTIVATIONS && !standing.includes(call));
  if (hidden[0] && isWhole(net) && !unknown && !late)
    recordDefault(draft, 'activation', 'none', `${hidden[0].last} without activation= is linear`, hidden[0].line);
}

function readInit(script: Script, draft: Draft, layers: readonly Call[]): void {
  for (const call of layers) {
    const given = argument(call, ['kernel_initializer', 'init']);
    if (!given) continue;
    const name = word(script, given).toLowerCase().replaceAll('_', '');
    const made = script.resolve(given);
    const maker =
      made.type === 'call'
        ? script.calls.find((one) => one.node.line === made.line && one.node.text === made.text)
        : undefined;
    const deviation = (maker && numberOf(script, argument(maker, ['stddev'], 1))) ?? 0.05;
    const plainNormal = name.includes('normal') && !/he|glorot|lecun/.test(name);
    const scaled = plainNormal
      ? deviation >= 0.5
        ? 'large'
        : deviation <= 1e-3
          ? 'small'
          : 'glorot'
      : name.startsWith('he')
        ? 'he'
        : 'glorot';
    recordRead(draft, 'init', /^(zeros?|ones?|constant)$/.test(name) ? 'zeros' : scaled, call.node);
    return;
  }
  if (layers.length > 0) recordDefault(draft, 'init', 'glorot', 'Keras initializes with Glorot uniform');
}

function readAugmentation(script: Script, draft: Draft): void {
  const found: { part: Partial<Recipe['augmentation']>; at: SyntaxNode }[] = [];
  const take = (call: Call, part: Partial<Recipe['augmentation']>): void => {
    found.push({ part, at: call.node });
  };
  const largest = (call: Call, names: readonly string[], place?: number): number =>
    Math.max(0, ...numbersOf(script, argument(call, names, place)).map(Math.abs));
  for (const call of script.calls) {
    const mode = call.positional[0]
      ? word(script, call.positional[0])
      : (call.keywords.get('mode') && word(script, call.keywords.get('mode')!)) || 'horizontal_and_vertical';
    if (call.last === 'RandomFlip')
      take(call, { horizontalFlip: mode.includes('horizontal'), verticalFlip: mode.includes('vertical') });
    if (call.last === 'random_flip_left_right') take(call, { horizontalFlip: true });
    if (call.last === 'random_flip_up_down') take(call, { verticalFlip: true });
    if (call.last === 'RandomRotation') take(call, { rotation: Math.min(180, 360 * largest(call, ['factor'], 0)) });
    if (call.last === 'RandomZoom') take(call, { zoom: Math.min(0.95, largest(call, ['height_factor'], 0)) });
    if (call.last === 'RandomTranslation') take(call, { shift: Math.min(1, largest(call, ['height_factor'], 0)) });
    if (call.last === 'RandomBrightness') take(call, { brightness: Math.min(1, largest(call, ['factor'], 0)) });
    if (call.last === 'GaussianNoise') take(call, { noise: Math.min(2, largest(call, ['stddev'], 0)) });
    if (call.last === 'ImageDataGenerator') {
      const shift = Math.max(largest(call, ['width_shift_range']), largest(call, ['height_shift_range']));
      const part = {
        horizontalFlip: script.constant(call.keywords.get('horizontal_flip')) === true,
        verticalFlip: script.constant(call.keywords.get('vertical_flip')) === true,
        rotation: Math.min(180, largest(call, ['rotation_range'])),
        shift: shift > 1 ? 0.1 : shift,
        zoom: Math.min(0.95, largest(call, ['zoom_range'])),
      };
      if (Object.values(part).some((value) => value !== false && value !== 0)) take(call, part);
    }
  }
  if (found[0])
    recordRead(
      draft,
      'augmentation',
      Object.assign({ ...NO_AUGMENTATION }, ...found.map((one) => one.part)) as Recipe['augmentation'],
      found[0].at,
    );
  else recordDefault(draft, 'augmentation', NO_AUGMENTATION, 'no augmentation in the script');
}

/** Records what the layers say. Returns the last layer, which can be judged only together with the loss. */
export function readKerasModel(script: Script, draft: Draft, net: KerasNet, classes: number | null): LastLayer | null {
  const convolutions = layersOf(net, CONVOLUTIONS);
  const dense = layersOf(net, 'Dense');
  const last = dense.at(-1);
  readArchitecture(script, draft, net, convolutions, dense);
  readHiddenActivation(script, draft, net, [...convolutions, ...dense.slice(0, -1)], last);
  readInit(script, draft, [...convolutions, ...dense]);
  readAugmentation(script, draft);

  const [norm] = layersOf(net, 'BatchNormalization');
  if (norm) {
    recordRead(draft, 'batchNorm', true, norm.node);
    const momentum = numberOf(script, argument(norm, ['momentum'], 1));
    if (momentum !== null && momentum >= 0 && momentum < 1) recordRead(draft, 'batchNormMomentum', momentum, norm.node);
    else
      recordDefault(
        draft,
        'batchNormMomentum',
        0.99,
        'Keras keeps 0.99 of the old moving statistics per step',
        norm.line,
      );
  } else if (last && isWhole(net))
    recordDefault(draft, 'batchNorm', false, 'no BatchNormalization layer in the script');

  const drops = net.calls.filter((call) => /^(Spatial)?Dropout(2D)?$/.test(call.last));
  const late = last && drops.find((call) => isAppliedAfter(script, net, call, last));
  const [first] = late
    ? [late]
    : drops.toSorted(
        (a, b) => (numberOf(script, argument(b, ['rate'], 0)) ?? 0) - (numberOf(script, argument(a, ['rate'], 0)) ?? 0),
      );
  const rate = first ? Math.min(0.99, Math.max(0, numberOf(script, argument(first, ['rate'], 0)) ?? 0.5)) : 0;
  if (first) recordRead(draft, 'dropout', { rate, position: late ? 'after-output' : 'before-output' }, first.node);
  else if (last) recordDefault(draft, 'dropout', { rate: 0, position: 'before-output' }, 'no dropout in the script');

  const output = lastLayer(script, net);
  const units = output?.units ?? null;
  if (output && units !== null && units > 1 && classes !== null && units !== classes)
    note(
      draft,
      `The last layer has ${units} units, but the data set has ${counted(classes, 'class', 'classes')}.`,
      output.call.line,
    );
  return output;
}
