/** Decodes HEIC and other HEIF pictures with libheif, compiled to WebAssembly. Loaded at the first such file. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { readHeifHeader } from '../../core/images/heif';
import { BadPicture, fromRgba, type RawPicture } from '../../core/images/raw-picture';
import { integer } from '../../core/text/numbers';
import { UnreadableImage } from './refusals';

const MOST_PIXELS = 100_000_000;
/** WebAssembly never gives memory back, so that the decoder is loaded again after a larger picture. */
const KEPT_PIXELS = 16_000_000;

/** What is used of the package; its own types need those of a browser. An error has a `code` and a `message`. */
interface Heif {
  readonly heif_colorspace: { readonly heif_colorspace_RGB: unknown };
  readonly heif_chroma: { readonly heif_chroma_interleaved_RGBA: unknown };
  heif_context_alloc(): unknown;
  heif_context_free(context: unknown): void;
  heif_context_read_from_memory(context: unknown, bytes: Uint8Array): { code: { value: number }; message: string };
  heif_js_context_get_primary_image_handle(context: unknown): { readonly code?: unknown; readonly message?: string };
  heif_image_handle_release(handle: unknown): void;
  heif_image_release(image: unknown): void;
  heif_js_decode_image2(handle: unknown, space: unknown, chroma: unknown): DecodedHeif;
}
interface DecodedHeif {
  readonly code?: unknown;
  readonly message?: string;
  readonly image: unknown;
  readonly channels: readonly {
    readonly width: number;
    readonly height: number;
    readonly stride: number;
    readonly data: Uint8Array;
  }[];
}

let loaded: Promise<Heif> | null = null;

async function load(): Promise<Heif> {
  const require = createRequire(import.meta.url);
  const wasmBinary = await readFile(require.resolve('libheif-js/libheif-wasm/libheif.wasm'));
  const make = require('libheif-js/libheif-wasm/libheif.js') as (options: object) => Heif | Promise<Heif>;
  return make({ wasmBinary });
}

/** RGBA in rows without gaps. */
function decodeRgba(heif: Heif, bytes: Uint8Array): { width: number; height: number; data: Uint8Array } {
  const context = heif.heif_context_alloc();
  let handle: ReturnType<Heif['heif_js_context_get_primary_image_handle']> | null = null;
  try {
    const read = heif.heif_context_read_from_memory(context, bytes);
    if (read.code.value !== 0) throw new Error(read.message);
    handle = heif.heif_js_context_get_primary_image_handle(context);
    if (handle.code !== undefined) throw new Error(handle.message);
    const decoded = heif.heif_js_decode_image2(
      handle,
      heif.heif_colorspace.heif_colorspace_RGB,
      heif.heif_chroma.heif_chroma_interleaved_RGBA,
    );
    if (decoded.code !== undefined) throw new Error(decoded.message);
    const [plane] = decoded.channels;
    if (plane === undefined) throw new Error('it contains no picture');
    const { width, height, stride, data } = plane;
    const rgba = new Uint8Array(width * height * 4);
    for (let row = 0; row < height; row += 1)
      rgba.set(data.subarray(row * stride, row * stride + width * 4), row * width * 4);
    heif.heif_image_release(decoded.image);
    return { width, height, data: rgba };
  } finally {
    if (handle !== null && handle.code === undefined) heif.heif_image_handle_release(handle);
    heif.heif_context_free(context);
  }
}

/** @throws BadPicture, UnreadableImage for a picture that is too large */
export async function decodeHeif(bytes: Uint8Array): Promise<RawPicture> {
  const header = readHeifHeader(bytes);
  const pixels = header.width * header.height;
  if (pixels > MOST_PIXELS)
    throw new UnreadableImage(
      'too-many-pixels',
      `The HEIF file has ${header.width}×${header.height} pixels; the limit for this format is ${integer(MOST_PIXELS / 1e6)} million.`,
    );
  loaded ??= load();
  const heif = await loaded;
  if (pixels > KEPT_PIXELS) loaded = null;
  try {
    const { width, height, data } = decodeRgba(heif, bytes);
    const { channels } = header;
    return { width, height, channels, data: fromRgba(data, channels) };
  } catch (error) {
    loaded = null;
    const message = error instanceof Error ? error.message.trim() : String(error);
    throw new BadPicture(message.replace(/\.$/, ''), /end of file|insufficient/i.test(message));
  }
}
