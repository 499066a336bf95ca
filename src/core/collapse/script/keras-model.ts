/**
 * Reads the layers of a Keras script: architecture, activations, batch normalization, dropout, initialization and
 * augmentation layers.
 */
import type { Activation, Recipe } from '../interventions/index';
import { argument, byDefault, note, numberOf, numbersOf, told, type Draft } from './draft';
import { lastPart, unquoted, type Call, type Script, type SyntaxNode } from './syntax';

const CONVOLUTIONS = new Set(['Conv2D', 'Convolution2D', 'SeparableConv2D', 'DepthwiseConv2D']);
const BACKBONES = /^(VGG|ResNet|MobileNet|Inception|Xception|EfficientNet|DenseNet|NASNet|ConvNeXt)/;
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

const layersOf = (script: Script, names: ReadonlySet<string> | string): Call[] =>
  script.calls.filter((call) => (typeof names === 'string' ? call.last === names : names.has(call.last)));

const activationOf = (script: Script, call: Call, place?: number): SyntaxNode | null =>
  argument(call, ['activation'], place) && script.resolve(argument(call, ['activation'], place)!);

function readArchitecture(script: Script, draft: Draft, convolutions: readonly Call[], dense: readonly Call[]): void {
  const backbone = script.calls.find((call) => BACKBONES.test(call.last));
  const [first] = convolutions.length > 0 ? convolutions : dense;
  if (backbone) {
    note(
      draft,
      `${backbone.last} takes too long to train in the lab. The lab uses a small net of its own instead, so depth and width are not judged.`,
      backbone.line,
    );
    return;
  }
  if (!first) return;
  const width = Math.max(1, Math.min(1024, numberOf(script, argument(first, ['filters', 'units'], 0)) ?? 32));
  const count = (calls: readonly Call[]): number => calls.reduce((sum, call) => sum + call.repeats, 0);
  const at = first.node;
  if (convolutions.length > 0)
    told(draft, 'architecture', { kind: 'conv', layers: Math.min(60, count(convolutions)), width }, at);
  else if (count(dense) > 1)
    told(draft, 'architecture', { kind: 'dense', layers: Math.min(60, count(dense) - 1), width }, at);
  else told(draft, 'architecture', { kind: 'linear', layers: 0, width: 1 }, at);
}

function readHiddenActivation(script: Script, draft: Draft, hidden: readonly Call[], last: Call | undefined): void {
  const standing = script.calls.filter(
    (call) =>
      ['Activation', 'ReLU', 'LeakyReLU', 'ELU', 'PReLU'].includes(call.last) && (!last || call.line < last.line),
  );
  const said = [
    ...hidden.flatMap((call) => activationOf(script, call, call.last === 'Dense' ? 1 : undefined) ?? []),
    ...standing.map((call) => (call.last === 'Activation' ? call.positional[0] : call.node) ?? call.node),
  ];
  for (const node of said) {
    const activation =
      ACTIVATIONS[node.type === 'call' ? lastPart(node.field('function')?.text ?? '') : word(script, node)];
    if (!activation || activation === 'none') continue;
    told(draft, 'activation', activation, node);
    return;
  }
  if (hidden[0] && !script.calls.some((call) => BACKBONES.test(call.last))) {
    byDefault(draft, 'activation', 'none', `${hidden[0].last} without activation= is linear`, hidden[0].line);
  }
}

type OutputActivation = Recipe['output']['activation'];

const asOutput = (name: string): OutputActivation | null => {
  const lower = name.toLowerCase();
  if (lower === 'softmax' || lower === 'sigmoid') return lower;
  return lower === 'linear' ? 'none' : null;
};

/** The last activation and its node, from the last dense layer or from a layer after it. */
function readLastActivation(script: Script, last: Call): { activation: OutputActivation; at: SyntaxNode } {
  const own = activationOf(script, last, 1);
  const after = script.calls.find(
    (call) =>
      call.line >= last.line &&
      call.node !== last.node &&
      (call.last === 'Softmax' ||
        (call.last === 'Activation' && asOutput(word(script, call.positional[0] ?? call.node)) !== null)),
  );
  const within = own ? asOutput(word(script, own)) : null;
  if (within && within !== 'none') return { activation: within, at: last.node };
  if (after)
    return {
      activation: after.last === 'Softmax' ? 'softmax' : asOutput(word(script, after.positional[0] ?? after.node))!,
      at: after.node,
    };
  return { activation: 'none', at: last.node };
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
    told(draft, 'init', /^(zeros?|ones?|constant)$/.test(name) ? 'zeros' : scaled, call.node);
    return;
  }
  if (layers.length > 0) byDefault(draft, 'init', 'glorot', 'Keras initializes with Glorot uniform');
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
  const none = { horizontalFlip: false, verticalFlip: false, rotation: 0, shift: 0, zoom: 0, brightness: 0, noise: 0 };
  if (found[0])
    told(
      draft,
      'augmentation',
      Object.assign(none, ...found.map((one) => one.part)) as Recipe['augmentation'],
      found[0].at,
    );
  else byDefault(draft, 'augmentation', none, 'no augmentation in the script');
}

/** Records what the layers say and returns the last activation, which can be judged only together with the loss. */
export function readKerasModel(
  script: Script,
  draft: Draft,
  classes: number,
): { activation: OutputActivation; at: SyntaxNode } | null {
  const convolutions = layersOf(script, CONVOLUTIONS);
  const dense = layersOf(script, 'Dense');
  const last = dense.at(-1);
  readArchitecture(script, draft, convolutions, dense);
  readHiddenActivation(script, draft, [...convolutions, ...dense.slice(0, -1)], last);
  readInit(script, draft, [...convolutions, ...dense]);
  readAugmentation(script, draft);

  const [norm] = layersOf(script, 'BatchNormalization');
  if (norm) {
    told(draft, 'batchNorm', true, norm.node);
    const momentum = numberOf(script, argument(norm, ['momentum'], 1));
    if (momentum !== null && momentum >= 0 && momentum < 1) told(draft, 'batchNormMomentum', momentum, norm.node);
    else
      byDefault(draft, 'batchNormMomentum', 0.99, 'Keras keeps 0.99 of the old moving statistics per step', norm.line);
  } else if (last && !script.calls.some((call) => BACKBONES.test(call.last)))
    byDefault(draft, 'batchNorm', false, 'no BatchNormalization layer in the script');

  const output = last ? readLastActivation(script, last) : null;
  const drops = script.calls.filter((call) => /^(Spatial)?Dropout(2D)?$/.test(call.last));
  const late = last && drops.find((call) => script.calls.indexOf(call) > script.calls.indexOf(last));
  const [first] = late
    ? [late]
    : drops.toSorted(
        (a, b) => (numberOf(script, argument(b, ['rate'], 0)) ?? 0) - (numberOf(script, argument(a, ['rate'], 0)) ?? 0),
      );
  const rate = first ? Math.min(0.99, Math.max(0, numberOf(script, argument(first, ['rate'], 0)) ?? 0.5)) : 0;
  if (first) told(draft, 'dropout', { rate, position: late ? 'after-output' : 'before-output' }, first.node);
  else if (last) byDefault(draft, 'dropout', { rate: 0, position: 'before-output' }, 'no dropout in the script');

  const units = last ? numberOf(script, argument(last, ['units'], 0)) : null;
  if (last && units !== null) {
    if (units === 1 && output?.activation === 'softmax')
      note(
        draft,
        'A softmax over one unit is always 1: the net gives the same output for every image. Use sigmoid, or one unit per class.',
        last.line,
      );
    else if (units !== classes && !(units === 1 && classes === 2))
      note(draft, `The last layer has ${units} units, but the data set has ${classes} classes.`, last.line);
  }
  return output;
}
