/** Decodes JPEG XL with libjxl, compiled to WebAssembly. Loaded at the first such file. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { readJxlHeader } from '../../core/images/jxl';
import { BadPicture, fromRgba, type RawPicture } from '../../core/images/raw-picture';
import { integer } from '../../core/text/numbers';
import { UnreadableImage } from './refusals';

/** The memory of WebAssembly ends at 4 GB, and the decoder needs up to 40 bytes a pixel. */
const MOST_PIXELS = 60_000_000;
/** WebAssembly never gives memory back, so that the decoder is loaded again after a larger picture. */
const KEPT_PIXELS = 12_000_000;

/** What is used of the package; its own types need those of a browser. */
interface JxlDecoder {
  /** @returns an `ImageData`, or null for a damaged file */
  decode(bytes: Uint8Array): unknown;
}
type MakeDecoder = (options: { readonly wasmBinary: Uint8Array }) => Promise<JxlDecoder>;

let loaded: Promise<JxlDecoder> | null = null;

async function load(): Promise<JxlDecoder> {
  const wasmBinary = await readFile(createRequire(import.meta.url).resolve('@jsquash/jxl/codec/dec/jxl_dec.wasm'));
  const { default: make } = (await import('@jsquash/jxl/codec/dec/jxl_dec.js')) as unknown as {
    readonly default: MakeDecoder;
  };
  return make({ wasmBinary });
}

/** What the decoder makes of a picture through the name that it has in a browser. */
class Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}

function decodeRgba(decoder: JxlDecoder, bytes: Uint8Array): Pixels | null {
  // Decoding does not wait for anything, so that no other code sees the name.
  Object.defineProperty(globalThis, 'ImageData', { value: Pixels, configurable: true });
  try {
    return decoder.decode(new Uint8Array(bytes)) as Pixels | null;
  } catch {
    return null;
  } finally {
    Reflect.deleteProperty(globalThis, 'ImageData');
  }
}

/** @throws BadPicture, UnreadableImage for a picture that is too large */
export async function decodeJxl(bytes: Uint8Array): Promise<RawPicture> {
  const { width, height, channels } = readJxlHeader(bytes);
  if (width * height > MOST_PIXELS)
    throw new UnreadableImage(
      'too-many-pixels',
      `The JPEG XL file has ${width}×${height} pixels; the limit for this format is ${integer(MOST_PIXELS / 1e6)} million.`,
    );
  loaded ??= load();
  const decoder = await loaded;
  const picture = decodeRgba(decoder, bytes);
  if (picture === null || width * height > KEPT_PIXELS) loaded = null;
  if (picture === null) throw new BadPicture('the decoder cannot read it, or its end is missing', false);
  return { width: picture.width, height: picture.height, channels, data: fromRgba(picture.data, channels) };
}
