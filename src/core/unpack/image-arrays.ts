/** Finds the images and their labels among arrays, by shape and name. */
import { elements, type ArrayHeader } from './array-header';
import { fileWords, type FileWords } from './file-words';

export interface ImageShape {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
  /** The channels are before height and width. */
  readonly planar: boolean;
}

export interface NamedArray {
  /** Path of its file without the ending; in a .npz file followed by its own name. */
  readonly name: string;
  readonly header: ArrayHeader;
}

export interface ImageSet<T extends NamedArray> {
  readonly images: T;
  readonly shape: ImageShape;
  readonly labels: T | null;
  readonly split: string | null;
  /** Distinguishes sets of the same split; '' where there is only one. */
  readonly folder: string;
}

export interface FoundArrays<T extends NamedArray> {
  readonly sets: readonly ImageSet<T>[];
  /** Arrays with one image each. */
  readonly singles: readonly { readonly images: T; readonly shape: ImageShape }[];
  /** The names of the classes; null where no array has them. */
  readonly names: T | null;
  readonly unused: readonly T[];
}

const CHANNELS: readonly number[] = [1, 3, 4];
const SMALLEST_SIDE = 4;
/** Smallest side of images that are stored as rows. */
const SMALLEST_FLAT = 8;
/** Smallest side of one grey image in a file of its own. */
const SMALLEST_SINGLE = 16;
const LARGEST_SIDE = 16_384;

const isSide = (size: number): boolean => size >= SMALLEST_SIDE && size <= LARGEST_SIDE;
const isChannels = (size: number): size is 1 | 3 | 4 => CHANNELS.includes(size);

/** One image as an array: grey, or with its channels first or last. */
function pictureShape(shape: readonly number[]): Omit<ImageShape, 'count'> | null {
  const [a = 0, b = 0, c = 1] = shape;
  if (shape.length < 2 || shape.length > 3) return null;
  if (isSide(a) && isSide(b) && isChannels(c)) return { height: a, width: b, channels: c, planar: false };
  if (shape.length === 3 && isChannels(a) && isSide(b) && isSide(c))
    return { height: b, width: c, channels: a, planar: true };
  return null;
}

/** Images stored as rows: squares of one channel, or of three channels one after another, as in CIFAR. */
function flatShape(size: number): Omit<ImageShape, 'count'> | null {
  for (const channels of [1, 3] as const) {
    const side = Math.sqrt(size / channels);
    if (Number.isInteger(side) && side >= SMALLEST_FLAT)
      return { height: side, width: side, channels, planar: channels === 3 };
  }
  return null;
}

const isNumeric = ({ kind }: ArrayHeader): boolean => kind !== 'U' && kind !== 'S';

function imagesShape(header: ArrayHeader): ImageShape | null {
  const [count = 0, ...rest] = header.shape;
  if (!isNumeric(header) || count === 0) return null;
  // Height × width × channels: one image.
  if (header.shape.length === 3 && isChannels(rest[1]!) && isSide(rest[0]!)) return null;
  const one = rest.length === 1 ? flatShape(rest[0]!) : pictureShape(rest);
  return one === null || (rest.length === 1 && count === rest[0]) ? null : { count, ...one };
}

function singleShape(header: ArrayHeader): ImageShape | null {
  const one = isNumeric(header) ? pictureShape(header.shape) : null;
  if (one === null) return null;
  const [short, long] = [one.width, one.height].sort((a, b) => a - b) as [number, number];
  // A matrix may also be a table of features: much longer than wide, or small.
  return header.shape.length === 2 && (short < SMALLEST_SINGLE || long > short * 4) ? null : { count: 1, ...one };
}

/** One label a row; a name, a number, or a column of 0 and 1 for each class. */
function isLabels({ shape, kind }: ArrayHeader, { labels }: FileWords): boolean {
  return shape.length === 1 || (shape.length === 2 && (shape[1] === 1 || kind === 'b' || labels || shape[1]! < 64));
}

const lastOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
/** Names such as arr_0, which NumPy gives itself, say nothing; the file's name does. */
const wordsOf = ({ name }: NamedArray): FileWords =>
  fileWords(/\/arr_\d+$/.test(name) ? name.split('/').slice(-2).join('_') : lastOf(name));
const rows = ({ header }: Pick<NamedArray, 'header'>): number => header.shape[0] ?? 0;

/** @param arrays all arrays of one folder or file */
export function findImageArrays<T extends NamedArray>(arrays: readonly T[]): FoundArrays<T> {
  const named = arrays.map((array) => ({ array, words: wordsOf(array), shape: imagesShape(array.header) }));
  /** One image with its channels first, and not as many images: without as many labels. */
  const isOne = ({ header }: T): boolean =>
    header.shape.length === 3 &&
    isChannels(rows({ header })) &&
    !arrays.some((other) => other.header.shape.length < 3 && rows(other) === rows({ header }));
  const images = named.filter(
    ({ array, words, shape }) => shape !== null && !(words.labels && !words.images) && !isOne(array),
  );
  const singles = named.flatMap(({ array, words }) => {
    const shape = singleShape(array.header);
    return shape === null || words.labels || images.some((one) => one.array === array)
      ? []
      : [{ images: array, shape }];
  });
  const others = named.filter((one) => !images.includes(one) && !singles.some((two) => two.images === one.array));
  const labels = others.filter(({ array, words }) => isLabels(array.header, words));
  const taken = new Set<T>();
  const sets = images.map(({ array, words, shape }) => {
    const fits = labels.filter((one) => rows(one.array) === shape!.count && !taken.has(one.array));
    const same = fits.filter((one) => one.words.key === words.key && one.words.split === words.split);
    const best =
      same.find((one) => one.words.labels) ??
      same[0] ??
      (images.length === 1 && fits.length === 1 ? fits[0] : undefined);
    if (best) taken.add(best.array);
    return { images: array, shape: shape!, labels: best?.array ?? null, split: words.split, key: words.key };
  });
  const keys = new Set(sets.map(({ key }) => key));
  const texts = others.filter(({ array }) => !isNumeric(array.header) && !taken.has(array) && rows(array) > 1);
  const names = texts[0]?.array ?? null;
  return {
    sets: sets.map(({ key, ...set }) => ({ ...set, folder: keys.size > 1 ? key : '' })),
    singles,
    names,
    unused: others.flatMap(({ array }) => (taken.has(array) || array === names ? [] : [array])),
  };
}

/** Bytes of one image. */
export const bytesOfImage = ({ shape, size }: ArrayHeader, { count }: ImageShape): number =>
  (elements(shape) / count) * size;
