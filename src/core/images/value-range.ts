/**
 * The range of sample values in a file with more than 8 bits per channel, and the part of it that is shown as black to
 * white.
 */

/** Samples as libvips writes them, interleaved and row-major. */
export type DeepSamples = Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array | Int8Array;

export interface ValueRange {
  /** Smallest and largest finite value of the colour channels. */
  readonly min: number;
  readonly max: number;
  /** The values that become black and white. */
  readonly low: number;
  readonly high: number;
}

/** Bits of the usual sensors and file formats. */
const BITS = [8, 10, 12, 14, 16] as const;

/**
 * The usual range that contains the values: pictures of one data set then keep their brightness to each other, which
 * stretching each file to its own values would lose. Whole numbers: 0 to 2ⁿ − 1 for n = 8, 10, 12, 14, 16. Fractions:
 * 0 to 1, −1 to 1, 0 to 255. All other values: the file's own range.
 */
export function rangeOf(min: number, max: number, whole: boolean): ValueRange {
  if (whole && min >= 0) {
    const bits = BITS.find((n) => max < 2 ** n);
    if (bits !== undefined) return { min, max, low: 0, high: 2 ** bits - 1 };
  }
  if (!whole && min >= 0 && max <= 1) return { min, max, low: 0, high: 1 };
  if (!whole && min >= -1 && max <= 1) return { min, max, low: -1, high: 1 };
  if (!whole && min >= 0 && max <= 255) return { min, max, low: 0, high: 255 };
  return { min, max, low: min, high: max };
}

/**
 * @param channels of `samples`; @param colours how many of them, from the first, are colour or grey and not alpha
 * @returns null when no value is finite
 */
export function extremes(
  samples: DeepSamples,
  channels: number,
  colours: number,
): { readonly min: number; readonly max: number } | null {
  let [min, max] = [Infinity, -Infinity];
  for (let at = 0; at < samples.length; at += channels) {
    for (let i = at; i < at + colours; i += 1) {
      const value = samples[i]!;
      if (!Number.isFinite(value)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min <= max ? { min, max } : null;
}

/**
 * Scales to 8 bits and keeps only the first `kept` channels. Values outside of `low` to `high` are clipped; one that
 * is no number becomes black.
 */
export function scaled(
  samples: DeepSamples,
  channels: number,
  kept: number,
  { low, high }: Pick<ValueRange, 'low' | 'high'>,
): Uint8Array {
  const out = new Uint8Array((samples.length / channels) * kept);
  const factor = high > low ? 255 / (high - low) : 0;
  for (let at = 0, to = 0; at < samples.length; at += channels) {
    for (let i = at; i < at + kept; i += 1, to += 1) {
      const value = Math.round((samples[i]! - low) * factor);
      out[to] = value > 255 ? 255 : value > 0 ? value : 0;
    }
  }
  return out;
}
