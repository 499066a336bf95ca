/** What the first directory of a TIFF file says about its samples; the pixels are decoded by libvips. */

export interface TiffSamples {
  /** Bands of each pixel, colour and others together. */
  readonly bands: number;
  /** Bits of each sample of the first band. */
  readonly bits: number;
  /** Whether one of the bands is said to be opacity. */
  readonly alpha: boolean;
  readonly kind: 'unsigned' | 'signed' | 'float' | 'other';
}

const BITS = 258;
const SAMPLES_PER_PIXEL = 277;
const EXTRA_SAMPLES = 338;
const SAMPLE_FORMAT = 339;
const READ: readonly number[] = [BITS, SAMPLES_PER_PIXEL, EXTRA_SAMPLES, SAMPLE_FORMAT];
const KINDS = ['unsigned', 'unsigned', 'signed', 'float'] as const;
/** A directory with more entries is taken as damaged. */
const MOST_ENTRIES = 4096;

/** Source: TIFF 6.0, sections 2 and 19; BigTIFF as libtiff writes it. Null for a file that is too short or damaged. */
export function readTiffSamples(file: Uint8Array): TiffSamples | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const little = file[0] === 0x49;
  try {
    const big = view.getUint16(2, little) === 43;
    const offset = (at: number): number => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
    const directory = offset(big ? 8 : 4);
    const entries = big ? Number(view.getBigUint64(directory, little)) : view.getUint16(directory, little);
    if (entries > MOST_ENTRIES) return null;
    const first = directory + (big ? 8 : 2);
    const size = big ? 20 : 12;
    const inline = big ? 12 : 8;
    const values = new Map<number, number>();
    for (let i = 0; i < entries; i += 1) {
      const at = first + i * size;
      const tag = view.getUint16(at, little);
      if (!READ.includes(tag)) continue;
      // All are 16-bit numbers. Where one has more values than fit into the entry, it has their offset.
      const count = big ? Number(view.getBigUint64(at + 4, little)) : view.getUint32(at + 4, little);
      const fits = count * 2 <= size - inline;
      values.set(tag, view.getUint16(fits ? at + inline : offset(at + inline), little));
    }
    return {
      bands: values.get(SAMPLES_PER_PIXEL) ?? 1,
      bits: values.get(BITS) ?? 1,
      alpha: [1, 2].includes(values.get(EXTRA_SAMPLES) ?? 0),
      kind: KINDS[values.get(SAMPLE_FORMAT) ?? 1] ?? 'other',
    };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
