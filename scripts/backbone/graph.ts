/**
 * EfficientNet-Lite0 as an ONNX graph. The weights stay in the checkpoint of PyTorch, unchanged: the graph says at which
 * byte each tensor starts.
 *
 * Source: Tan and Le, EfficientNet (2019), with the changes of the Lite models (Google, 2020): ReLU6 for swish, no
 * squeeze-and-excitation, and a stem and head of fixed width.
 */
import { BACKBONE_FILES, BACKBONE_INPUT, BACKBONE_OUTPUTS } from '../../src/engine/process/backbone.ts';
import {
  externalTensor,
  inlineTensor,
  modelOf,
  nodeOf,
  valueInfo,
  type AttributeValue,
  type Initializer,
  type Model,
  type Node,
} from './onnx.ts';

/** Where a checkpoint keeps a tensor, as tensors.py prints it. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** In elements. */
  readonly strides: readonly number[];
  /** In bytes from the start of the file. */
  readonly offset: number;
}

interface Stage {
  readonly blocks: number;
  readonly kernel: number;
  /** Of the first block; that of the others is 1. */
  readonly stride: number;
  /** How many times wider a block is inside. */
  readonly expansion: number;
  readonly channels: number;
}

const STEM_CHANNELS = 32;

const STAGES: readonly Stage[] = [
  { blocks: 1, kernel: 3, stride: 1, expansion: 1, channels: 16 },
  { blocks: 2, kernel: 3, stride: 2, expansion: 6, channels: 24 },
  { blocks: 2, kernel: 5, stride: 2, expansion: 6, channels: 40 },
  { blocks: 3, kernel: 3, stride: 2, expansion: 6, channels: 80 },
  { blocks: 3, kernel: 5, stride: 1, expansion: 6, channels: 112 },
  { blocks: 4, kernel: 5, stride: 2, expansion: 6, channels: 192 },
  { blocks: 1, kernel: 3, stride: 1, expansion: 6, channels: 320 },
];

/** The networks of TensorFlow were trained with it; PyTorch's own is smaller. */
const NORM_EPSILON = 1e-3;

/**
 * The order of the axes in which a tensor is stored without gaps, outermost first. Axes of one element may stand
 * anywhere.
 * @throws Error if there is no such order
 */
export function storageOrder({ name, shape, strides }: StoredTensor): number[] {
  const order = shape.map((_, axis) => axis).sort((a, b) => strides[b]! - strides[a]! || shape[a]! - shape[b]!);
  let expected = 1;
  for (const axis of order.toReversed()) {
    if (shape[axis] !== 1 && strides[axis] !== expected) throw new Error(`${name} is not stored in one piece`);
    expected *= shape[axis]!;
  }
  return order;
}

/** A graph in the making: each method adds one operation and returns the name of its output. */
class Builder {
  readonly nodes: Node[] = [];
  readonly initializers: Initializer[] = [inlineTensor('zero', [], [0]), inlineTensor('six', [], [6])];
  readonly #stored: ReadonlyMap<string, StoredTensor>;

  constructor(tensors: readonly StoredTensor[]) {
    this.#stored = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  }

  operation(
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    this.nodes.push(nodeOf(opType, inputs, output, attributes));
    return output;
  }

  /** The tensor as PyTorch sees it. The checkpoint has the weights of a convolution in TensorFlow's order of the axes. */
  tensor(name: string, shape: readonly number[]): string {
    const stored = this.#stored.get(name);
    if (stored === undefined) throw new Error(`the checkpoint has no ${name}`);
    if (stored.shape.join() !== shape.join())
      throw new Error(`${name} has the shape ${stored.shape.join(' × ')}, not ${shape.join(' × ')}`);
    const order = storageOrder(stored);
    const isInOrder = order.every((axis, index) => axis === index);
    const initializer = isInOrder ? name : `${name}/stored`;
    const dims = order.map((axis) => shape[axis]!);
    this.initializers.push(externalTensor(initializer, dims, BACKBONE_FILES.weights, stored.offset));
    if (isInOrder) return name;
    return this.operation('Transpose', [initializer], name, { perm: shape.map((_, axis) => order.indexOf(axis)) });
  }

  convolution(
    input: string,
    name: string,
    shape: readonly [outputs: number, inputs: number, kernel: number],
    options: { readonly stride?: number; readonly groups?: number } = {},
  ): string {
    const [outputs, inputs, kernel] = shape;
    const stride = options.stride ?? 1;
    const weight = this.tensor(`${name}.weight`, [outputs, inputs, kernel, kernel]);
    return this.operation('Conv', [input, weight], name, {
      auto_pad: 'SAME_UPPER',
      group: options.groups ?? 1,
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
    });
  }

  normalization(input: string, name: string, channels: number): string {
    const parts = ['weight', 'bias', 'running_mean', 'running_var'];
    const tensors = parts.map((part) => this.tensor(`${name}.${part}`, [channels]));
    return this.operation('BatchNormalization', [input, ...tensors], name, { epsilon: { float: NORM_EPSILON } });
  }

  relu6(input: string): string {
    return this.operation('Clip', [input, 'zero', 'six'], `${input}/relu6`);
  }

  meanOverPositions(input: string, output: string): string {
    return this.operation('ReduceMean', [input], output, { axes: [2, 3], keepdims: 0 });
  }
}

/** An inverted residual block. */
function addBlock(graph: Builder, input: string, name: string, inputs: number, stage: Stage, stride: number): string {
  const { kernel, expansion, channels } = stage;
  const inside = inputs * expansion;
  let value = input;
  if (expansion !== 1) {
    value = graph.convolution(value, `${name}._expand_conv`, [inside, inputs, 1]);
    value = graph.relu6(graph.normalization(value, `${name}._bn0`, inside));
  }
  value = graph.convolution(value, `${name}._depthwise_conv`, [inside, 1, kernel], { stride, groups: inside });
  value = graph.relu6(graph.normalization(value, `${name}._bn1`, inside));
  value = graph.convolution(value, `${name}._project_conv`, [channels, inside, 1]);
  value = graph.normalization(value, `${name}._bn2`, channels);
  return stride === 1 && inputs === channels ? graph.operation('Add', [value, input], `${name}/sum`) : value;
}

/**
 * @param tensors all tensors of the checkpoint
 * @param weightsHash the SHA-256 of the checkpoint; written into the model, so that the model's bytes stand for both
 * @throws Error if a tensor is missing or has another shape than the network
 */
export function backboneModel(tensors: readonly StoredTensor[], weightsHash: string): Model {
  const graph = new Builder(tensors);
  const widths = new Map(BACKBONE_OUTPUTS.map(({ name, width }) => [name, width]));
  const addOutput = (layer: string, name: string, channels: number): void => {
    if (widths.get(name) === channels) graph.meanOverPositions(layer, name);
  };

  let value = graph.convolution(BACKBONE_INPUT, '_conv_stem', [STEM_CHANNELS, 3, 3], { stride: 2 });
  value = graph.relu6(graph.normalization(value, '_bn0', STEM_CHANNELS));
  let channels = STEM_CHANNELS;
  let block = 0;
  for (const [index, stage] of STAGES.entries()) {
    for (let repeat = 0; repeat < stage.blocks; repeat++) {
      value = addBlock(graph, value, `_blocks.${block}`, channels, stage, repeat === 0 ? stage.stride : 1);
      channels = stage.channels;
      block += 1;
    }
    addOutput(value, `stage${index + 1}`, channels);
  }
  const headChannels = widths.get('final')!;
  value = graph.convolution(value, '_conv_head', [headChannels, channels, 1]);
  value = graph.relu6(graph.normalization(value, '_bn1', headChannels));
  addOutput(value, 'final', headChannels);

  return modelOf(
    {
      name: 'efficientnet-lite0',
      node: graph.nodes,
      initializer: graph.initializers,
      input: [valueInfo(BACKBONE_INPUT, ['images', 3, 'side', 'side'])],
      output: BACKBONE_OUTPUTS.map(({ name, width }) => valueInfo(name, ['images', width])),
    },
    { 'weights-sha256': weightsHash },
  );
}
