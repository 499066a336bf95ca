/** How a Keras script scales images before they get into the net: what each step does, and the result of all steps. */
import type { Normalization } from '../interventions/index';
import type { BaseScale } from '../interventions/scales';
import { argument, numberOf } from './draft';
import { descendants, lastPart, type Call, type Script, type SyntaxNode } from './syntax';

/**
 * What the values are after a step. `caffe`: ImageNet's mean subtracted from 0–255 in the order BGR; `torch`: 0–1, then
 * ImageNet's mean and deviation.
 */
export type PixelScale = 'raw' | 'unit' | 'symmetric' | 'standard' | 'caffe' | 'torch';

export const AS_NORMALIZATION: Record<PixelScale, Normalization> = {
  raw: 'raw',
  unit: 'unit',
  symmetric: 'symmetric',
  standard: 'standard',
  caffe: 'caffe',
  torch: 'imagenet',
};

/** The scales that families expect. */
export const AS_SCALE: Record<Exclude<PixelScale, 'standard'>, BaseScale> = {
  raw: 'raw',
  unit: 'unit',
  symmetric: 'symmetric',
  caffe: 'caffe',
  torch: 'imagenet',
};

export interface ScalingStep {
  /** `same`: changes nothing; `stretch`: changes values that are scaled already; null: not known. */
  readonly to: PixelScale | 'same' | 'stretch' | null;
  readonly at: SyntaxNode;
}

export interface PixelScaling {
  /** Null if it is not known. */
  readonly scale: PixelScale | null;
  readonly steps: readonly ScalingStep[];
  /** The step that scales values which are scaled already. */
  readonly twice: ScalingStep | null;
}

/** The scale that each family of keras.applications expects, by the beginning of the name of the net or its module. */
const FAMILIES: readonly (readonly [RegExp, keyof typeof AS_SCALE])[] = [
  [/^(efficientnet|convnext|mobilenet_?v3|regnet)/i, 'raw'],
  [/^(resnet\w*v2|resnet_v2|mobilenet|inception|xception|nasnet)/i, 'symmetric'],
  [/^densenet/i, 'torch'],
  [/^(resnet|vgg)/i, 'caffe'],
];

export const familyScale = (name: string): keyof typeof AS_SCALE | null =>
  FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? null;

const near = (value: number, wanted: number): boolean => Math.abs(value / wanted - 1) < 0.02;

function byFactor(factor: number | null): ScalingStep['to'] {
  if (factor === null) return null;
  if (near(factor, 1 / 255)) return 'unit';
  if (near(factor, 1 / 127.5)) return 'symmetric';
  return factor === 1 ? 'same' : factor > 1 && factor < 10 ? 'stretch' : null;
}

/** What `preprocess_input` of a module does; `same` for nets that scale inside. */
function ofPreprocess(script: Script, name: string, call: Call | undefined): ScalingStep['to'] {
  const module = lastPart(name.slice(0, Math.max(0, name.lastIndexOf('.'))));
  if (module === 'imagenet_utils') {
    const mode = call ? script.constant(argument(call, ['mode'], 2)) : undefined;
    return mode === 'tf'
      ? 'symmetric'
      : mode === 'torch'
        ? 'torch'
        : mode === undefined || mode === 'caffe'
          ? 'caffe'
          : null;
  }
  const family = familyScale(module);
  return family === 'raw' ? 'same' : family;
}

function ofGenerator(script: Script, call: Call): ScalingStep[] {
  const steps: ScalingStep[] = [];
  const preprocessing = call.keywords.get('preprocessing_function');
  if (preprocessing && script.constant(preprocessing) !== null) {
    const name = script.nameAt(preprocessing);
    const own = script.resolve(preprocessing);
    const inside = /function_definition|lambda/.test(own.type) ? stepsIn(script, script.origins(own)) : null;
    if (inside) steps.push(...(inside.length > 0 ? inside : [{ to: null, at: preprocessing }]));
    else
      steps.push({
        to: lastPart(name) === 'preprocess_input' ? ofPreprocess(script, name, undefined) : null,
        at: preprocessing,
      });
  }
  const rescale = call.keywords.get('rescale');
  if (rescale && script.constant(rescale) !== null)
    steps.push({ to: byFactor(numberOf(script, rescale)), at: rescale });
  const centred = ['featurewise_center', 'samplewise_center', 'samplewise_std_normalization'].find(
    (name) => script.constant(call.keywords.get(name)) === true,
  );
  if (centred) steps.push({ to: 'standard', at: call.keywords.get(centred)! });
  return steps;
}

/** `Lambda(preprocess_input)`. What a function of the script does is found in its own code. */
function ofLambda(script: Script, call: Call): ScalingStep[] {
  const given = argument(call, ['function'], 0);
  const own = given && script.resolve(given);
  if (!given || !own) return [];
  if (own.type === 'lambda' || own.type === 'function_definition') return [];
  const name = script.nameAt(own) || script.nameAt(given);
  return [{ to: lastPart(name) === 'preprocess_input' ? ofPreprocess(script, name, undefined) : null, at: call.node }];
}

function ofCall(script: Script, call: Call): ScalingStep[] {
  if (call.local) return [];
  switch (call.last) {
    case 'Lambda':
      return ofLambda(script, call);
    case 'ImageDataGenerator':
      return ofGenerator(script, call);
    case 'Rescaling':
      return [{ to: byFactor(numberOf(script, argument(call, ['scale'], 0))), at: call.node }];
    case 'Normalization':
    case 'per_image_standardization':
      return [{ to: 'standard', at: call.node }];
    case 'preprocess_input':
      return [{ to: ofPreprocess(script, call.name, call), at: call.node }];
    case 'convert_image_dtype':
      return [{ to: 'unit', at: call.node }];
    default:
      return [];
  }
}

const MEAN = /mean|avg|average|\bmu\b/i;
const DEVIATION = /std|deviation|sigma/i;

/** `x / 255.0`, `x /= 255`, `x * (1 / 255)`, `(x - 127.5) / 127.5`, `(x - mean) / std`, `x -= mean`. */
function ofArithmetic(script: Script, node: SyntaxNode): ScalingStep[] {
  const operator = node.field('operator')?.text.replace('=', '') ?? '';
  const [left, right] = [node.field('left'), node.field('right')];
  if (!left || !right || numberOf(script, node) !== null) return [];
  const by = numberOf(script, right);
  if (operator === '*') {
    const factor = by ?? numberOf(script, left);
    const to = byFactor(factor);
    if (to === 'unit' || to === 'symmetric') return [{ to, at: node }];
    // This takes a scaling back: `preprocess_input(image * 255)`.
    return factor === 255 || factor === 127.5 ? [{ to: null, at: node }] : [];
  }
  // A change in place by a value that is not known may be a scaling.
  const inPlace = node.type === 'augmented_assignment' && by === null;
  if (operator === '-' && inPlace && !MEAN.test(right.text)) return [{ to: null, at: node }];
  if (operator !== '/') return [];
  if (by === 255 || by === 256) return [{ to: 'unit', at: node }];
  if (by === 127.5 || by === 128 || by === 127) return [{ to: 'symmetric', at: node }];
  if (DEVIATION.test(right.text) && (inPlace || left.text.includes('-'))) return [{ to: 'standard', at: node }];
  return inPlace ? [{ to: null, at: node }] : [];
}

/** The steps among the nodes that a value is computed from. */
export function stepsIn(script: Script, parts: ReadonlySet<SyntaxNode>): ScalingStep[] {
  const found = [...parts].flatMap((node): ScalingStep[] => {
    const call = node.type === 'call' ? script.callAt(node) : undefined;
    if (call) return ofCall(script, call);
    return node.type === 'binary_operator' || node.type === 'augmented_assignment' ? ofArithmetic(script, node) : [];
  });
  return found.toSorted((a, b) => script.position(a.at) - script.position(b.at));
}

/** The innermost function around a node; null for code of the module. */
const functionAround = (script: Script, { start, end }: SyntaxNode): SyntaxNode | null =>
  script
    .nodes('function_definition', 'lambda')
    .filter((one) => one.start <= start && end <= one.end)
    .toSorted((a, b) => a.end - a.start - (b.end - b.start))[0] ?? null;

/**
 * Whether two steps surely scale values apart, such as those of two inputs of one net: the second is not computed from
 * the first, and both run in one function, so that nothing between them is unseen.
 */
function isApart(script: Script, first: ScalingStep, { at }: ScalingStep): boolean {
  const ofValues = at.type === 'binary_operator' || script.callAt(at)?.last === 'preprocess_input';
  if (!ofValues || script.origins(at).has(first.at)) return false;
  const around = functionAround(script, at);
  return around ? script.origins(around).has(first.at) : functionAround(script, first.at) === null;
}

/** The result of steps that follow each other. */
export function scalingOf(script: Script, steps: readonly ScalingStep[]): PixelScaling {
  const uncertain = steps.some((one) => one.to === null || script.conditional(one.at));
  if (uncertain) return { scale: null, steps, twice: null };
  const real = steps.filter((one) => one.to !== 'same');
  const shrinking = real.filter((one) => one.to !== 'standard' && one.to !== 'stretch');
  const [first, second] = shrinking;
  if (shrinking.some((one, i) => shrinking.slice(0, i).some((earlier) => isApart(script, earlier, one))))
    return { scale: null, steps, twice: null };
  const centred = real.find((one) => one.to === 'standard');
  const stretched = real.some((one) => one.to === 'stretch');
  const scale = centred ? 'standard' : stretched ? (first?.to === 'unit' ? 'symmetric' : null) : (first?.to ?? 'raw');
  return { scale: scale as PixelScale | null, steps, twice: second ?? null };
}

/** Calls that read images as 0–255. */
const READS =
  /^(flow_from_directory|flow_from_dataframe|image_dataset_from_directory|load_data|load_img|decode_(jpeg|png|image|bmp)|open|imread)$/;
const ELSEWHERE = /^(skimage|matplotlib|plt|io|imageio|mpimg)\b/;
/** Calls that do not change the values of images. */
const HARMLESS =
  /^(|ImageDataGenerator|flow\w*|image_dataset_from_directory|load_data|load_img|img_to_array|decode_\w+|imread|open|read|read_file|resize\w*|expand_dims|squeeze|array|asarray|stack|vstack|concatenate|reshape|flatten|ravel|astype|cast|convert|convert_to_tensor|cvtColor|append|extend|listdir|glob|walk|join|sorted|list|dict|zip|enumerate|range|len|str|int|upload|keys|next|map|batch|prefetch|cache|shuffle|take|repeat|unbatch|from_tensor_slices|list_files|train_test_split|to_categorical|zeros|empty|Path|basename|dirname|format|print|copy|ToTensor|transpose|add|Random\w+|Sequential|Input|preprocess_input|get_file|choice|split|random|permutation|arange|tqdm|rand|crop\w*|pad\w*|center_crop|Dataset|numpy|load|argmax|tolist|to_numpy|reset_index|sort_values|(Stratified|Group)*(KFold|ShuffleSplit))$/;

/** Reads a table of pixels, or one that names images, and takes its columns. */
const TABLE = /^(read_csv|drop)$/;
export const readsTable = (script: Script, parts: ReadonlySet<SyntaxNode>): boolean =>
  script.calls.some((call) => parts.has(call.node) && !call.local && call.last === 'read_csv');

export const imageReads = (script: Script, parts: ReadonlySet<SyntaxNode>): Call[] =>
  script.calls.filter(
    (call) => parts.has(call.node) && !call.local && READS.test(call.last) && !ELSEWHERE.test(call.name),
  );

/** Whether a loop changes values in place: `for images in (x, y): images /= 255`. */
const changedInLoop = (script: Script, parts: ReadonlySet<SyntaxNode>): boolean =>
  script.nodes('for_statement').some((loop) => {
    const [left, right, body] = [loop.field('left'), loop.field('right'), loop.field('body')];
    const changes = (body ? descendants(body, 'augmented_assignment') : []).some(
      (one) => (one.field('left')?.text ?? '').split('[')[0] === left?.text,
    );
    const isPart = (one: SyntaxNode): boolean =>
      [...parts].some(({ type, text }) => type === one.type && text === one.text);
    return changes && right !== null && right.children.some(isPart);
  });

/**
 * Whether a value surely starts with 0–255, before the known steps.
 * @param table whether tables have such values, because others of the script are divided by 255
 */
export function startsRaw(script: Script, parts: ReadonlySet<SyntaxNode>, table = false): boolean {
  if (changedInLoop(script, parts)) return false;
  const reads = imageReads(script, parts).length > 0;
  const calls = script.calls.filter((call) => parts.has(call.node) && !call.local);
  const foreign = calls.some(
    (call) =>
      !(HARMLESS.test(call.last) || ((table || reads) && TABLE.test(call.last))) ||
      ELSEWHERE.test(call.name) ||
      (call.last === 'load' && !/tfds|tensorflow_datasets/.test(call.name)),
  );
  return !foreign && (reads || (table && readsTable(script, parts)));
}
