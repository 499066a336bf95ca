/** Windows and OS/2 bitmaps, which libvips does not read here: 1–32 bits, palettes, bit fields, RLE4 and RLE8. */
import { BadPicture, type RawHeader, type RawPicture } from './raw-picture';

interface BmpHeader extends RawHeader {
  readonly bits: number;
  readonly compression: number;
  readonly topDown: boolean;
  readonly pixels: number;
  readonly palette: Uint8Array;
  /** Red, green, blue, alpha; for 16 and 32 bits. */
  readonly masks: readonly [number, number, number, number];
}

const [RLE8, RLE4, BITFIELDS, ALPHABITFIELDS] = [1, 2, 3, 6];

function masksOf(view: DataView, headerSize: number, bits: number, compression: number): BmpHeader['masks'] {
  if (compression === BITFIELDS || compression === ALPHABITFIELDS) {
    const alpha = compression === ALPHABITFIELDS || headerSize >= 56 ? view.getUint32(66, true) : 0;
    return [view.getUint32(54, true), view.getUint32(58, true), view.getUint32(62, true), alpha];
  }
  // Without bit fields the fourth byte of 32 bits is reserved, not alpha.
  return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
}

function paletteOf(bytes: Uint8Array, from: number, entrySize: number, entries: number): Uint8Array {
  const palette = new Uint8Array(256 * 3);
  for (let i = 0; i < entries && from + i * entrySize + 2 < bytes.length; i += 1) {
    for (let c = 0; c < 3; c += 1) palette[i * 3 + c] = bytes[from + i * entrySize + 2 - c]!;
  }
  return palette;
}

/** @throws BadPicture */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const headerSize = view.getUint32(14, true);
    const old = headerSize === 12;
    const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
    const signedHeight = old ? view.getInt16(20, true) : view.getInt32(22, true);
    const bits = view.getUint16(old ? 24 : 28, true);
    const compression = old ? 0 : view.getUint32(30, true);
    const used = old ? 0 : view.getUint32(46, true);
    const sound =
      width > 0 &&
      signedHeight !== 0 &&
      [1, 4, 8, 16, 24, 32].includes(bits) &&
      [0, RLE8, RLE4, BITFIELDS, ALPHABITFIELDS].includes(compression);
    if (!sound) throw new BadPicture('its header is invalid or of a kind that is not used for pictures', false);
    const masks = masksOf(view, headerSize, bits, compression);
    const extra =
      headerSize === 40 && compression === BITFIELDS
        ? 12
        : headerSize === 40 && compression === ALPHABITFIELDS
          ? 16
          : 0;
    const entries = bits <= 8 ? Math.min(256, used || 1 << bits) : 0;
    return {
      width,
      height: Math.abs(signedHeight),
      channels: masks[3] !== 0 ? 4 : 3,
      depth: bits === 1 ? 1 : 8,
      bits,
      compression,
      topDown: signedHeight < 0,
      pixels: view.getUint32(10, true),
      palette: paletteOf(bytes, 14 + headerSize + extra, old ? 3 : 4, entries),
      masks,
    };
  } catch (error) {
    if (error instanceof RangeError) throw new BadPicture('the file ends inside its header', true);
    throw error;
  }
}

/** Palette indices of a run-length encoded image, bottom-up as stored. Skipped pixels stay 0. */
function runLengthIndices(bytes: Uint8Array, header: BmpHeader): Uint8Array {
  const { width, height } = header;
  const nibbles = header.compression === RLE4;
  const indices = new Uint8Array(width * height);
  let [at, x, y] = [header.pixels, 0, 0];
  const put = (index: number) => {
    if (x < width && y < height) indices[y * width + x] = index;
    x += 1;
  };
  while (y < height) {
    if (at + 1 >= bytes.length) throw new BadPicture('the file ends too early', true);
    const count = bytes[at]!;
    const value = bytes[at + 1]!;
    at += 2;
    if (count > 0) for (let i = 0; i < count; i += 1) put(nibbles ? (value >> (i & 1 ? 0 : 4)) & 15 : value);
    else if (value === 0) [x, y] = [0, y + 1];
    else if (value === 1) break;
    else if (value === 2) {
      x += bytes[at] ?? 0;
      y += bytes[at + 1] ?? 0;
      at += 2;
    } else {
      const size = nibbles ? (value + 1) >> 1 : value;
      if (at + size > bytes.length) throw new BadPicture('the file ends too early', true);
      for (let i = 0; i < value; i += 1)
        put(nibbles ? (bytes[at + (i >> 1)]! >> (i & 1 ? 0 : 4)) & 15 : bytes[at + i]!);
      at += size + (size & 1);
    }
  }
  return indices;
}

/** A masked field scaled to 0–255. */
function field(value: number, mask: number): number {
  if (mask === 0) return 0;
  const shift = 31 - Math.clz32(mask & -mask);
  return (((value & mask) >>> shift) * 255) / (mask >>> shift) + 0.5;
}

/** Calls `put(x, row, pixel value)` for every pixel of an uncompressed picture; rows count from the top. */
function eachPixel(bytes: Uint8Array, header: BmpHeader, put: (target: number, value: number) => void): void {
  const { width, height, bits, pixels, topDown } = header;
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (pixels + stride * (height - 1) + Math.ceil((width * bits) / 8) > bytes.length)
    throw new BadPicture('the file ends too early', true);
  for (let y = 0; y < height; y += 1) {
    const row = pixels + (topDown ? y : height - 1 - y) * stride;
    for (let x = 0; x < width; x += 1) {
      const bit = x * bits;
      const at = row + (bit >> 3);
      const value =
        bits < 8
          ? (bytes[at]! >> (8 - bits - (bit & 7))) & ((1 << bits) - 1)
          : bits === 8
            ? bytes[at]!
            : bits === 16
              ? bytes[at]! | (bytes[at + 1]! << 8)
              : bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bits === 32 ? bytes[at + 3]! << 24 : 0);
      put(y * width + x, value);
    }
  }
}

/** @throws BadPicture */
export function decodeBmp(bytes: Uint8Array): RawPicture {
  const header = readBmpHeader(bytes);
  const { width, height, channels, bits, palette, masks } = header;
  const data = new Uint8Array(width * height * channels);
  const putIndex = (target: number, index: number) => {
    for (let c = 0; c < 3; c += 1) data[target * 3 + c] = palette[index * 3 + c]!;
  };
  if (header.compression === RLE8 || header.compression === RLE4) {
    const indices = runLengthIndices(bytes, header);
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) putIndex((height - 1 - y) * width + x, indices[y * width + x]!);
  } else if (bits <= 8) {
    eachPixel(bytes, header, putIndex);
  } else {
    eachPixel(bytes, header, (target, value) => {
      for (let c = 0; c < channels; c += 1) data[target * channels + c] = field(value, masks[c]!);
    });
  }
  return { width, height, channels, data };
}
