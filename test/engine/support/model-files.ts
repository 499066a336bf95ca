/**
 * Small models written byte by byte, because no installed library writes ONNX or SavedModel. Protocol buffers consist
 * of tag, length and content.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
const int64s = (values: readonly number[]): number[] => [...new Uint8Array(BigInt64Array.from(values, BigInt).buffer)];
const int32s = (values: readonly number[]): number[] => [...new Uint8Array(Int32Array.from(values).buffer)];

/** Classifies as dark, middle or bright by mean brightness on the scale 0–1. With 0–255 everything is bright. */
export const SLOPES = [-12, 0, 12];
export const OFFSETS = [4, 0, -8];
const WEIGHTS = [0, 1, 2].flatMap(() => SLOPES.map((slope) => slope / 3));

const FLOAT = 1;
const INT64 = 7;

function tensor(name: string, type: number, dims: readonly number[], content: readonly number[]): Message {
  return message(...dims.map((dim): Field => [1, dim]), [2, type], [8, name], [9, content]);
}

function onnxValue(name: string, dims: readonly (number | string)[]): Message {
  const shape = message(
    ...dims.map((dim): Field => [1, typeof dim === 'number' ? message([1, dim]) : message([2, dim])]),
  );
  return message([1, name], [2, message([1, message([1, FLOAT], [2, shape])])]);
}

const onnxNode = (op: string, inputs: readonly string[], output: string): Field => [
  1,
  message(...inputs.map((input): Field => [1, input]), [2, output], [4, op]),
];

function writeGraph(path: string, ...parts: Field[]): void {
  const graph = message([2, 'net'], ...parts);
  writeFileSync(path, Uint8Array.from(message([1, 8], [7, graph], [8, message([1, ''], [2, 13])]).bytes));
}

/** Mean over the picture, then a linear layer. @param outputs columns of the layer that are kept */
export function writeOnnx(path: string, outputs = 3, side = 8): void {
  const kept = WEIGHTS.filter((_, i) => i % 3 < outputs);
  writeGraph(
    path,
    onnxNode('GlobalAveragePool', ['x'], 'm'),
    onnxNode('Flatten', ['m'], 'f'),
    onnxNode('Gemm', ['f', 'w', 'b'], 'y'),
    [5, tensor('w', FLOAT, [3, outputs], floats(kept))],
    [5, tensor('b', FLOAT, [outputs], floats(OFFSETS.slice(0, outputs)))],
    [11, onnxValue('x', ['n', 3, side, side])],
    [12, onnxValue('y', ['n', outputs])],
  );
}

/** Of an encoder as `writeEncoder` makes it. */
export const ENCODER_OUTPUTS = [
  { name: 'mean', width: 3 },
  { name: 'left', width: 3 },
];

/** Takes pictures of any side; puts out the mean of each channel, and that of the two columns at the left. */
export function writeEncoder(path: string): void {
  writeGraph(
    path,
    onnxNode('GlobalAveragePool', ['images'], 'm'),
    onnxNode('Flatten', ['m'], 'mean'),
    onnxNode('Slice', ['images', 'from', 'to', 'axis'], 's'),
    onnxNode('GlobalAveragePool', ['s'], 'l'),
    onnxNode('Flatten', ['l'], 'left'),
    [5, tensor('from', INT64, [1], int64s([0]))],
    [5, tensor('to', INT64, [1], int64s([2]))],
    [5, tensor('axis', INT64, [1], int64s([3]))],
    [11, onnxValue('images', ['n', 3, 'height', 'width'])],
    ...ENCODER_OUTPUTS.map(({ name, width }): Field => [12, onnxValue(name, ['n', width])]),
  );
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
