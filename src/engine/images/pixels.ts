/** The only place that decodes and encodes pictures. */
import { integer } from '../../core/text/numbers';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { cameraOf } from '../../core/images/exif';
import { FORMATS, hasEnd, type DecoderName, type Format } from '../../core/images/formats';
import { identify, type NotPicture } from '../../core/images/identify';
import { INDEX_SIDE } from '../../core/images/measure';
import { MID_GREY } from '../../core/images/raster';
import { BadPicture, type RawPicture } from '../../core/images/raw-picture';
import { DECODERS } from './decoders';
import { PixelBudget } from './pixel-budget';
import type { ImageFacts, Unreadable, UnreadableCode } from '../../contract/model/image';

/** The limit of libvips. A larger picture would not fit in memory on many machines. */
export const MAX_PIXELS = 0x3fff * 0x3fff;
/**
 * The largest side that JPEG, GIF and AVIF can have. libvips works row by row and takes seconds for a row of millions
 * of pixels; only a damaged header declares one.
 */
const MAX_SIDE = 0xffff;
/**
 * Limit on the pixels, of about four bytes each, of all pictures being decoded at the same time, on any number of
 * cores.
 */
const budget = new PixelBudget(80_000_000);
const PICTURE_SIDE = 2048;
/** A triangle filter as wide as the reduction: no aliasing, and no ringing, which would change the measured edges. */
const shrink = { fit: 'inside', withoutEnlargement: true, kernel: 'linear' } as const;

// One thread and no cache per image: images are the unit of parallel work, and no image is read twice.
sharp.concurrency(1);
sharp.cache(false);
// Only these loaders may see a user's file, and only from memory, so that no file name or URL reaches libvips.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: FORMATS.flatMap(({ reader }) => (reader.by === 'sharp' ? [`VipsForeignLoad${reader.loader}Buffer`] : [])),
});

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

export type FileFacts = Pick<
  ImageFacts,
  | 'format'
  | 'width'
  | 'height'
  | 'channels'
  | 'depth'
  | 'pages'
  | 'orientation'
  | 'colourSpace'
  | 'hasAlpha'
  | 'hasIcc'
  | 'camera'
>;

export interface Decoded {
  readonly facts: FileFacts;
  /** Upright sRGB, alpha flattened on mid grey, at most 256 px on the longer side, never enlarged. */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const NOT_PICTURES: Readonly<Record<NotPicture, readonly [UnreadableCode, string]>> = {
  empty: ['empty-file', 'The file is empty (0 bytes).'],
  text: ['not-an-image', 'The file contains text, not an image.'],
  document: ['unsupported-format', 'The file is a PDF document; only raster images are read.'],
  drawing: ['unsupported-format', 'The file is an SVG drawing; only raster images are read.'],
  unknown: ['not-an-image', 'The content is not in a known image format; the header may be damaged.'],
};

/**
 * The format of the file, if it can be decoded.
 * @throws UnreadableImage
 */
function decodable(bytes: Uint8Array): Format {
  const content = identify(bytes);
  if (typeof content === 'string') throw new UnreadableImage(...NOT_PICTURES[content]);
  if (content.reader.by === 'none') {
    throw new UnreadableImage(
      'unsupported-format',
      `Images of the format ${content.name} cannot be decoded here; ${content.reader.instead}.`,
    );
  }
  return content;
}

/**
 * Whether a warning of the JPEG decoder does not affect the picture: a few extra bytes at the end, or unusual header
 * fields.
 */
function isHarmless(message: string): boolean {
  const extra = /(\d+) extraneous bytes before marker 0xd9/.exec(message);
  if (extra) return Number(extra[1]) <= 64;
  return /Unknown Adobe color transform|Invalid SOS parameters|Unsupported marker type/.test(message);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 200);
}

function damaged(bytes: Uint8Array, format: Format, error: unknown): UnreadableImage {
  const { name } = format;
  if (!hasEnd(bytes, format))
    return new UnreadableImage('truncated', `The ${name} file is cut off: its end is missing.`, error);
  return new UnreadableImage('corrupt', `The ${name} data is damaged (${firstLine(error)}).`, error);
}

/**
 * Treats warnings as errors, because libjpeg reports much damaged data only as a warning. After a harmless warning it
 * decodes again and fails only on errors.
 */
async function decodeStrictly<T>(
  bytes: Uint8Array,
  { format, facts, open }: Opened,
  finish: (picture: Sharp) => Promise<T>,
): Promise<T> {
  const decode = (failOn: 'warning' | 'error') => budget.within(facts.width * facts.height, () => finish(open(failOn)));
  try {
    return await decode('warning');
  } catch (error) {
    if (!isHarmless(firstLine(error))) throw damaged(bytes, format, error);
  }
  try {
    return await decode('error');
  } catch (error) {
    throw damaged(bytes, format, error);
  }
}

/** Removes transparency by flattening on mid grey. */
function opaque(picture: Sharp, facts: FileFacts): Sharp {
  return facts.hasAlpha ? picture.flatten({ background: { r: MID_GREY, g: MID_GREY, b: MID_GREY } }) : picture;
}

function checkSize(width: number, height: number): void {
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

const depths: Record<string, number> = {
  uchar: 8,
  char: 8,
  ushort: 16,
  short: 16,
  uint: 32,
  int: 32,
  float: 32,
  double: 64,
  complex: 64,
  dpcomplex: 128,
};

function factsOf({ id: format }: Format, metadata: Metadata): FileFacts {
  const orientation = metadata.orientation ?? 1;
  const turned = orientation >= 5;
  return {
    format,
    width: turned ? metadata.height : metadata.width,
    height: turned ? metadata.width : metadata.height,
    channels: metadata.channels,
    depth: metadata.bitsPerSample ?? depths[metadata.depth] ?? 8,
    pages: metadata.pages ?? 1,
    orientation,
    colourSpace: metadata.space,
    hasAlpha: metadata.hasAlpha,
    hasIcc: metadata.hasProfile,
    camera: metadata.exif ? cameraOf(metadata.exif) : null,
  };
}

/** Opens a picture in a format that libvips does not read, with the decoder named in the table of formats. */
async function openRaw(
  bytes: Uint8Array,
  format: Format,
  decoder: DecoderName,
): Promise<{ facts: FileFacts; picture: RawPicture }> {
  try {
    const header = DECODERS[decoder].readHeader(bytes);
    checkSize(header.width, header.height);
    const { width, height, channels, depth } = header;
    const facts = {
      format: format.id,
      width,
      height,
      channels,
      depth,
      pages: 1,
      orientation: 1,
      colourSpace: channels === 1 ? 'b-w' : 'srgb',
      hasAlpha: channels === 4,
      hasIcc: false,
      camera: null,
    };
    return { facts, picture: await DECODERS[decoder].decode(bytes) };
  } catch (error) {
    if (!(error instanceof BadPicture)) throw error;
    throw new UnreadableImage(
      error.short ? 'truncated' : 'corrupt',
      `The ${format.name} data is damaged: ${error.message}.`,
      error,
    );
  }
}

interface Opened {
  readonly format: Format;
  readonly facts: FileFacts;
  readonly open: (failOn: 'warning' | 'error') => Sharp;
}

async function openPicture(bytes: Uint8Array): Promise<Opened> {
  const format = decodable(bytes);
  if (format.reader.by === 'own') {
    const { facts, picture } = await openRaw(bytes, format, format.reader.decoder);
    const { width, height, channels } = picture;
    return { format, facts, open: () => sharp(picture.data, { raw: { width, height, channels } }) };
  }
  let metadata: Metadata;
  try {
    metadata = await sharp(bytes, { limitInputPixels: false, failOn: 'none' }).metadata();
  } catch (error) {
    throw damaged(bytes, format, error);
  }
  checkSize(metadata.width, metadata.height);
  const facts = factsOf(format, metadata);
  return { format, facts, open: (failOn) => sharp(bytes, { failOn, limitInputPixels: MAX_PIXELS }).autoOrient() };
}

/** @throws UnreadableImage */
export async function decodePicture(bytes: Uint8Array): Promise<Decoded> {
  const opened = await openPicture(bytes);
  const { facts } = opened;
  const { data, info } = await decodeStrictly(bytes, opened, (picture) =>
    opaque(picture, facts)
      .resize(INDEX_SIDE, INDEX_SIDE, shrink)
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
  return { facts, rgb: data, width: info.width, height: info.height };
}

/**
 * The middle square of the upright picture, from the file's own pixels: its shorter side becomes `side`, whether that
 * shrinks or enlarges it, and the longer side is cropped equally at both ends.
 * @param side pixels
 * @returns side × side × 3, row-major sRGB, transparency flattened on mid grey
 * @throws UnreadableImage
 */
export async function decodeSquare(bytes: Uint8Array, side: number): Promise<Uint8Array> {
  const opened = await openPicture(bytes);
  return decodeStrictly(bytes, opened, (picture) =>
    opaque(picture, opened.facts)
      .resize(side, side, { fit: 'cover', position: 'centre', kernel: 'cubic' })
      .toColourspace('srgb')
      .raw()
      .toBuffer(),
  );
}

/** Pictures up to this side, in pixels, are shown enlarged, and blurred colours would be visible in them. */
const SMALL_SIDE = 128;

/**
 * The thumbnail of decoded pixels: a JPEG of the same size. On photographs this takes about a quarter of the time of
 * resizing to 192 px and encoding as WebP with effort 0 and quality 80, and looks the same or better; the price is
 * about twice the bytes. Fixed Huffman tables take less time than the best ones and add 4 % to the size.
 */
export async function encodeThumbnail({
  rgb,
  width,
  height,
}: Pick<Decoded, 'rgb' | 'width' | 'height'>): Promise<Buffer> {
  const pixels = sharp(rgb, { raw: { width, height, channels: 3 } });
  const small = Math.max(width, height) <= SMALL_SIDE;
  return pixels
    .jpeg({ quality: small ? 92 : 80, chromaSubsampling: small ? '4:4:4' : '4:2:0', optimiseCoding: false })
    .toBuffer();
}

/** The upright picture in sRGB as WebP, at most 2,048 px on its longer side; alpha is kept. @throws UnreadableImage */
export async function encodePicture(bytes: Uint8Array): Promise<Buffer> {
  return decodeStrictly(bytes, await openPicture(bytes), (picture) =>
    picture
      .resize(PICTURE_SIDE, PICTURE_SIDE, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .webp({ quality: 90, effort: 1 })
      .toBuffer(),
  );
}

/**
 * Encodes the whole picture so that every loader reads it the same way: upright, 8-bit sRGB, alpha flattened, first
 * page only, no metadata.
 * @throws UnreadableImage
 */
export async function encodePlain(bytes: Uint8Array, format: 'png' | 'jpeg'): Promise<Buffer> {
  const opened = await openPicture(bytes);
  return decodeStrictly(bytes, opened, (picture) => {
    const plain = opaque(picture, opened.facts).toColourspace('srgb');
    return (format === 'png' ? plain.png() : plain.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })).toBuffer();
  });
}
