/**
 * The small CNN of the probe: 3×3 convolutions of stride 2 with batch normalization and ReLU, global average pooling,
 * dropout, softmax.
 * Strides are used instead of max pooling, whose gradient takes 15 % of a step in TensorFlow on a CPU. The gradient is
 * written out in TensorFlow's own kernels, which is possible because the architecture is fixed: automatic
 * differentiation of tfjs would spend a fifth of a step on bookkeeping and small operations. All weights are in one
 * vector, so that the optimizer needs a dozen operations in total and not for each layer.
 */
import { gaussian, type Random } from '../../../core/statistics/random';
import {
  kernel,
  type KernelAttribute,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tf,
} from '../runtime/tensors';

export interface CnnShape {
  readonly side: number;
  readonly channels: number;
  readonly classes: number;
  /** Output channels of each convolution. */
  readonly widths: readonly number[];
}

/**
 * The net for pictures of a given side: one convolution for each halving down to 2 pixels, so that the last ones see
 * the whole picture. Down to 4 pixels only, AP on digits with noisy labels is .992 instead of .998.
 */
export function cnnShape(side: number, channels: number, classes: number): CnnShape {
  const widths = [32, 64, 128, 160, 192].slice(0, Math.max(1, Math.round(Math.log2(side / 2))));
  return { side, channels, classes, widths };
}

interface Part {
  readonly shape: readonly number[];
  /** Standard deviation of the initial values; 0 for zeros, null for ones. */
  readonly deviation: number | null;
}

function partsOf({ channels, classes, widths }: CnnShape): Part[] {
  let depth = channels;
  const parts = widths.flatMap((width): Part[] => {
    const deviation = Math.sqrt(2 / (9 * depth));
    const filters = { shape: [3, 3, depth, width], deviation };
    depth = width;
    return [filters, { shape: [width], deviation: null }, { shape: [width], deviation: 0 }];
  });
  return [...parts, { shape: [depth, classes], deviation: Math.sqrt(1 / depth) }, { shape: [classes], deviation: 0 }];
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/** Initial weights (He et al. 2015) in one vector. */
export function initialWeights(shape: CnnShape, random: Random): Float32Array {
  const values = partsOf(shape).flatMap(({ shape: sides, deviation }) =>
    Array.from({ length: sizeOf(sides) }, () =>
      deviation === null ? 1 : deviation === 0 ? 0 : deviation * gaussian(random),
    ),
  );
  return Float32Array.from(values);
}

const FLOAT: KernelAttribute = { name: 'T', kind: 'type' };
const CONVOLUTION: readonly KernelAttribute[] = [
  FLOAT,
  { name: 'strides', kind: 'int', value: [1, 2, 2, 1] },
  { name: 'padding', kind: 'string', value: 'SAME' },
  { name: 'data_format', kind: 'string', value: 'NHWC' },
  { name: 'dilations', kind: 'int', value: [1, 1, 1, 1] },
  { name: 'use_cudnn_on_gpu', kind: 'bool', value: true },
];
const EPSILON = 1e-3;
const NORM: readonly KernelAttribute[] = [
  FLOAT,
  { name: 'U', kind: 'type' },
  { name: 'epsilon', kind: 'float', value: EPSILON },
  { name: 'data_format', kind: 'string', value: 'NHWC' },
  { name: 'is_training', kind: 'bool', value: true },
];
const NORM_FORWARD: readonly KernelAttribute[] = [...NORM, { name: 'exponential_avg_factor', kind: 'float', value: 1 }];

function product(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor2D {
  const attributes: readonly KernelAttribute[] = [
    FLOAT,
    { name: 'transpose_a', kind: 'bool', value: transposeA },
    { name: 'transpose_b', kind: 'bool', value: transposeB },
  ];
  return kernel('MatMul', [a, b], attributes)[0] as Tensor2D;
}

function convolve(x: Tensor, filters: Tensor): Tensor4D {
  return kernel(
    'Conv2D',
    [x, filters],
    [...CONVOLUTION, { name: 'explicit_paddings', kind: 'int', value: [] }],
  )[0] as Tensor4D;
}

interface Weights {
  readonly layers: readonly { readonly filters: Tensor4D; readonly scale: Tensor1D; readonly offset: Tensor1D }[];
  readonly dense: Tensor2D;
  readonly bias: Tensor1D;
}

function unpack(shape: CnnShape, weights: Tensor1D): Weights {
  const parts = partsOf(shape);
  const pieces = tf
    .split(
      weights,
      parts.map((part) => sizeOf(part.shape)),
    )
    .map((piece, i) => (parts[i]!.shape.length === 1 ? piece : tf.reshape(piece, [...parts[i]!.shape])));
  return {
    layers: shape.widths.map((_, layer) => ({
      filters: pieces[layer * 3] as Tensor as Tensor4D,
      scale: pieces[layer * 3 + 1] as Tensor1D,
      offset: pieces[layer * 3 + 2] as Tensor1D,
    })),
    dense: pieces.at(-2) as Tensor as Tensor2D,
    bias: pieces.at(-1) as Tensor1D,
  };
}

export interface Outputs {
  /** images × last width: the last layer's channels, averaged over the picture. */
  readonly pooled: Tensor2D;
  /** images × classes. */
  readonly logits: Tensor2D;
}

/**
 * The net at inference. Callers dispose of the tensors.
 * @param moving moving mean and variance of each layer, in the order of the layers
 */
export function outputs(shape: CnnShape, weights: Tensor1D, moving: Tensor1D, pictures: Tensor4D): Outputs {
  return tf.tidy(() => {
    const { layers, dense, bias } = unpack(shape, weights);
    const moments = tf.split(
      moving,
      shape.widths.flatMap((width) => [width, width]),
    );
    let x = pictures;
    layers.forEach(({ filters, scale, offset }, layer) => {
      const normal = tf.batchNorm4d(
        convolve(x, filters),
        moments[2 * layer] as Tensor1D,
        moments[2 * layer + 1] as Tensor1D,
        offset,
        scale,
        EPSILON,
      );
      x = tf.relu(normal);
    });
    const pooled = x.mean<Tensor2D>([1, 2]);
    return { pooled, logits: product(pooled, dense).add<Tensor2D>(bias) };
  });
}

export interface Slope {
  /** Mean cross-entropy over the batch. */
  readonly loss: Tensor;
  /** images × classes. */
  readonly logits: Tensor2D;
  readonly gradient: Tensor1D;
  /** Mean and variance of each layer over the batch, in the order of the layers, in one vector. */
  readonly moments: Tensor1D;
}

/**
 * Loss over a batch, normalized by the batch's own moments, and its gradient. Callers dispose of the tensors.
 * @param targets one-hot, images × classes
 * @param dropout images × last width: 0 or 1 / (1 − rate); null for no dropout
 * @param worth images × 1: weight of each image's loss, 1 on average; null for equal weights
 */
export function slope(
  shape: CnnShape,
  weights: Tensor1D,
  pictures: Tensor4D,
  targets: Tensor2D,
  dropout: Tensor2D | null,
  worth: Tensor2D | null = null,
): Slope {
  return tf.tidy(() => {
    const none = tf.tensor1d([]);
    const { layers, dense, bias } = unpack(shape, weights);
    const inputs: Tensor4D[] = [];
    const normed: (readonly Tensor[])[] = [];
    let x = pictures;
    for (const { filters, scale, offset } of layers) {
      inputs.push(x);
      const scores = convolve(x, filters);
      const [normal, ...reserve] = kernel('FusedBatchNormV3', [scores, scale, offset, none, none], NORM_FORWARD, 6);
      normed.push([scores, ...reserve]);
      x = kernel('Relu', [normal!], [FLOAT])[0] as Tensor4D;
    }
    const [count, height, width, depth] = x.shape;
    const mean = x.mean<Tensor2D>([1, 2]);
    const pooled = dropout ? mean.mul<Tensor2D>(dropout) : mean;
    const answers = product(pooled, dense).add<Tensor2D>(bias);
    const [losses, rowSlopes] = kernel('SoftmaxCrossEntropyWithLogits', [answers, targets], [FLOAT], 2);
    const loss = worth ? losses!.mul(worth.reshape([-1])).mean() : losses!.mean();
    const error = (worth ? rowSlopes!.mul(worth) : rowSlopes!).div<Tensor2D>(count);
    const gradients: Tensor[] = [product(pooled, error, true), error.sum(0)];
    const backPooled = product(error, dense, false, true).div<Tensor2D>(height * width);
    let back: Tensor = tf.tile(
      (dropout ? backPooled.mul<Tensor2D>(dropout) : backPooled).reshape([count, 1, 1, depth]),
      [1, height, width, 1],
    );
    for (let layer = layers.length - 1; layer >= 0; layer--) {
      const { filters, scale } = layers[layer]!;
      const [scores, , , ...reserve] = normed[layer]!;
      const active = layer === layers.length - 1 ? x : inputs[layer + 1]!;
      const ungated = kernel('ReluGrad', [back, active], [FLOAT])[0]!;
      const [forScores, forScale, forOffset] = kernel(
        'FusedBatchNormGradV3',
        [ungated, scores!, scale, ...reserve],
        NORM,
        5,
      );
      const attributes: readonly KernelAttribute[] = [
        ...CONVOLUTION,
        { name: 'explicit_paddings', kind: 'int', value: [] },
      ];
      const forFilters = kernel(
        'Conv2DBackpropFilter',
        [inputs[layer]!, tf.tensor1d(filters.shape, 'int32'), forScores!],
        attributes,
      )[0]!;
      gradients.unshift(forFilters, forScale!, forOffset!);
      if (layer > 0)
        back = kernel(
          'Conv2DBackpropInput',
          [tf.tensor1d(inputs[layer]!.shape, 'int32'), filters, forScores!],
          attributes,
        )[0]!;
    }
    return {
      loss,
      logits: answers,
      gradient: tf.concat1d(
        gradients.map((gradient) => (gradient.rank === 1 ? gradient : gradient.reshape([-1])) as Tensor1D),
      ),
      moments: tf.concat1d(normed.flatMap(([, layerMean, variance]) => [layerMean as Tensor1D, variance as Tensor1D])),
    };
  });
}
