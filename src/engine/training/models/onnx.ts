/** The only file that imports onnxruntime. Loaded only in the training process. */
import { readFile, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { PlumblineError } from '../../../contract/errors';
import type { NetworkInput } from '../../../contract/model/backbone';
import type { NetworkPort } from '../../../core/backbone/input';
import { imageShape, type ModelRunner } from './runner';

const known = (dimension: number | string): number | null =>
  typeof dimension === 'number' && dimension > 0 ? dimension : null;

/** @throws PlumblineError `bad-model` if the file is not an ONNX model or does not take images */
export async function openOnnx(path: string): Promise<ModelRunner> {
  const session = await InferenceSession.create(path).catch((cause: unknown) => {
    throw new PlumblineError(
      'bad-model',
      'The ONNX file cannot be loaded: it is broken, cut off, or uses operations that onnxruntime does not know.',
      { cause },
    );
  });
  const isTensor = (one: InferenceSession.ValueMetadata): one is InferenceSession.TensorValueMetadata => one.isTensor;
  const input = session.inputMetadata.filter(isTensor).find((one) => one.shape.length === 4);
  const output = session.outputMetadata.find(isTensor);
  const shape = input ? imageShape(input.shape.map(known)) : null;
  if (!input || !shape || !output) {
    throw new PlumblineError(
      'bad-model',
      'The ONNX model has no input for images: one of four dimensions with one or three channels is needed.',
    );
  }
  if (input.type !== 'float32')
    throw new PlumblineError(
      'bad-model',
      `The ONNX model takes ${input.type} and not 32-bit floats: export it in single precision.`,
    );
  const last = output.shape.at(-1);
  return {
    shape: { kind: 'onnx', ...shape, outputs: last === undefined ? null : known(last), ownScaling: null },
    run: async (values, images, width, height) => {
      const dimensions =
        shape.layout === 'nchw' ? [images, shape.channels, height, width] : [images, height, width, shape.channels];
      const results = await session.run({ [input.name]: new Tensor('float32', values, dimensions) });
      const data = results[output.name]!.data;
      const out = Float32Array.from(data as Float32Array);
      return { values: out, outputs: out.length / images };
    },
    dispose: () => session.release(),
  };
}

/**
 * Threads that wait for work sleep. By default they keep a core busy, which halves the speed where something else runs,
 * such as the decoding of the next pictures.
 */
const QUIET = { intra_op: { allow_spinning: '0' } };

/** The values of one output, for the pictures of one run. */
export interface NetworkValues {
  readonly dims: readonly number[];
  readonly values: Float32Array | Float16Array;
}

/** A loaded ONNX file, whatever it computes. */
export interface Network {
  readonly inputs: readonly NetworkPort[];
  readonly outputs: readonly NetworkPort[];
  /**
   * @param pixels values of the input, in the order of its dimensions
   * @param names outputs to compute
   * @returns outputs that are floats, by name
   * @throws Error of onnxruntime
   */
  readonly run: (
    input: Pick<NetworkInput, 'name' | 'type'>,
    pixels: Float32Array | Uint8Array,
    dims: readonly number[],
    names: readonly string[],
  ) => Promise<ReadonlyMap<string, NetworkValues>>;
  readonly dispose: () => Promise<void>;
}

function tensorOf(type: NetworkInput['type'], pixels: Float32Array | Uint8Array, dims: readonly number[]): Tensor {
  if (type !== 'float16') return new Tensor(type, pixels as Float32Array, dims);
  const halves = new Uint16Array(Float16Array.from(pixels).buffer);
  // A tensor turns this into a Float16Array, which the native part of onnxruntime 1.30 does not take.
  return Object.defineProperty(new Tensor('float16', halves, dims), 'data', { value: halves });
}

const portOf = (one: InferenceSession.ValueMetadata): NetworkPort => ({
  name: one.name,
  type: one.isTensor ? one.type : null,
  dims: one.isTensor ? one.shape.map(known) : [],
});

const isFloats = (data: unknown): data is Float32Array | Float16Array =>
  data instanceof Float32Array || data instanceof Float16Array;

/** A field of Protocol Buffers that contains other fields or a text. */
function lengthField(number: number, content: Uint8Array): Uint8Array {
  const length: number[] = [];
  for (let rest = content.length; ; rest >>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Uint8Array.of((number << 3) | 2, ...length), content]);
}

/**
 * A model with one more output: a value of floats inside its graph. Two messages of Protocol Buffers in a row are read as
 * one, with the lists of both, so the output is written after the model.
 */
function exposed(model: Uint8Array, name: string): Uint8Array {
  const floats = lengthField(2, lengthField(1, Uint8Array.of(1 << 3, 1)));
  const output = Buffer.concat([lengthField(1, Buffer.from(name)), floats]);
  return Buffer.concat([model, lengthField(7, lengthField(12, output))]);
}

async function exposingSession(
  path: string,
  name: string,
  options: Pick<InferenceSession.SessionOptions, 'intraOpNumThreads'>,
): Promise<InferenceSession> {
  const folder = dirname(await realpath(path));
  return InferenceSession.create(exposed(await readFile(path), name), {
    ...options,
    extra: { session: { ...QUIET, model_external_initializers_file_folder_path: folder } },
  });
}

/**
 * @param exposes a value inside the graph that is wanted as an output too
 * @param threads that the network runs on; absent: one for each core
 * @throws Error of onnxruntime
 */
export async function openNetwork(path: string, exposes: string | null = null, threads?: number): Promise<Network> {
  const options = threads === undefined ? {} : { intraOpNumThreads: threads };
  const session =
    exposes === null
      ? await InferenceSession.create(path, { ...options, extra: { session: QUIET } })
      : await exposingSession(path, exposes, options);
  return {
    inputs: session.inputMetadata.map(portOf),
    outputs: session.outputMetadata.map(portOf),
    run: async ({ name, type }, pixels, dims, names) => {
      const results = await session.run({ [name]: tensorOf(type, pixels, dims) }, names);
      return new Map(
        names.flatMap((output) => {
          const result = results[output]!;
          const values: unknown = result.data;
          return isFloats(values) ? [[output, { dims: result.dims, values }] as const] : [];
        }),
      );
    },
    dispose: () => session.release(),
  };
}
