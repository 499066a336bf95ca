/**
 * Small models. The SavedModel is written byte by byte, because no library here writes one: protocol buffers are tag,
 * length, content.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  encodeModel,
  inlineTensor,
  modelOf,
  nodeOf,
  valueInfo,
  type Graph,
  type Initializer,
} from '../../../scripts/backbone/onnx.ts';

function varint(value: number): number[] {
  if (value < 0) return [...Array<number>(9).fill(0xff), 0x01];
  const out: number[] = [];
  let rest = value;
  while (rest > 127) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...out, rest];
}

type Field = readonly [tag: number, value: number | string | readonly number[] | Message];
interface Message {
  readonly bytes: readonly number[];
}

/** A number is a varint; text, bytes and messages are prefixed with their length. */
function message(...fields: readonly Field[]): Message {
  return {
    bytes: fields.flatMap(([tag, value]) => {
      if (typeof value === 'number') return [...varint(tag * 8), ...varint(value)];
      const content = typeof value === 'string' ? [...Buffer.from(value)] : 'bytes' in value ? value.bytes : value;
      return [...varint(tag * 8 + 2), ...varint(content.length), ...content];
    }),
  };
}

const floats = (values: readonly number[]): number[] => [...new Uint8Array(Float32Array.from(values).buffer)];
const int32s = (values: readonly number[]): number[] => [...new Uint8Array(Int32Array.from(values).buffer)];

/** Classifies as dark, middle or bright by mean brightness on the scale 0–1. With 0–255 everything is bright. */
export const SLOPES = [-12, 0, 12];
export const OFFSETS = [4, 0, -8];
const WEIGHTS = [0, 1, 2].flatMap(() => SLOPES.map((slope) => slope / 3));

/** ONNX's number for whole numbers of 64 bits. */
const INT64 = 7;

/** Mean over the picture, then a linear layer. @param outputs columns of the layer that are kept */
export function writeOnnx(path: string, outputs = 3, side = 8): void {
  const kept = WEIGHTS.filter((_, i) => i % 3 < outputs);
  const graph: Graph = {
    name: 'net',
    node: [
      nodeOf('GlobalAveragePool', ['x'], 'm'),
      nodeOf('Flatten', ['m'], 'f'),
      nodeOf('Gemm', ['f', 'w', 'b'], 'y'),
    ],
    initializer: [inlineTensor('w', [3, outputs], kept), inlineTensor('b', [outputs], OFFSETS.slice(0, outputs))],
    input: [valueInfo('x', ['n', 3, side, side])],
    output: [valueInfo('y', ['n', outputs])],
  };
  writeFileSync(path, encodeModel(modelOf(graph)));
}

/** Of an encoder as `writeEncoder` makes it. */
export const ENCODER_OUTPUTS = [
  { name: 'mean', width: 3 },
  { name: 'left', width: 3 },
];

/** Takes pictures of any side; puts out the mean of each channel, and that of the two columns at the left. */
export function writeEncoder(path: string): void {
  const index = (name: string, value: number): Initializer => ({
    name,
    dims: [1],
    dataType: INT64,
    int64Data: [value],
  });
  const graph: Graph = {
    name: 'encoder',
    node: [
      nodeOf('GlobalAveragePool', ['images'], 'm'),
      nodeOf('Flatten', ['m'], 'mean'),
      nodeOf('Slice', ['images', 'from', 'to', 'axis'], 's'),
      nodeOf('GlobalAveragePool', ['s'], 'l'),
      nodeOf('Flatten', ['l'], 'left'),
    ],
    initializer: [index('from', 0), index('to', 2), index('axis', 3)],
    input: [valueInfo('images', ['n', 3, 'height', 'width'])],
    output: ENCODER_OUTPUTS.map(({ name, width }) => valueInfo(name, ['n', width])),
  };
  writeFileSync(path, encodeModel(modelOf(graph)));
}

/** The same net as a SavedModel with frozen weights. */
export function writeSavedModel(folder: string): void {
  const shape = (dims: readonly number[]): Message => message(...dims.map((dim): Field => [2, message([1, dim])]));
  const attr = (name: string, value: Message): Field => [5, message([1, name], [2, value])];
  const type = (name: string, id: number): Field => attr(name, message([6, id]));
  const node = (name: string, op: string, inputs: readonly string[], ...attrs: Field[]): Field => [
    1,
    message([1, name], [2, op], ...inputs.map((input): Field => [3, input]), ...attrs),
  ];
  const constant = (name: string, id: number, dims: readonly number[], content: number[]): Field =>
    node(
      name,
      'Const',
      [],
      type('dtype', id),
      attr('value', message([8, message([1, id], [2, shape(dims)], [4, content])])),
    );
  const graph = message(
    node('x', 'Placeholder', [], type('dtype', 1), attr('shape', message([7, shape([-1, 8, 8, 3])]))),
    constant('axes', 3, [2], int32s([1, 2])),
    constant('w', 1, [3, 3], floats(WEIGHTS)),
    constant('b', 1, [3], floats(OFFSETS)),
    node('m', 'Mean', ['x', 'axes'], type('T', 1), type('Tidx', 3), attr('keep_dims', message([5, 0]))),
    node(
      'mm',
      'MatMul',
      ['m', 'w'],
      type('T', 1),
      attr('transpose_a', message([5, 0])),
      attr('transpose_b', message([5, 0])),
    ),
    node('y', 'BiasAdd', ['mm', 'b'], type('T', 1)),
    [4, message([1, 1087])],
  );
  const info = (name: string, dims: readonly number[]): Message => message([1, `${name}:0`], [2, 1], [3, shape(dims)]);
  const entry = (key: string, value: Message): Message => message([1, key], [2, value]);
  const signature = message(
    [1, entry('image', info('x', [-1, 8, 8, 3]))],
    [2, entry('logits', info('y', [-1, 3]))],
    [3, 'tensorflow/serving/predict'],
  );
  const meta = message([1, message([4, 'serve'])], [2, graph], [5, entry('serving_default', signature)]);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'saved_model.pb'), Uint8Array.from(message([1, 1], [2, meta]).bytes));
}
