/** Small pretrained networks with made-up weights, in the forms that exports of real ones have. */
import { writeFileSync } from 'node:fs';
import {
  encodeModel,
  externalTensor,
  inlineTensor,
  modelOf,
  nodeOf,
  valueInfo,
  type Graph,
  type Initializer,
  type Node,
} from '../../../scripts/backbone/onnx.ts';
import { gaussian, seededRandom } from '../../../src/core/statistics/random';

/** ONNX's numbers for types. */
export const TYPES = { float: 1, bytes: 2, int64: 7, half: 10 } as const;
export const CHANNELS = 12;
const PATCH = 8;

export type Port = Graph['input'][number];

/** An input or output of any type. */
export function port(name: string, dims: readonly (number | string)[], elemType: number = TYPES.float): Port {
  const { type } = valueInfo(name, dims);
  return { name, type: { tensorType: { ...type.tensorType, elemType } } };
}

export interface Form {
  /** What it puts out: a row, a map, or tokens, with a token for the class in front or without. */
  readonly output: 'row' | 'map' | 'tokens' | 'class-token';
  readonly outputName?: string;
  readonly layout?: 'nchw' | 'nhwc';
  /** Null: any side. */
  readonly side?: number | null;
  readonly batch?: number;
  /** Of the input, and of the row that is put out. */
  readonly type?: number;
  /** The file beside the model that holds the weights of the convolution. */
  readonly weightsIn?: string;
  /** All weights are zero. */
  readonly empty?: boolean;
  /** More inputs, which nothing uses. */
  readonly moreInputs?: readonly Port[];
  readonly moreOutputs?: readonly Port[];
  /** Name of the graph. */
  readonly name?: string;
}

const ints = (name: string, values: readonly number[]): Initializer => ({
  name,
  dims: [values.length],
  dataType: TYPES.int64,
  int64Data: values,
});

/** The weights of the convolution: CHANNELS × 3 × PATCH × PATCH. */
export function weightsOf(empty = false): number[] {
  const random = seededRandom(11);
  return Array.from({ length: CHANNELS * 3 * PATCH * PATCH }, () => (empty ? 0 : gaussian(random) / PATCH));
}

/** A convolution over patches of 8 pixels, with a rectifier. */
export function backboneBytes(form: Form): Uint8Array {
  const { output, layout = 'nchw', side = null, batch, type = TYPES.float, weightsIn, empty, moreInputs = [] } = form;
  const count = batch ?? 'n';
  const sides = side === null ? ['height', 'width'] : [side, side];
  const dims = layout === 'nchw' ? [count, 3, ...sides] : [count, ...sides, 3];
  const name = form.outputName ?? 'features';
  const nodes: Node[] = [];
  let value = 'images';
  const add = (op: string, inputs: readonly string[], attributes: Parameters<typeof nodeOf>[3] = {}, to?: string) => {
    value = to ?? `v${nodes.length}`;
    nodes.push(nodeOf(op, inputs, value, attributes));
  };
  if (type !== TYPES.float) add('Cast', [value], { to: TYPES.float });
  if (layout === 'nhwc') add('Transpose', [value], { perm: [0, 3, 1, 2] });
  add('Conv', [value, 'w'], { kernel_shape: [PATCH, PATCH], strides: [PATCH, PATCH] });
  add('Relu', [value], {}, output === 'map' ? name : undefined);
  if (output === 'row') {
    add('GlobalAveragePool', [value]);
    const half = type === TYPES.half;
    add('Flatten', [value], {}, half ? undefined : name);
    if (half) add('Cast', [value], { to: TYPES.half }, name);
  }
  if (output === 'tokens' || output === 'class-token') {
    add('Reshape', [value, 'shape']);
    const flat = value;
    add('Transpose', [flat], { perm: [0, 2, 1] }, output === 'tokens' ? name : 'patches');
    if (output === 'class-token') {
      add('ReduceMax', ['patches'], { axes: [1], keepdims: 1 });
      add('Concat', [value, 'patches'], { axis: 1 }, name);
    }
  }
  const shapes = { row: ['n', CHANNELS], map: ['n', CHANNELS, 'h', 'w'], tokens: ['n', 't', CHANNELS] };
  const size = [CHANNELS, 3, PATCH, PATCH];
  const graph: Graph = {
    name: form.name ?? 'net',
    node: nodes,
    initializer: [
      weightsIn === undefined ? inlineTensor('w', size, weightsOf(empty)) : externalTensor('w', size, weightsIn, 0),
      ints('shape', [0, CHANNELS, -1]),
    ],
    input: [port('images', dims, type), ...moreInputs],
    output: [
      port(
        name,
        shapes[output === 'class-token' ? 'tokens' : output],
        output === 'row' && type === TYPES.half ? type : undefined,
      ),
      ...(form.moreOutputs ?? []),
    ],
  };
  return encodeModel(modelOf(graph));
}

export function writeBackbone(path: string, form: Form): void {
  writeFileSync(path, backboneBytes(form));
}
