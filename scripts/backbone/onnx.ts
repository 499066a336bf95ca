/** Builds and writes an ONNX model: the objects have the shapes of the messages in onnx.proto. */
import { join } from 'node:path';
import protobuf from 'protobufjs';

export interface Attribute {
  readonly name: string;
  readonly type: 'FLOAT' | 'INT' | 'STRING' | 'INTS';
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
}

export interface Node {
  readonly name: string;
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly Attribute[];
}

interface Entry {
  readonly key: string;
  readonly value: string;
}

export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly floatData?: readonly number[];
  readonly int64Data?: readonly number[];
  readonly dataLocation?: 'EXTERNAL';
  readonly externalData?: readonly Entry[];
}

interface ValueInfo {
  readonly name: string;
  readonly type: { readonly tensorType: { readonly elemType: number; readonly shape: { readonly dim: Dimension[] } } };
}

type Dimension = { readonly dimValue: number } | { readonly dimParam: string };

export interface Graph {
  readonly name: string;
  readonly node: readonly Node[];
  readonly initializer: readonly Initializer[];
  readonly input: readonly ValueInfo[];
  readonly output: readonly ValueInfo[];
}

export interface Model {
  readonly irVersion: number;
  readonly producerName: string;
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[];
  readonly metadataProps: readonly Entry[];
  readonly graph: Graph;
}

const FLOAT = 1;

/** Version 13 of the operators, and the first version of the file format that has them. */
const OPERATORS = 13;
const FORMAT = 7;

/** An attribute's value: a whole number, a list of them, a text, or `{ float }`. */
export type AttributeValue = number | string | readonly number[] | { readonly float: number };

function attributeOf(name: string, value: AttributeValue): Attribute {
  if (typeof value === 'number') return { name, type: 'INT', i: value };
  if (typeof value === 'string') return { name, type: 'STRING', s: Buffer.from(value) };
  if ('float' in value) return { name, type: 'FLOAT', f: value.float };
  return { name, type: 'INTS', ints: value };
}

/** One operation with one output, which gives the node its name. */
export function nodeOf(
  opType: string,
  input: readonly string[],
  output: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): Node {
  const attribute = Object.entries(attributes).map(([name, value]) => attributeOf(name, value));
  return { name: output, opType, input, output: [output], attribute };
}

/** 32-bit floats that are written into the model itself. Without dims it is one number. */
export function inlineTensor(name: string, dims: readonly number[], floatData: readonly number[]): Initializer {
  return { name, dims, dataType: FLOAT, floatData };
}

/**
 * 32-bit floats in another file.
 * @param location the name of the file, in the model's folder
 * @param offset in bytes
 */
export function externalTensor(name: string, dims: readonly number[], location: string, offset: number): Initializer {
  const length = 4 * dims.reduce((product, dim) => product * dim, 1);
  const entries = { location, offset: String(offset), length: String(length) };
  const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
  return { name, dims, dataType: FLOAT, dataLocation: 'EXTERNAL', externalData };
}

/** An input or output of 32-bit floats. A dimension that is a text is of any size. */
export function valueInfo(name: string, dims: readonly (number | string)[]): ValueInfo {
  const dim = dims.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
}

/** @param metadata what the model says about itself, by name */
export function modelOf(graph: Graph, metadata: Readonly<Record<string, string>> = {}): Model {
  return {
    irVersion: FORMAT,
    producerName: 'plumbline',
    opsetImport: [{ domain: '', version: OPERATORS }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph,
  };
}

const modelType = protobuf.loadSync(join(import.meta.dirname, 'onnx.proto')).lookupType('onnx.ModelProto');

/** @returns the bytes of an ONNX file */
export function encodeModel(model: Model): Uint8Array {
  return modelType.encode(modelType.fromObject(model)).finish();
}
