/**
 * The images of the CNN probe in memory, as bytes, and batches of them as tensors. Mirroring, shifting and normalizing
 * is done for each batch.
 */
import { median } from '../../../core/statistics/quantiles';
import type { Random } from '../../../core/statistics/random';
import type { Mirrors } from '../protocol/cnn';
import { RASTER_BYTES, RASTER_SIDE } from '../../../core/images/raster';
import { areGrey } from '../../../core/images/photographs';
import { rasterPixels } from '../runtime/pictures';
import { type Tensor4D, tf } from '../runtime/tensors';

export interface CnnData {
  readonly side: number;
  readonly channels: 1 | 3;
  /** images × side × side × channels. */
  readonly pixels: Uint8Array;
  /** Mean of each channel, 0–255. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Pictures with a longer side of at most this many pixels lose no detail at half the raster's side. */
const SMALL = 40;
/** Most bytes of pixels; above it pictures of any size are used at half the raster's side. */
const BYTES_MOST = 1e9;
/** Number of images checked to find out whether all are grey. */
const SAMPLED = 500;
const CHUNK = 250;
/** Largest shift, as a share of the side. */
const SHIFT = 1 / 16;

/**
 * Reads all images in parts, so that only one part is held at full size.
 * @param sides longer side of each image in pixels
 */
export async function loadPictures(
  sides: Int32Array,
  rasters: (indices: Int32Array) => Promise<Uint8Array>,
  step: (done: number) => Promise<void>,
): Promise<CnnData> {
  const images = sides.length;
  const sampled = Math.min(images, SAMPLED);
  const grey = areGrey(
    await rasters(Int32Array.from({ length: sampled }, (_, i) => Math.floor((i * images) / sampled))),
  );
  const channels = grey ? 1 : 3;
  const side =
    median(sides) <= SMALL || (images * RASTER_BYTES * channels) / 3 > BYTES_MOST ? RASTER_SIDE / 2 : RASTER_SIDE;
  const size = side * side * channels;
  const pixels = new Uint8Array(images * size);
  for (let from = 0; from < images; from += CHUNK) {
    const to = Math.min(images, from + CHUNK);
    pixels.set(
      rasterPixels(await rasters(Int32Array.from({ length: to - from }, (_, i) => from + i)), side, grey),
      from * size,
    );
    await step(to);
  }
  return { side, channels, pixels, ...momentsOf(pixels, channels) };
}

function momentsOf(pixels: Uint8Array, channels: number): { mean: number[]; deviation: number[] } {
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i]!;
    sums[i % channels]! += value;
    squares[i % channels]! += value * value;
  }
  const count = Math.max(1, pixels.length / channels);
  const mean = Array.from(sums, (sum) => sum / count);
  // Dividing a constant channel by its deviation would amplify noise.
  return { mean, deviation: mean.map((m, c) => Math.max(1, Math.sqrt(Math.max(0, squares[c]! / count - m * m)))) };
}

/** Augmentation of an image: a shift in pixels (edges are repeated) and mirroring. */
export interface ImageTransform {
  readonly right: number;
  readonly down: number;
  readonly acrossWidth: boolean;
  readonly acrossHeight: boolean;
}

export const PLAIN: ImageTransform = { right: 0, down: 0, acrossWidth: false, acrossHeight: false };

/** A random transform, with only those mirrorings that keep the class. */
export function randomTransform(side: number, mirrors: Mirrors, random: Random): ImageTransform {
  const most = Math.round(side * SHIFT);
  const shift = (): number => Math.floor(random() * (2 * most + 1)) - most;
  return {
    right: shift(),
    down: shift(),
    acrossWidth: mirrors.acrossWidth && random() < 0.5,
    acrossHeight: mirrors.acrossHeight && random() < 0.5,
  };
}

/** Source index of each pixel along one axis. */
function sources(side: number, shift: number, mirrored: boolean): Int32Array {
  return Int32Array.from({ length: side }, (_, i) => {
    const from = Math.min(side - 1, Math.max(0, i - shift));
    return mirrored ? side - 1 - from : from;
  });
}

/** images × side × side × channels, normalized. @param transformOf transform for a position in `images` */
export function batchTensor(
  { side, channels, pixels, mean, deviation }: CnnData,
  images: Int32Array,
  transformOf: (position: number) => ImageTransform,
): Tensor4D {
  const size = side * side * channels;
  const values = new Float32Array(images.length * size);
  let to = 0;
  images.forEach((image, position) => {
    const { right, down, acrossWidth, acrossHeight } = transformOf(position);
    const columns = sources(side, right, acrossWidth);
    for (const row of sources(side, down, acrossHeight)) {
      const start = image * size + row * side * channels;
      for (let x = 0; x < side; x++) {
        const at = start + columns[x]! * channels;
        for (let c = 0; c < channels; c++) values[to++] = (pixels[at + c]! - mean[c]!) / deviation[c]!;
      }
    }
  });
  return tf.tensor4d(values, [images.length, side, side, channels]);
}
