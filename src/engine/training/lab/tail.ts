/**
 * The last part of the pretrained network, whose weights the lab trains: the last block and the convolution after it.
 * Source: Tan and Le, EfficientNet (2019), in the Lite form of scripts/backbone/graph.ts.
 */
import { readOnnxTensors, type StoredWeights } from '../../files/onnx-tensors';
import { tf, type Tensor1D, type Tensor4D, type Variable } from '../runtime/tensors';
import { addBias } from './layers';

const EPSILON = 1e-3;
const AT_ONCE = 64;

/** One convolution with its batch norm. */
const STEPS = [
  { convolution: '_blocks.15._expand_conv', norm: '_blocks.15._bn0', depthwise: false, relu6: true },
  { convolution: '_blocks.15._depthwise_conv', norm: '_blocks.15._bn1', depthwise: true, relu6: true },
  { convolution: '_blocks.15._project_conv', norm: '_blocks.15._bn2', depthwise: false, relu6: false },
  { convolution: '_conv_head', norm: '_bn1', depthwise: false, relu6: true },
] as const;

type Step = (typeof STEPS)[number];

const PARTS = ['weight', 'bias', 'running_mean', 'running_var'] as const;

/** Weights of convolutions, in the order of TensorFlow's axes, and of batch norm, by name. */
export type TailWeights = ReadonlyMap<string, StoredWeights>;

const kernelName = ({ convolution }: Step): string => `${convolution}.weight/stored`;

/**
 * @param path of the network
 * @throws Error where the network has other weights
 */
export const readTail = (path: string): TailWeights =>
  readOnnxTensors(
    path,
    STEPS.flatMap((step) => [kernelName(step), ...PARTS.map((part) => `${step.norm}.${part}`)]),
  );

interface TailLayer {
  readonly step: Step;
  readonly kernel: Variable;
  /** Of batch norm. */
  readonly scale: Variable;
  readonly offset: Variable;
  /** The stored statistics, which stay as they are. */
  readonly mean: Tensor1D;
  readonly deviation: Tensor1D;
}

export interface Tail {
  readonly layers: readonly TailLayer[];
  readonly variables: readonly Variable[];
}

/** A copy of the pretrained weights that can be trained. */
export function buildTail(weights: TailWeights): Tail {
  const layers = STEPS.map((step): TailLayer => {
    const kernel = weights.get(kernelName(step))!;
    const [height, width, inputs, outputs] = kernel.dims as [number, number, number, number];
    const norm = (part: (typeof PARTS)[number]): Tensor1D => tf.tensor1d(weights.get(`${step.norm}.${part}`)!.values);
    const shape = step.depthwise ? [height, width, outputs, inputs] : [height, width, inputs, outputs];
    return tf.tidy(() => ({
      step,
      kernel: tf.variable(tf.tensor(kernel.values, shape)),
      scale: tf.variable(norm('weight')),
      offset: tf.variable(norm('bias')),
      mean: tf.keep(norm('running_mean')),
      deviation: tf.keep(tf.sqrt(tf.add<Tensor1D>(norm('running_var'), EPSILON))),
    }));
  });
  return { layers, variables: layers.flatMap(({ kernel, scale, offset }) => [kernel, scale, offset]) };
}

export function disposeTail({ layers, variables }: Tail): void {
  tf.dispose([...variables, ...layers.flatMap(({ mean, deviation }) => [mean, deviation])]);
}

/**
 * Batch norm with stored statistics is an affine map of each channel. Its factor is multiplied into the weights of the
 * convolution, which are fewer than the values of a batch; the gradients are the same.
 */
function runLayer({ step, kernel, scale, offset, mean, deviation }: TailLayer, x: Tensor4D): Tensor4D {
  const factor = tf.div<Tensor1D>(scale, deviation);
  const bias = tf.sub<Tensor1D>(offset, tf.mul(mean, factor));
  const shape = step.depthwise ? [1, 1, factor.size, 1] : [1, 1, 1, factor.size];
  const weights = tf.mul<Tensor4D>(kernel, tf.reshape(factor, shape));
  const made = step.depthwise ? tf.depthwiseConv2d(x, weights, 1, 'same') : tf.conv2d(x, weights, 1, 'same');
  const out = addBias(made, bias) as Tensor4D;
  return step.relu6 ? tf.clipByValue(out, 0, 6) : out;
}

/**
 * @param maps what the network gives at the cut: images × side × side × channels
 * @returns the means over all positions: images × 1 × 1 × width
 */
export function runTail({ layers }: Tail, maps: Tensor4D): Tensor4D {
  return tf.mean(
    layers.reduce((x, layer) => runLayer(layer, x), maps),
    [1, 2],
    true,
  );
}

/**
 * What the pretrained weights give for maps.
 * @param maps images × side × side × channels
 * @returns images × width
 */
export function tailFeatures(weights: TailWeights, maps: Float32Array, side: number, channels: number): Float32Array {
  const tail = buildTail(weights);
  const size = side * side * channels;
  const images = maps.length / size;
  const parts: Float32Array[] = [];
  for (let from = 0; from < images; from += AT_ONCE) {
    const count = Math.min(AT_ONCE, images - from);
    const out = tf.tidy(() => {
      const some = tf.tensor4d(maps.subarray(from * size, (from + count) * size), [count, side, side, channels]);
      return tf.reshape(runTail(tail, some), [count, -1]);
    });
    parts.push(out.dataSync<'float32'>());
    out.dispose();
  }
  disposeTail(tail);
  const width = parts.length === 0 ? 0 : parts[0]!.length / Math.min(AT_ONCE, images);
  const all = new Float32Array(images * width);
  parts.forEach((part, i) => all.set(part, i * AT_ONCE * width));
  return all;
}
