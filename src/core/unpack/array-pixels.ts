/** Turns the values of an array into the samples of a PNG file. */
import { numberReader, type ArrayHeader } from './array-header';
import type { ImageShape } from './image-arrays';
import { rangeOf } from '../images/value-range';

/** Which values become black and white. With 16 bits the values are kept as they are. */
export interface SampleScale {
  readonly bits: 8 | 16;
  readonly low: number;
  readonly high: number;
}

export const UNSCALED: SampleScale = { bits: 8, low: 0, high: 255 };

/** Values of 0 to 255 are kept, whole numbers up to 65,535 become 16 bits, all others are scaled to 8 bits. */
export function scaleOf({ kind }: ArrayHeader, min: number, max: number): SampleScale {
  if (kind === 'b') return { bits: 8, low: 0, high: 1 };
  const { low, high } = rangeOf(min, max, kind !== 'f');
  if (kind !== 'f' && low === 0 && high > 255 && max < 2 ** 16) return { bits: 16, low: 0, high: 2 ** 16 - 1 };
  return { bits: 8, low, high };
}

/**
 * The smallest and the largest finite value.
 * @param data whole elements
 */
export function extremesOf(header: ArrayHeader, data: Uint8Array): { min: number; max: number } {
  const read = numberReader(header);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let [min, max] = [Infinity, -Infinity];
  for (let at = 0; at < data.length; at += header.size) {
    const value = read(view, at);
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

/**
 * The samples of one image, row-major with interleaved channels.
 * @param data the elements of this image
 */
export function samplesOf(
  header: ArrayHeader,
  { height, width, channels, planar }: ImageShape,
  data: Uint8Array,
  { bits, low, high }: SampleScale,
): Uint8Array | Uint16Array {
  const read = numberReader(header);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const area = height * width;
  const samples = bits === 16 ? new Uint16Array(area * channels) : new Uint8ClampedArray(area * channels);
  const factor = bits === 16 ? 1 : high > low ? 255 / (high - low) : 0;
  for (let pixel = 0; pixel < area; pixel += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      const from = planar ? channel * area + pixel : pixel * channels + channel;
      samples[pixel * channels + channel] = (read(view, from * header.size) - low) * factor;
    }
  }
  return samples instanceof Uint16Array ? samples : new Uint8Array(samples.buffer);
}
