/**
 * The image formats: how each is told, what it is called, which file endings it has, who reads it. This is the only
 * list of formats. A new one is an entry here, and a decoder in engine/images/decoders.ts where sharp does not read it.
 */

/** The libraries that load a training set by file ending. Hugging Face takes the endings that Pillow registers. */
export type LoaderId = 'keras' | 'torchvision' | 'huggingface';

/** Who decodes a format here: libvips by one of its loaders, one of our own decoders, or none. */
type Reader =
  | { readonly by: 'sharp'; readonly loader: string }
  | { readonly by: 'own'; readonly decoder: string }
  | { readonly by: 'none'; readonly instead: string };

interface Entry {
  /** As the catalogue and the contract write it. */
  readonly id: string;
  /** As users read it. */
  readonly name: string;
  /** Tells the format by the first HEAD_BYTES bytes of a file. */
  readonly matches: (head: Uint8Array) => boolean;
  /** Whether a file has the mark that ends every whole file of the format; absent where the format has none. */
  readonly ends?: (file: Uint8Array, tail: Uint8Array) => boolean;
  /** Lower case, without dot. Every ending in the three lists names the format truly. */
  readonly endings: {
    /** An export keeps these; it gives the first one to a file that has another. */
    readonly usual: readonly [string, ...string[]];
    /** A file with one of these or of the usual endings is listed as an image without a look at its content. */
    readonly known: readonly string[];
    /** Too rare, or used by other formats too: the content decides. */
    readonly rare: readonly string[];
  };
  /** The endings that each loader reads; an empty list where it does not read the format. */
  readonly loaders: Readonly<Record<LoaderId, readonly string[]>>;
  readonly reader: Reader;
  /** What an export that converts writes in its place: PNG keeps every pixel; a JPEG stays one, or it would grow. */
  readonly convertsTo: 'png' | 'jpeg';
}

/** Bytes that telling a format looks at. */
export const HEAD_BYTES = 512;
const TAIL_BYTES = 4096;

export function latin(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function starts(...signatures: readonly (readonly number[])[]): (head: Uint8Array) => boolean {
  return (head) =>
    signatures.some((bytes) => head.length >= bytes.length && bytes.every((byte, i) => head[i] === byte));
}

/** The brands of an ISO base media file (AVIF, HEIF, MP4); '' if the file is not one. */
function brands(head: Uint8Array): string {
  return latin(head, 4, 8) === 'ftyp' ? latin(head, 8, Math.min(64, head.length)) : '';
}

const HEIF_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];
const BMP_HEADER_SIZES = [12, 40, 52, 56, 64, 108, 124];

/** In the order in which the signatures are tried. */
const TABLE = [
  {
    id: 'jpeg',
    name: 'JPEG',
    matches: starts([0xff, 0xd8, 0xff]),
    ends: (_, tail) => tail.some((byte, i) => byte === 0xff && tail[i + 1] === 0xd9),
    endings: { usual: ['jpg', 'jpeg'], known: ['jpe', 'jfif'], rare: ['jif'] },
    loaders: { keras: ['jpg', 'jpeg'], torchvision: ['jpg', 'jpeg'], huggingface: ['jpg', 'jpeg', 'jpe', 'jfif'] },
    reader: { by: 'sharp', loader: 'Jpeg' },
    convertsTo: 'jpeg',
  },
  {
    id: 'png',
    name: 'PNG',
    matches: starts([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    ends: (_, tail) => latin(tail, 0, tail.length).includes('IEND'),
    endings: { usual: ['png'], known: [], rare: ['apng'] },
    loaders: { keras: ['png'], torchvision: ['png'], huggingface: ['png', 'apng'] },
    reader: { by: 'sharp', loader: 'Png' },
    convertsTo: 'png',
  },
  {
    id: 'gif',
    name: 'GIF',
    matches: starts([0x47, 0x49, 0x46, 0x38]),
    ends: (_, tail) => tail.includes(0x3b, Math.max(0, tail.length - 16)),
    endings: { usual: ['gif'], known: [], rare: [] },
    loaders: { keras: ['gif'], torchvision: [], huggingface: ['gif'] },
    reader: { by: 'sharp', loader: 'Nsgif' },
    convertsTo: 'png',
  },
  {
    id: 'tiff',
    name: 'TIFF',
    // Little and big endian, classic and BigTIFF.
    matches: starts([0x49, 0x49, 0x2a, 0], [0x4d, 0x4d, 0, 0x2a], [0x49, 0x49, 0x2b, 0], [0x4d, 0x4d, 0, 0x2b]),
    endings: { usual: ['tif', 'tiff'], known: [], rare: [] },
    loaders: { keras: [], torchvision: ['tif', 'tiff'], huggingface: ['tif', 'tiff'] },
    reader: { by: 'sharp', loader: 'Tiff' },
    convertsTo: 'png',
  },
  {
    id: 'bmp',
    name: 'BMP',
    matches: (head) =>
      head[0] === 0x42 && head[1] === 0x4d && head.length >= 26 && BMP_HEADER_SIZES.includes(head[14]!),
    endings: { usual: ['bmp'], known: ['dib'], rare: [] },
    loaders: { keras: ['bmp'], torchvision: ['bmp'], huggingface: ['bmp', 'dib'] },
    reader: { by: 'own', decoder: 'bmp' },
    convertsTo: 'png',
  },
  {
    id: 'jp2',
    name: 'JPEG 2000',
    // The bare code stream, then the boxed file.
    matches: starts([0xff, 0x4f, 0xff, 0x51], [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20]),
    endings: { usual: ['jp2'], known: ['j2k'], rare: ['jpf', 'jpx', 'j2c', 'jpc'] },
    loaders: { keras: [], torchvision: [], huggingface: ['jp2', 'j2k', 'jpc', 'jpf', 'jpx', 'j2c'] },
    reader: { by: 'none', instead: 'convert the file to JPEG or PNG' },
    convertsTo: 'png',
  },
  {
    id: 'jxl',
    name: 'JPEG XL',
    matches: starts([0xff, 0x0a], [0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20]),
    endings: { usual: ['jxl'], known: [], rare: [] },
    loaders: { keras: [], torchvision: [], huggingface: [] },
    reader: { by: 'own', decoder: 'jxl' },
    convertsTo: 'png',
  },
  {
    id: 'webp',
    name: 'WebP',
    matches: (head) => latin(head, 0, 4) === 'RIFF' && latin(head, 8, 12) === 'WEBP',
    ends: (file) =>
      file.length >= 8 && new DataView(file.buffer, file.byteOffset).getUint32(4, true) + 8 <= file.length,
    endings: { usual: ['webp'], known: [], rare: [] },
    loaders: { keras: [], torchvision: ['webp'], huggingface: ['webp'] },
    reader: { by: 'sharp', loader: 'Webp' },
    convertsTo: 'png',
  },
  {
    id: 'avif',
    name: 'AVIF',
    matches: (head) => /avi[fs]/.test(brands(head)),
    endings: { usual: ['avif'], known: [], rare: ['avifs'] },
    loaders: { keras: [], torchvision: [], huggingface: [] },
    reader: { by: 'sharp', loader: 'Heif' },
    convertsTo: 'png',
  },
  {
    id: 'heif',
    name: 'HEIF',
    matches: (head) => HEIF_BRANDS.includes(brands(head).slice(0, 4)),
    endings: { usual: ['heic', 'heif'], known: [], rare: ['hif'] },
    loaders: { keras: [], torchvision: [], huggingface: [] },
    reader: { by: 'own', decoder: 'heif' },
    convertsTo: 'png',
  },
  {
    id: 'ppm',
    name: 'PPM',
    matches: (head) => /^P[1-6][\s#]/.test(latin(head, 0, 3)),
    endings: { usual: ['ppm', 'pgm'], known: ['pbm', 'pnm'], rare: ['pam', 'pfm'] },
    loaders: { keras: [], torchvision: ['ppm', 'pgm'], huggingface: ['ppm', 'pgm', 'pbm', 'pnm'] },
    reader: { by: 'own', decoder: 'pnm' },
    convertsTo: 'png',
  },
] as const satisfies readonly Entry[];

type Row = (typeof TABLE)[number];
export type FormatId = Row['id'];
/** The decoders that engine/images/decoders.ts must have. */
export type DecoderName = Extract<Row['reader'], { by: 'own' }>['decoder'];
export interface Format extends Entry {
  readonly id: FormatId;
  readonly reader: Row['reader'];
}

export const FORMATS: readonly Format[] = TABLE;

const byId: ReadonlyMap<string, Format> = new Map(FORMATS.map((format) => [format.id, format]));

/** @throws RangeError at an id that the table lacks */
export function formatOf(id: string): Format {
  const format = byId.get(id);
  if (format === undefined) throw new RangeError(`There is no image format “${id}”.`);
  return format;
}

/** Files with one of these endings are listed as images without a look at their content. */
export const KNOWN_ENDINGS: ReadonlySet<string> = new Set(
  FORMATS.flatMap(({ endings }) => [...endings.usual, ...endings.known]),
);

/** Whether an ending, in lower case and without dot, names the format truly. */
export function names(ending: string, { endings }: Format): boolean {
  return endings.usual.includes(ending) || endings.known.includes(ending) || endings.rare.includes(ending);
}

/** All endings of our formats that a loader reads. */
export function endingsReadBy(loader: LoaderId): string[] {
  return FORMATS.flatMap(({ loaders }) => loaders[loader]);
}

/** False when the file stops before its end mark; a format without such a mark is taken as whole. */
export function hasEnd(file: Uint8Array, format: Format): boolean {
  return format.ends?.(file, file.subarray(Math.max(0, file.length - TAIL_BYTES))) ?? true;
}
