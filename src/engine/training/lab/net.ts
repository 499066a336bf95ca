import type { Recipe } from '../../../core/collapse/interventions/index';
import { gaussian, type Random } from '../../../core/statistics/random';
import { buildTail, disposeTail, runTail, type Tail, type TailWeights } from './tail';
import { activate, addBias, normalizeByBatch, normalizeByMoments, type BatchMoments } from './layers';
import { tf, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D, type Variable } from '../runtime/tensors';

/** The lab limits the width of nets: a collapse depends little on the width, but the training time depends on it. */
export const WIDEST = 16;
const WIDEST_LATE = 64;
const WIDEST_DENSE = 128;
/** The most convolutions that the lab trains, to limit the time. */
export const DEEPEST = 20;
const HALVINGS = 3;

/** Moving moments of one batch norm, updated after each step. */
interface MovingMoments {
  mean: Tensor1D;
  variance: Tensor1D;
}

interface Layer {
  readonly name: string;
  readonly kind: 'conv' | 'dense';
  readonly stride: number;
  readonly weights: Variable;
  /** The bias, or the offset of batch norm. */
  readonly offset: Variable;
  readonly scale: Variable | null;
  readonly moving: MovingMoments | null;
}

export interface Net {
  /** From input to output. The last layer is the output: it has no hidden activation and no batch norm. */
  readonly layers: readonly Layer[];
  /** The last part of a pretrained base, if it is trained; it comes before the layers. */
  readonly tail: Tail | null;
  /** All trainable weights, layer by layer: weights, offset, scale; then those of the base. */
  readonly variables: readonly Variable[];
  readonly recipe: Recipe;
}

export interface ForwardOptions {
  /** `batch`: batch norm uses the moments of the batch. */
  readonly moments: 'batch' | 'moving';
  /** Source of random numbers for dropout; null: no dropout. */
  readonly dropout: Random | null;
  /** Receives the moments of each batch norm, in the order of the layers, and must dispose of them. */
  readonly seeMoments?: (moments: BatchMoments) => void;
  /** Receives the output of each layer before the next layer runs. */
  readonly seeOutput?: (layer: Layer, output: Tensor) => void;
}

function initial(
  shape: readonly number[],
  fanIn: number,
  fanOut: number,
  init: Recipe['init'],
  random: Random,
): Float32Array {
  const deviation = {
    he: Math.sqrt(2 / fanIn),
    glorot: Math.sqrt(2 / (fanIn + fanOut)),
    zeros: 0,
    large: 1,
    small: 1e-4,
  }[init];
  const size = shape.reduce((product, side) => product * side, 1);
  return Float32Array.from({ length: size }, () => deviation * gaussian(random));
}

/** A variable shares the memory of its first value. The tidy disposes of that tensor. */
const variable = (value: () => Tensor): Variable => tf.tidy(() => tf.variable(value()));

function makeLayer(
  name: string,
  shape: number[],
  stride: number,
  norm: boolean,
  recipe: Recipe,
  random: Random,
): Layer {
  const out = shape.at(-1)!;
  const area = shape.length === 4 ? shape[0]! * shape[1]! : 1;
  const fanIn = area * shape.at(-2)!;
  return {
    name,
    kind: shape.length === 4 ? 'conv' : 'dense',
    stride,
    weights: variable(() => tf.tensor(initial(shape, fanIn, area * out, recipe.init, random), shape)),
    offset: variable(() => tf.zeros([out])),
    scale: norm ? variable(() => tf.ones([out])) : null,
    moving: norm ? { mean: tf.zeros([out]), variance: tf.ones([out]) } : null,
  };
}

/**
 * The convolutions that halve the picture. They are spread evenly, so that a deep net does not shrink it to nothing.
 */
function halvedBefore(layers: number): Set<number> {
  const times = Math.min(layers, HALVINGS);
  return new Set(Array.from({ length: times }, (_, i) => Math.floor((i * layers) / times)));
}

/**
 * Builds the net that a recipe describes, within the lab's limits of size. The initial weights are seeded.
 * @param side of the square input, pixels; with a pretrained base, of what it puts out
 * @param weights of the last part of the base, if it is trained
 */
export function buildNet(
  recipe: Recipe,
  side: number,
  channels: number,
  classes: number,
  random: Random,
  weights: TailWeights | null = null,
): Net {
  const { layers, width } = recipe.architecture;
  // A base leaves no picture for convolutions: one layer follows it.
  const kind = recipe.base !== 'none' && recipe.architecture.kind === 'conv' ? 'linear' : recipe.architecture.kind;
  const made: Layer[] = [];
  let at = side;
  let depth = channels;
  if (kind === 'conv') {
    const count = Math.min(layers, DEEPEST);
    const halvings = halvedBefore(count);
    let next = Math.min(width, WIDEST) / 2;
    for (let i = 0; i < count; i++) {
      const halve = halvings.has(i);
      if (halve) next = Math.min(next * 2, WIDEST_LATE);
      const out = Math.max(1, Math.round(next));
      made.push(makeLayer(`convolution ${i + 1}`, [3, 3, depth, out], halve ? 2 : 1, recipe.batchNorm, recipe, random));
      if (halve) at = Math.ceil(at / 2);
      depth = out;
    }
  }
  let units = at * at * depth;
  if (kind === 'dense') {
    for (let i = 0; i < Math.min(layers, DEEPEST); i++) {
      const out = Math.min(width, WIDEST_DENSE);
      made.push(makeLayer(`dense ${i + 1}`, [units, out], 1, recipe.batchNorm, recipe, random));
      units = out;
    }
  }
  made.push(makeLayer('output', [units, recipe.units === 'one' ? 1 : classes], 1, false, recipe, random));
  const tail = weights && buildTail(weights);
  return {
    layers: made,
    tail,
    variables: [
      ...made.flatMap((layer) => [layer.weights, layer.offset, ...(layer.scale ? [layer.scale] : [])]),
      ...(tail?.variables ?? []),
    ],
    recipe,
  };
}

/** Dropout (Srivastava et al. 2014): sets a share of the values to 0 and scales up the rest. */
export function dropOut(x: Tensor, rate: number, random: Random): Tensor {
  const mask = Float32Array.from({ length: x.size }, () => (random() < rate ? 0 : 1 / (1 - rate)));
  return tf.mul(x, tf.tensor(mask, x.shape));
}

const flat = (x: Tensor): Tensor2D => tf.reshape(x, [x.shape[0], x.size / x.shape[0]]);

function normalized(layer: Layer, x: Tensor, scale: Tensor1D, options: ForwardOptions): Tensor {
  const offset = layer.offset as Tensor as Tensor1D;
  const picture = (layer.kind === 'conv' ? x : tf.reshape(x, [x.shape[0], 1, 1, x.shape[1]!])) as Tensor4D;
  const out =
    options.moments === 'moving'
      ? normalizeByMoments(picture, layer.moving!, scale, offset)
      : normalizeByBatch(picture, scale, offset, options.seeMoments ?? discard);
  return layer.kind === 'conv' ? out : flat(out);
}

function discard({ mean, variance }: BatchMoments): void {
  mean.dispose();
  variance.dispose();
}

/** The outputs of the last layer before its activation: images × classes, or images × 1. */
export function forward({ layers, tail, recipe }: Net, images: Tensor4D, options: ForwardOptions): Tensor2D {
  let x: Tensor = tail ? runTail(tail, images) : images;
  for (const [i, layer] of layers.entries()) {
    const last = i === layers.length - 1;
    if (layer.kind === 'dense' && x.rank > 2) x = flat(x);
    if (last && options.dropout && recipe.dropout.rate > 0 && recipe.dropout.position === 'before-output')
      x = dropOut(x, recipe.dropout.rate, options.dropout);
    x =
      layer.kind === 'conv'
        ? tf.conv2d(x as Tensor4D, layer.weights as Tensor as Tensor4D, layer.stride, 'same')
        : tf.matMul(x, layer.weights);
    x = layer.scale
      ? normalized(layer, x, layer.scale as Tensor as Tensor1D, options)
      : addBias(x, layer.offset as Tensor as Tensor1D);
    if (!last) x = activate(x, recipe.activation);
    options.seeOutput?.(layer, x);
  }
  return x as Tensor2D;
}

/** Updates the moving moments: moving ← m · moving + (1 − m) · batch. */
export function moveMoments({ layers, recipe }: Net, seen: readonly BatchMoments[]): void {
  layers
    .filter((layer) => layer.moving)
    .forEach(({ moving }, i) => {
      const { mean, variance } = seen[i]!;
      const blend = (old: Tensor1D, fresh: Tensor1D): Tensor1D =>
        tf.keep(
          tf.tidy(() =>
            tf.add<Tensor1D>(tf.mul(old, recipe.batchNormMomentum), tf.mul(fresh, 1 - recipe.batchNormMomentum)),
          ),
        );
      const next = { mean: blend(moving!.mean, mean), variance: blend(moving!.variance, variance) };
      tf.dispose([moving!.mean, moving!.variance, mean, variance]);
      Object.assign(moving!, next);
    });
}

export function disposeNet({ layers, tail }: Net): void {
  if (tail) disposeTail(tail);
  for (const { weights, offset, scale, moving } of layers)
    tf.dispose([weights, offset, ...(scale ? [scale] : []), ...(moving ? [moving.mean, moving.variance] : [])]);
}
