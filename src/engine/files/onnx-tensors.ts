/** Reads weights of an ONNX file that lie in a file beside it. The numbers of the fields are those of onnx.proto. */
import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Bytes, fieldsOf, varint, type MessageField } from './protobuf';

const GRAPH = 7;
const INITIALIZER = 5;
const TENSOR = { dims: 1, name: 8, externalData: 13 } as const;
const ENTRY = { key: 1, value: 2 } as const;

/** 32-bit floats, row-major. */
export interface StoredWeights {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** Reads a pair of texts. @throws NoMessage */
export function textPair(
  bytes: Bytes,
  { from, to }: Pick<MessageField, 'from' | 'to'>,
): { key: string; value: string } {
  const entry = { key: '', value: '' };
  for (const field of fieldsOf(bytes, from, to)) {
    if (field.number === ENTRY.key) entry.key = bytes.text(field.from, field.to);
    if (field.number === ENTRY.value) entry.value = bytes.text(field.from, field.to);
  }
  return entry;
}

/** What a model says of one tensor of weights. `external`: where they are, if in another file. @throws NoMessage */
export function onnxTensor(
  bytes: Bytes,
  { from, to }: Pick<MessageField, 'from' | 'to'>,
): { name: string; dims: number[]; external: ReadonlyMap<string, string> } {
  const external = new Map<string, string>();
  const dims: number[] = [];
  let name = '';
  for (const field of fieldsOf(bytes, from, to)) {
    if (field.number === TENSOR.name) name = bytes.text(field.from, field.to);
    for (let at = field.from; field.number === TENSOR.dims && at < field.to;) {
      const [dim, next] = varint(bytes, at);
      dims.push(dim);
      at = next;
    }
    if (field.number !== TENSOR.externalData) continue;
    const { key, value } = textPair(bytes, field);
    external.set(key, value);
  }
  return { name, dims, external };
}

function floatsAt(path: string, offset: number, length: number): Float32Array {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    if (readSync(file, buffer, 0, length, offset) < length) throw new Error(`${path} is too short`);
    return new Float32Array(buffer.buffer, buffer.byteOffset, length / Float32Array.BYTES_PER_ELEMENT);
  } finally {
    closeSync(file);
  }
}

/**
 * @param path of an ONNX file that `readOnnxFacts` accepts
 * @param names of tensors of 32-bit floats in other files
 * @throws Error where a tensor is missing or its file is too short
 */
export function readOnnxTensors(path: string, names: readonly string[]): Map<string, StoredWeights> {
  const file = openSync(path, 'r');
  const found = new Map<string, StoredWeights>();
  try {
    const bytes = new Bytes(file);
    for (const graph of fieldsOf(bytes, 0, bytes.size)) {
      if (graph.number !== GRAPH) continue;
      for (const part of fieldsOf(bytes, graph.from, graph.to)) {
        if (part.number !== INITIALIZER) continue;
        const { name, dims, external } = onnxTensor(bytes, part);
        if (!names.includes(name)) continue;
        const weights = join(dirname(path), external.get('location') ?? '');
        found.set(name, {
          dims,
          values: floatsAt(weights, Number(external.get('offset')), Number(external.get('length'))),
        });
      }
    }
  } finally {
    closeSync(file);
  }
  const missing = names.find((name) => !found.has(name));
  if (missing !== undefined) throw new Error(`${path} has no weights ${missing}`);
  return found;
}
