/** Runs a pretrained network on pictures. */
import { basename } from 'node:path';
import { PlumblineError } from '../../../contract/errors';
import type { NetworkInput, PixelNormalization } from '../../../contract/model/backbone';
import { normalizedBytes } from '../../../core/backbone/normalization';
import { pooledRows } from '../../../core/backbone/output';
import { onnxHash, readOnnxFacts } from '../../files/onnx-file';
import { type NetworkValues, type Network, openNetwork } from '../models/onnx';
import type { EncoderOrder } from '../protocol/embed';

/** A network that turns pictures into rows of numbers. */
export interface Encoder {
  /**
   * @param rgb images × side × side × 3
   * @returns images × the sum of the outputs' widths: the outputs side by side
   */
  readonly run: (rgb: Uint8Array, images: number, side: number) => Promise<Float32Array>;
  readonly dispose: () => Promise<void>;
}

/** Puts pictures into the form that an input expects. A result is valid until the next call. */
export function pixelsFor(
  { layout, type }: Pick<NetworkInput, 'layout' | 'type'>,
  normalization: PixelNormalization,
  swapped = false,
): (rgb: Uint8Array, images: number) => Float32Array | Uint8Array {
  const table = normalizedBytes(normalization);
  let out: Float32Array | Uint8Array = new Float32Array(0);
  return (rgb, images) => {
    const pixels = rgb.length / 3 / images;
    if (out.length !== rgb.length) out = type === 'uint8' ? new Uint8Array(rgb.length) : new Float32Array(rgb.length);
    const step = layout === 'nchw' ? 1 : 3;
    for (let image = 0; image < images; image++) {
      const start = image * pixels * 3;
      const end = start + pixels * 3;
      for (let colour = 0; colour < 3; colour++) {
        let from = start + (swapped ? 2 - colour : colour);
        let to = layout === 'nchw' ? start + colour * pixels : start + colour;
        if (type === 'uint8') for (; from < end; from += 3, to += step) out[to] = rgb[from]!;
        else for (; from < end; from += 3, to += step) out[to] = table[256 * colour + rgb[from]!]!;
      }
    }
    return out;
  };
}

/** The dimensions of pictures in an input. */
export const dimsFor = ({ layout }: Pick<NetworkInput, 'layout'>, images: number, side: number): number[] =>
  layout === 'nchw' ? [images, 3, side, side] : [images, side, side, 3];

function broken({ path, sha256 }: EncoderOrder, cause?: unknown): PlumblineError {
  const message =
    sha256 === null
      ? 'The pretrained network cannot be run: its files are incomplete or damaged. Install it again.'
      : `The network “${basename(path)}” cannot be run: ${reasonOf(cause) || 'its outputs are not those that it had when it was chosen'}.`;
  return new PlumblineError('bad-model', message, { details: { path }, cause });
}

/** @returns the message of an error up to its first line break, without a stop at its end */
export const reasonOf = (cause: unknown): string =>
  (cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '').replace(/\.$/, '');

/** @throws PlumblineError bad-model */
async function checkHash({ path, sha256 }: EncoderOrder): Promise<void> {
  if (sha256 === null || (await onnxHash(path, readOnnxFacts(path).weights)) === sha256) return;
  throw new PlumblineError(
    'bad-model',
    `The network “${basename(path)}” has changed since it was chosen: choose it again.`,
  );
}

/** @throws PlumblineError `bad-model` where the file cannot be loaded or has other outputs, also while it runs */
export async function openEncoder(order: EncoderOrder, threads?: number): Promise<Encoder> {
  const { path, input, normalization, swapped, outputs, exposes } = order;
  await checkHash(order);
  const network = await openNetwork(path, exposes, threads).catch((cause: unknown): never => {
    throw broken(order, cause);
  });
  const has = (ports: Network['inputs'], name: string): boolean => ports.some((port) => port.name === name);
  if (!has(network.inputs, input.name) || outputs.some(({ name }) => !has(network.outputs, name))) throw broken(order);
  const width = outputs.reduce((sum, output) => sum + output.width, 0);
  const names = outputs.map(({ name }) => name);
  const pixels = pixelsFor(input, normalization, swapped);
  const runOnce = async (rgb: Uint8Array, images: number, side: number): Promise<Float32Array> => {
    const answers = await network
      .run(input, pixels(rgb, images), dimsFor(input, images, side), names)
      .catch((cause: unknown): never => {
        throw broken(order, cause);
      });
    const rows = new Float32Array(images * width);
    let column = 0;
    for (const output of outputs) {
      const part = rowsOf(answers.get(output.name), output, images);
      if (part === null) throw broken(order);
      for (let i = 0; i < images; i++)
        rows.set(part.subarray(i * output.width, (i + 1) * output.width), i * width + column);
      column += output.width;
    }
    return rows;
  };
  return {
    run: async (rgb, images, side) => {
      const batch = input.batch ?? images;
      if (batch === images) return runOnce(rgb, images, side);
      const size = side * side * 3;
      const rows = new Float32Array(images * width);
      for (let from = 0; from < images; from += batch) {
        const count = Math.min(batch, images - from);
        // A network with a fixed number of pictures gets black ones in place of those that are missing.
        const some = new Uint8Array(batch * size);
        some.set(rgb.subarray(from * size, (from + count) * size));
        rows.set((await runOnce(some, batch, side)).subarray(0, count * width), from * width);
      }
      return rows;
    },
    dispose: () => network.dispose(),
  };
}

/** Null where an output has another size than expected. */
function rowsOf(
  answer: NetworkValues | undefined,
  output: EncoderOrder['outputs'][number],
  images: number,
): Float32Array | null {
  if (answer === undefined || answer.values.length % (images * output.width) !== 0) return null;
  const size = answer.values.length / images / output.width;
  if (output.pooling === 'row' && size !== 1) return null;
  return pooledRows(answer.values, answer.dims, output, images);
}
