/** The result of our own decoders, and how they fail. */

export interface RawPicture {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 3 | 4;
  /** Interleaved, row-major, 8 bits. */
  readonly data: Uint8Array;
}

export interface RawHeader {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  /** Bits per channel in the file. */
  readonly depth: number;
}

/** The data does not match the header; `short` if the file ends too early. */
export class BadPicture extends Error {
  override readonly name = 'BadPicture';
  readonly short: boolean;
  constructor(message: string, short: boolean) {
    super(message);
    this.short = short;
  }
}

/** RGBA without the channels that a picture does not have: the alpha of an opaque one, and all but one of a grey one. */
export function fromRgba(rgba: Uint8Array | Uint8ClampedArray, channels: 1 | 3 | 4): Uint8Array {
  const data = new Uint8Array((rgba.length / 4) * channels);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += channels)
    for (let channel = 0; channel < channels; channel += 1) data[to + channel] = rgba[from + channel]!;
  return data;
}
