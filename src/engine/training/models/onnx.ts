/** The only file that imports onnxruntime. Loaded only in the training process. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { PlumblineError } from '../../../contract/errors';
import type { Backbone } from '../../process/backbone';
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
const QUIET = { extra: { session: { intra_op: { allow_spinning: '0' } } } };

/** A network that turns pictures into rows of numbers. */
export interface Encoder {
  /**
   * @param pixels images × 3 × side × side
   * @returns images × the sum of the outputs' widths: the outputs side by side
   */
  readonly run: (pixels: Float32Array, images: number, side: number) => Promise<Float32Array>;
  readonly dispose: () => Promise<void>;
}

/** @throws PlumblineError `bad-model` where the file cannot be loaded or has other outputs, also while it runs */
export async function openEncoder({ path, input, outputs }: Omit<Backbone, 'key'>): Promise<Encoder> {
  const broken = (cause?: unknown): PlumblineError =>
    new PlumblineError(
      'bad-model',
      'The pretrained network cannot be run: its files are incomplete or damaged. Install it again.',
      { details: { path }, cause },
    );
  const session = await InferenceSession.create(path, QUIET).catch((cause: unknown) => {
    throw broken(cause);
  });
  if (!session.inputNames.includes(input) || outputs.some(({ name }) => !session.outputNames.includes(name)))
    throw broken();
  const width = outputs.reduce((sum, output) => sum + output.width, 0);
  return {
    run: async (pixels, images, side) => {
      const feeds = { [input]: new Tensor('float32', pixels, [images, 3, side, side]) };
      const names = outputs.map(({ name }) => name);
      const results = await session.run(feeds, names).catch((cause: unknown) => {
        throw broken(cause);
      });
      const rows = new Float32Array(images * width);
      let column = 0;
      for (const output of outputs) {
        const data = results[output.name]!.data;
        if (!(data instanceof Float32Array) || data.length !== images * output.width) throw broken();
        for (let i = 0; i < images; i++)
          rows.set(data.subarray(i * output.width, (i + 1) * output.width), i * width + column);
        column += output.width;
      }
      return rows;
    },
    dispose: () => session.release(),
  };
}
