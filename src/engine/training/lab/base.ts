/** What the pretrained network gave for the images of a lab. */
import type { LabInput } from '../protocol/lab';
import type { TaskContext } from '../protocol/tasks';
import type { Tuning } from './data';
import { readTail, tailFeatures } from './tail';

const CHUNK = 256;

export interface Base {
  /** By the name of the base's input: images × width. */
  readonly features: ReadonlyMap<string, Float32Array>;
  /** All layers for the input that the network expects, of these images. */
  readonly described: (images: Int32Array) => Float32Array;
  readonly has: (image: number) => boolean;
  /** Null if no part of the base is trained. */
  readonly tuning: Tuning | null;
}

/** Maps of a picture with the channels last, as TensorFlow wants them. */
function channelsLast(maps: Float32Array, channels: number, positions: number): Float32Array {
  const out = new Float32Array(maps.length);
  for (let image = 0; image < maps.length; image += channels * positions)
    for (let channel = 0; channel < channels; channel++)
      for (let at = 0; at < positions; at++)
        out[image + at * channels + channel] = maps[image + channel * positions + at]!;
  return out;
}

/** Rows of equal width, of which parts can be taken. */
class Rows {
  readonly #values: Float32Array;
  readonly #width: number;

  constructor(rows: number, width: number) {
    this.#values = new Float32Array(rows * width);
    this.#width = width;
  }

  put(values: Float32Array, from: number): void {
    this.#values.set(values, from * this.#width);
  }

  part(rows: Int32Array, start: number, size: number): Float32Array {
    const out = new Float32Array(rows.length * size);
    rows.forEach((row, i) => {
      const at = row * this.#width + start;
      out.set(this.#values.subarray(at, at + size), i * size);
    });
    return out;
  }

  isFinite(row: number): boolean {
    return this.#values.subarray(row * this.#width, (row + 1) * this.#width).every(Number.isFinite);
  }
}

/** @returns null for a recipe without a pretrained base */
export async function loadBase(
  { labels, base }: Pick<LabInput, 'labels' | 'base'>,
  context: Pick<TaskContext<'lab'>, 'embeddings' | 'signal'>,
): Promise<Base | null> {
  if (base === null) return null;
  const { layers, inputs, width, tuned } = base;
  const count = labels.length;
  const described = layers.reduce((sum, layer) => sum + layer.width, 0);
  const size = tuned === null ? width : tuned.side ** 2 * tuned.channels;
  const rows = new Rows(count, described + (tuned === null ? inputs.length - 1 : inputs.length) * size);
  for (let from = 0; from < count; from += CHUNK) {
    const indices = Int32Array.from({ length: Math.min(CHUNK, count - from) }, (_, i) => from + i);
    rows.put(await context.embeddings(indices), from);
    context.signal.throwIfAborted();
  }
  const all = Int32Array.from(labels, (_, i) => i);
  const common = {
    described: (images: Int32Array) => rows.part(images, 0, described),
    has: (image: number) => rows.isFinite(image),
  };
  if (tuned === null) {
    const start = (i: number): number => (i === 0 ? 0 : described + (i - 1) * width);
    return {
      ...common,
      features: new Map(inputs.map((name, i) => [name, rows.part(all, start(i), width)])),
      tuning: null,
    };
  }
  const { side, channels, path } = tuned;
  const weights = readTail(path);
  const maps = new Map(
    inputs.map((name, i) => [name, channelsLast(rows.part(all, described + i * size, size), channels, side ** 2)]),
  );
  return {
    ...common,
    features: new Map(Array.from(maps, ([name, values]) => [name, tailFeatures(weights, values, side, channels)])),
    tuning: { weights, maps, side, channels },
  };
}

/** The input without the images that the base could not be run on. */
export function withoutMissing(input: LabInput, base: Base | null): LabInput {
  if (base === null) return input;
  const left = (images: Int32Array): Int32Array => images.filter((image) => base.has(image));
  return {
    ...input,
    training: left(input.training),
    validation: left(input.validation),
    leaked: left(input.leaked),
    faulty: Object.fromEntries(Object.entries(input.faulty).map(([id, images]) => [id, left(images)])),
  };
}
