/** Why a file is not shown as a picture: the error, and the sentences of its kinds. */
import { hasEnd, type Format } from '../../core/images/formats';
import { identify, type NotPicture } from '../../core/images/identify';
import type { TiffSamples } from '../../core/images/tiff';
import { integer } from '../../core/text/numbers';
import type { Unreadable, UnreadableCode } from '../../contract/model/image';

/** The limit of libvips. A larger picture would not fit in memory on many machines. */
export const MAX_PIXELS = 0x3fff * 0x3fff;
/**
 * The largest side that JPEG, GIF and AVIF can have. libvips works row by row and takes seconds for a row of millions
 * of pixels; only a damaged header declares one.
 */
const MAX_SIDE = 0xffff;
/** The limit of sharp. */
const MAX_BANDS = 5;

/** Why a file could not be decoded. `measureFile` catches it, and the reason is stored with the image. */
export class UnreadableImage extends Error {
  override readonly name = 'UnreadableImage';
  readonly code: UnreadableCode;
  constructor(code: UnreadableCode, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.code = code;
  }
  toRow(): Unreadable {
    return { code: this.code, reason: this.message };
  }
}

const NOT_PICTURES: Readonly<Record<NotPicture, readonly [UnreadableCode, string]>> = {
  empty: ['empty-file', 'The file is empty (0 bytes).'],
  text: ['not-an-image', 'The file contains text, not an image.'],
  document: ['unsupported-format', 'The file is a PDF document; only raster images are read.'],
  drawing: ['unsupported-format', 'The file is an SVG drawing; only raster images are read.'],
  unknown: ['not-an-image', 'The content is not in a known image format; the header may be damaged.'],
};

/** Texts that stand in the place of pictures, by their beginning. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [
    /^version https:\/\/git-lfs/,
    'The file is a pointer of Git LFS, not the picture itself: run “git lfs pull” in its folder.',
  ],
  [/^\s*<(!doctype html|html|head|body)\b/i, 'The file is a web page, not an image: its download has failed.'],
];
const HEAD_BYTES = 200;

function notPicture(content: NotPicture, bytes: Uint8Array): UnreadableImage {
  const [code, reason] = NOT_PICTURES[content];
  const head = content === 'text' ? Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1') : '';
  return new UnreadableImage(code, TEXTS.find(([begin]) => begin.test(head))?.[1] ?? reason);
}

/**
 * The format of the file, if it can be decoded.
 * @throws UnreadableImage
 */
export function decodable(bytes: Uint8Array): Format {
  const content = identify(bytes);
  if (typeof content === 'string') throw notPicture(content, bytes);
  if (content.reader.by === 'none') {
    throw new UnreadableImage(
      'unsupported-format',
      `Images of the format ${content.name} cannot be decoded here; ${content.reader.instead}.`,
    );
  }
  return content;
}

export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 200);
}

export function damagedPicture(bytes: Uint8Array, format: Format, error: unknown): UnreadableImage {
  const { name } = format;
  if (!hasEnd(bytes, format))
    return new UnreadableImage('truncated', `The ${name} file is cut off: its end is missing.`, error);
  return new UnreadableImage('corrupt', `The ${name} data is damaged (${firstLine(error)}).`, error);
}

export function checkSize(width: number, height: number): void {
  if (Math.max(width, height) > MAX_SIDE) {
    throw new UnreadableImage(
      'too-many-pixels',
      `The header declares ${width}×${height} pixels; the limit is ${integer(MAX_SIDE)} per side. The header may be damaged.`,
    );
  }
  if (width * height <= MAX_PIXELS) return;
  throw new UnreadableImage(
    'too-many-pixels',
    `The image has ${width}×${height} pixels, more than the limit of ${Math.floor(MAX_PIXELS / 1e6)} million.`,
  );
}

/** Why a whole TIFF file cannot be shown; null when its directory gives no reason. */
export function beyondTiff(samples: TiffSamples | null): UnreadableImage | null {
  if (samples === null) return null;
  const { bands, bits, kind } = samples;
  const loaders = 'Pillow (PyTorch, Hugging Face) and Keras cannot load it either';
  if (bands > MAX_BANDS)
    return new UnreadableImage(
      'too-many-bands',
      `The TIFF has ${bands} bands; at most ${MAX_BANDS} are shown as a picture. ${loaders}: write three of the bands into an RGB image, or load it with tifffile or rasterio.`,
    );
  if (kind === 'other' || bits > 32)
    return new UnreadableImage(
      'unsupported-format',
      `The TIFF has samples of ${bits} bits${kind === 'float' ? ' (floating point)' : ''}, which are not read. ${loaders}: convert it to 8 or 16 bits.`,
    );
  return null;
}
