/** The only place that decodes and encodes pictures: all of them go through one budget. */
import sharp, { type Metadata, type Sharp } from 'sharp';
import { cameraOf } from '../../core/images/exif';
import { FORMATS, type DecoderName, type Format } from '../../core/images/formats';
import { INDEX_SIDE } from '../../core/images/measure';
import { MID_GREY } from '../../core/images/raster';
import { BadPicture, type RawPicture } from '../../core/images/raw-picture';
import { readTiffSamples } from '../../core/images/tiff';
import { extremes, rangeOf, scaled, type DeepSamples, type ValueRange } from '../../core/images/value-range';
import { DECODERS } from './decoders';
import { PixelBudget } from './pixel-budget';
import { pngFault } from './png-faults';
import { beyondTiff, checkSize, damagedPicture, decodable, firstLine, MAX_PIXELS, UnreadableImage } from './refusals';
import type { ImageFacts } from '../../contract/model/image';

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
  | 'values'
  | 'pngFault'
>;

export interface Decoded {
  readonly facts: FileFacts;
  /** Upright sRGB, alpha flattened on mid grey, at most 256 px on the longer side, never enlarged. */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
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

/**
 * libvips has one text of errors for all threads: while several pictures are decoded, the error of one can have no text,
 * or that of another. So a picture that fails is tried again alone.
 * @throws the picture's own error
 */
async function ownError<T>(pixels: number, work: () => Promise<T>): Promise<T> {
  try {
    return await budget.within(pixels, work);
  } catch {
    return budget.within(Infinity, work);
  }
}

/** What reading a header takes of the budget: with nothing, it would run beside a picture that must be alone. */
const HEADER = 1;

const readHeader = (bytes: Uint8Array): Promise<Metadata> =>
  ownError(HEADER, () => sharp(bytes, { limitInputPixels: false, failOn: 'none' }).metadata());

/**
 * Treats warnings as errors, because libjpeg reports much damaged data only as a warning. After a harmless warning it
 * decodes again and fails only on errors.
 */
async function decodeStrictly<T>(
  bytes: Uint8Array,
  { format, facts, open }: Opened,
  finish: (picture: Sharp) => Promise<T>,
): Promise<T> {
  const decode = (failOn: 'warning' | 'error') => ownError(facts.width * facts.height, () => finish(open(failOn)));
  try {
    return await decode('warning');
  } catch (error) {
    if (!isHarmless(firstLine(error))) throw damagedPicture(bytes, format, error);
  }
  try {
    return await decode('error');
  } catch (error) {
    throw damagedPicture(bytes, format, error);
  }
}

/** Removes transparency by flattening on mid grey. */
function opaque(picture: Sharp, facts: FileFacts): Sharp {
  return facts.hasAlpha ? picture.flatten({ background: { r: MID_GREY, g: MID_GREY, b: MID_GREY } }) : picture;
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
    values: null,
    pngFault: null,
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
    const { channels, depth } = header;
    const picture = await DECODERS[decoder].decode(bytes);
    // A rotation that the header names apart from the size is applied now.
    const { width, height } = picture;
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
      values: null,
      pngFault: null,
    };
    return { facts, picture };
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

const SAMPLES: Readonly<Record<string, new (bytes: ArrayBuffer) => DeepSamples>> = {
  ushort: Uint16Array,
  uint: Uint32Array,
  int: Int32Array,
  float: Float32Array,
};
/** Colour spaces whose values mean brightness; not CMYK and Lab. */
const SCALED_SPACES: readonly string[] = ['b-w', 'grey16', 'rgb16', 'rgb', 'srgb', 'scrgb'];
const FULL_16_BITS = 0xffff;
const SIGN = 0x8000;
/** At most, for each channel. */
const DEEP_BYTES = 4;

interface Deep {
  readonly values: ValueRange;
  /** 8 bits; null where libvips' own conversion takes the whole range of 16 bits. */
  readonly picture: { data: Uint8Array; width: number; height: number; channels: 1 | 2 | 3 | 4 } | null;
}

/**
 * Scales samples of more than 8 bits: libvips takes 16 bits as 0 to 65,535 and fractions as 0 to 255, whatever the file
 * holds. Null for a file that it converts rightly.
 * @throws UnreadableImage
 */
async function scaleDeep(bytes: Uint8Array, format: Format, metadata: Metadata, alpha: boolean): Promise<Deep | null> {
  const Samples = metadata.depth === 'short' ? Int32Array : SAMPLES[metadata.depth];
  const { space, channels: bands } = metadata;
  if (Samples === undefined || !SCALED_SPACES.includes(space) || (format.id !== 'png' && format.id !== 'tiff'))
    return null;
  const signed = metadata.depth === 'short';
  const read = () => {
    const upright = sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS }).autoOrient();
    // libvips' colour spaces of 16 bits have no negative values.
    return (signed ? upright.linear(1, SIGN) : upright)
      .toColourspace(space)
      .raw({ depth: signed ? 'ushort' : metadata.depth })
      .toBuffer({ resolveWithObject: true });
  };
  let raw: Awaited<ReturnType<typeof read>>;
  try {
    raw = await ownError(metadata.width * metadata.height * DEEP_BYTES, read);
  } catch (error) {
    throw damagedPicture(bytes, format, error);
  }
  const { width, height, channels } = raw.info;
  const { buffer, byteOffset, byteLength } = raw.data;
  const copy = buffer.slice(byteOffset, byteOffset + byteLength);
  const samples = signed ? Int32Array.from(new Uint16Array(copy)) : new Samples(copy);
  const colours = bands >= 3 ? 3 : 1;
  if (signed) for (let i = 0; i < samples.length; i += 1) samples[i]! -= SIGN;
  const found = extremes(samples, channels, colours) ?? { min: 0, max: 0 };
  const values = rangeOf(found.min, found.max, metadata.depth !== 'float');
  if (metadata.depth === 'ushort' && values.high === FULL_16_BITS) return { values, picture: null };
  const kept = alpha ? ((colours + 1) as 2 | 4) : colours;
  return { values, picture: { data: scaled(samples, channels, kept, values), width, height, channels: kept } };
}

async function openPicture(bytes: Uint8Array): Promise<Opened> {
  const format = decodable(bytes);
  if (format.reader.by === 'own') {
    const { facts, picture } = await openRaw(bytes, format, format.reader.decoder);
    const { width, height, channels } = picture;
    return { format, facts, open: () => sharp(picture.data, { raw: { width, height, channels } }) };
  }
  const tiff = format.id === 'tiff' ? readTiffSamples(bytes) : null;
  let metadata: Metadata;
  try {
    metadata = await readHeader(bytes);
  } catch (error) {
    throw beyondTiff(tiff) ?? damagedPicture(bytes, format, error);
  }
  checkSize(metadata.width, metadata.height);
  // libvips takes every band after the colours for opacity. Others, for example near infrared, are not.
  const hasAlpha = metadata.hasAlpha && (tiff === null || tiff.alpha);
  const deep = await scaleDeep(bytes, format, metadata, hasAlpha);
  const facts = {
    ...factsOf(format, metadata),
    hasAlpha,
    values: deep?.values ?? null,
    pngFault: format.id === 'png' ? pngFault(bytes) : null,
  };
  const scaledPicture = deep?.picture;
  if (scaledPicture) {
    const { data, ...raw } = scaledPicture;
    return { format, facts, open: () => sharp(data, { raw }) };
  }
  const open = (failOn: 'warning' | 'error'): Sharp => {
    const picture = sharp(bytes, { failOn, limitInputPixels: MAX_PIXELS }).autoOrient();
    return hasAlpha === metadata.hasAlpha ? picture : picture.removeAlpha();
  };
  return { format, facts, open };
}

/**
 * Gives the memory of pixels back at once; they must not be used afterwards. Left to the garbage collector, which counts
 * the bytes outside its heap, they would make it run through the whole heap after a few dozen pictures.
 */
export function releasePixels(pixels: Uint8Array): void {
  const { buffer } = pixels;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === pixels.byteLength) buffer.transfer(0);
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
  const small = Math.max(width, height) <= SMALL_SIDE;
  return budget.within(width * height, () =>
    sharp(rgb, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: small ? 92 : 80, chromaSubsampling: small ? '4:4:4' : '4:2:0', optimiseCoding: false })
      .toBuffer(),
  );
}

/**
 * Samples as PNG, without loss.
 * @param samples row-major with interleaved channels; 16 bits stay 16 bits
 */
export function encodeSamples(
  samples: Uint8Array | Uint16Array,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: 1 | 3 | 4 },
): Promise<Buffer> {
  const deep = samples instanceof Uint16Array;
  return budget.within(width * height, () =>
    sharp(samples, { raw: { width, height, channels } })
      .toColourspace(channels === 1 ? (deep ? 'grey16' : 'b-w') : deep ? 'rgb16' : 'srgb')
      .png()
      .toBuffer(),
  );
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

/** The blocks of EXIF and colour profile as they are in the file; null for a format that libvips does not read. */
export async function metadataBlocks(bytes: Uint8Array): Promise<Pick<Metadata, 'exif' | 'icc'> | null> {
  try {
    const { exif, icc } = await readHeader(bytes);
    return { exif, icc };
  } catch {
    return null;
  }
}
