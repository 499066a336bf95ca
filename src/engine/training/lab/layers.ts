/**
 * Layers with TensorFlow's own gradient kernels. tfjs computes these gradients with five to twelve small kernels each,
 * and the overhead of the calls costs more than the arithmetic.
 */
import type { Activation } from '../../../core/collapse/interventions/index';
import { kernel, tf, type Tensor, type Tensor1D, type Tensor4D, type KernelAttribute } from '../runtime/tensors';

const FLOAT: KernelAttribute = { name: 'T', kind: 'type' };
const BATCH_NORM: readonly KernelAttribute[] = [
  FLOAT,
  { name: 'U', kind: 'type' },
  { name: 'epsilon', kind: 'float', value: 1e-3 },
  { name: 'data_format', kind: 'string', value: 'NHWC' },
  { name: 'is_training', kind: 'bool', value: true },
];
const EPSILON = 1e-3;

const reluWithGradient = tf.customGrad((x, save) => {
  const y = tf.relu(x as Tensor);
  (save as (tensors: Tensor[]) => void)([y]);
  return { value: y, gradFunc: (dy: Tensor, [saved]: Tensor[]) => kernel('ReluGrad', [dy, saved!], [FLOAT])[0]! };
});

const ACTIVATIONS: Record<Activation, (x: Tensor) => Tensor> = {
  relu: reluWithGradient,
  'leaky-relu': (x) => tf.leakyRelu(x, 0.1),
  elu: (x) => tf.elu(x),
  tanh: (x) => tf.tanh(x),
  sigmoid: (x) => tf.sigmoid(x),
  none: (x) => x,
};

export const activate = (x: Tensor, activation: Activation): Tensor => ACTIVATIONS[activation](x);

/** Adds one bias per channel of the last axis. */
export const addBias: (x: Tensor, bias: Tensor1D) => Tensor = tf.customGrad((x, bias) => ({
  value: kernel('BiasAdd', [x as Tensor, bias as Tensor], [FLOAT])[0]!,
  gradFunc: (dy: Tensor) => [dy, kernel('BiasAddGrad', [dy], [FLOAT])[0]!],
}));

export interface BatchMoments {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/**
 * Batch normalization with the moments of the batch (Ioffe & Szegedy 2015).
 * @param see receives the moments, which are kept alive; it must dispose of them
 */
export function normalizeByBatch(
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
  see: (moments: BatchMoments) => void,
): Tensor4D {
  const none = tf.tensor1d([]);
  const run = tf.customGrad((...given) => {
    const [input, gamma, beta, save] = given as unknown as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
    const [y, mean, variance, ...reserved] = kernel(
      'FusedBatchNormV3',
      [input, gamma, beta, none, none],
      [...BATCH_NORM, { name: 'exponential_avg_factor', kind: 'float', value: 1 }],
      6,
    );
    see({ mean: tf.keep(mean as Tensor1D), variance: tf.keep(variance as Tensor1D) });
    save([input, gamma, ...reserved]);
    return {
      value: y!,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        kernel('FusedBatchNormGradV3', [dy, ...saved], BATCH_NORM, 5).slice(0, 3),
    };
  });
  return run(x, scale, offset) as Tensor4D;
}

/** Batch normalization with given moments, as in prediction. */
export function normalizeByMoments(
  x: Tensor4D,
  { mean, variance }: BatchMoments,
  scale: Tensor1D,
  offset: Tensor1D,
): Tensor4D {
  return tf.batchNorm4d(x, mean, variance, offset, scale, EPSILON);
}

/** Mean over the batch of weight × softmax cross-entropy from logits, with TensorFlow's fused kernel. */
export const softmaxCrossEntropy: (logits: Tensor, labels: Tensor, weights: Tensor) => Tensor = tf.customGrad(
  (...given) => {
    const [logits, labels, weights, save] = given as unknown as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
    const [loss, slope] = kernel('SoftmaxCrossEntropyWithLogits', [logits, labels], [FLOAT], 2);
    const rows = logits.shape[0];
    save([slope!, weights]);
    return {
      value: tf.mean(tf.mul(loss!, weights)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const perRow = tf.div(tf.mul(saved[1]!, dy), rows);
        return [tf.mul(saved[0]!, tf.expandDims(perRow, 1)), tf.zerosLike(saved[0]!), tf.zerosLike(saved[1]!)];
      },
    };
  },
);
