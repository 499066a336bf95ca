/** Which output of a network describes a whole picture, and how it becomes one row of numbers. */
import type { NetworkOutput, Pooling } from '../../contract/model/backbone';
import { quoted } from '../text/names';
import { integer } from '../text/numbers';

/** What a network put out for some pictures. */
export interface NetworkAnswer {
  readonly name: string;
  readonly dims: readonly number[];
}

const OBJECTS = /(^|[^a-z])(pred_)?(boxes|bbox(es)?|dets?|detections?|num_detections|masks?)([^a-z]|$)/i;
const SCORES = /logit|prob|class|softmax|score/i;
/** By what an output is called, the most wanted first. Scores of classes come last. */
const WANTED = [/^image_?embeds?$/i, /embed/i, /pool/i, /feature/i, /hidden_state/i];
const POOLINGS: readonly Pooling[] = ['row', 'first-token', 'mean-of-tokens', 'mean-of-positions'];
/** Numbers of classes in ImageNet, with and without a class for the background. */
const IMAGENET_CLASSES = [1000, 1001, 21_841, 21_843];
const MOST_WIDTH = 16_384;
/** Sides of the patches of vision transformers. */
const PATCHES = [4, 7, 8, 10, 12, 14, 16, 20, 28, 32, 64];
/** Tokens in addition to those of the patches: none, the class, two classes (DeiT), the class and four registers (DINOv2). */
const EXTRA_TOKENS = [0, 1, 2, 5];
/** Sides of the cells in which YOLO's networks look for objects, in pixels. */
const CELLS = [8, 16, 32];
/** A feature map has at most this share of the picture's side. A larger map is a picture. */
const LARGEST_MAP = 1 / 6;
/** A map of fewer channels is a small picture, such as the latent one of a generator. */
const LEAST_CHANNELS = 8;

function isMapSide(h: number, w: number, side: number): boolean {
  return h === w && h <= side * LARGEST_MAP;
}

/** Number of tokens that are in addition to the patches; null if the tokens are not those of a picture. */
function extraTokens(tokens: number, side: number): number | null {
  const fits = (extra: number): boolean => PATCHES.some((patch) => Math.floor(side / patch) ** 2 === tokens - extra);
  return tokens > 1 ? (EXTRA_TOKENS.find(fits) ?? null) : null;
}

/** Whether an output has one entry for each cell of YOLO's grids, or three. */
function hasCells(dims: readonly number[], side: number): boolean {
  const cells = CELLS.reduce((sum, cell) => sum + Math.ceil(side / cell) ** 2, 0);
  return dims.length === 3 && dims.slice(1).some((size) => size === cells || size === 3 * cells);
}

/** The pooling and width of an output, or null if it does not describe whole pictures. */
function pooled(
  dims: readonly number[],
  pictures: number,
  side: number,
): Pick<NetworkOutput, 'pooling' | 'width'> | null {
  const [first, ...rest] = dims;
  if (rest.length === 0) return pictures === 1 && first !== undefined ? { pooling: 'row', width: first } : null;
  if (first !== pictures) return null;
  const longer = rest.filter((size) => size !== 1);
  if (longer.length <= 1) return { pooling: 'row', width: longer[0] ?? 1 };
  if (rest.length === 2) {
    const [tokens, width] = rest as [number, number];
    const extra = extraTokens(tokens, side);
    return extra === null ? null : { pooling: extra > 0 ? 'first-token' : 'mean-of-tokens', width };
  }
  if (rest.length !== 3) return null;
  const [a, b, c] = rest as [number, number, number];
  // Channels are first (PyTorch) or last (Keras).
  const width = isMapSide(b, c, side) ? a : isMapSide(a, b, side) ? c : 0;
  return width < LEAST_CHANNELS ? null : { pooling: 'mean-of-positions', width };
}

const rankOf = (name: string): number => {
  const wanted = WANTED.findIndex((one) => one.test(name));
  if (wanted >= 0) return wanted;
  return SCORES.test(name) ? WANTED.length + 1 : WANTED.length;
};

/**
 * The outputs that describe a whole picture, the best first.
 * @param answers the outputs of floats for some pictures
 * @param names the names of all outputs
 * @param side of the pictures, in pixels
 * @returns at least one, or one sentence that says why there is none
 */
export function usableOutputs(
  answers: readonly NetworkAnswer[],
  names: readonly string[],
  pictures: number,
  side: number,
): NetworkOutput[] | string {
  const objects = names.find((name) => OBJECTS.test(name)) ?? answers.find(({ dims }) => hasCells(dims, side))?.name;
  if (objects !== undefined)
    return `It finds objects in pictures (output ${quoted(objects)}) and does not describe a whole picture: choose a network for features or classes.`;
  const usable = answers.flatMap(({ name, dims }): NetworkOutput[] => {
    const found = pooled(dims, pictures, side);
    return found === null ? [] : [{ name, ...found }];
  });
  const fitting = usable.filter(({ width }) => width > 1 && width <= MOST_WIDTH);
  const [first] = answers;
  if (first === undefined) return 'It has no output of numbers.';
  if (fitting.length > 0)
    return fitting.sort(
      (a, b) => rankOf(a.name) - rankOf(b.name) || POOLINGS.indexOf(a.pooling) - POOLINGS.indexOf(b.pooling),
    );
  const other = usable[0];
  if (other?.width === 1) return `It puts out a single number for a picture: a network for features is needed.`;
  if (other !== undefined)
    return `It puts out ${integer(other.width)} numbers for a picture; at most ${integer(MOST_WIDTH)} are supported.`;
  return `It does not put out one row of numbers for a picture: its output ${quoted(first.name)} has the shape ${first.dims.join(' × ')}.`;
}

/** Whether the output is probably the scores of a classifier's classes. */
export const isClassifier = ({ name, width }: NetworkOutput): boolean =>
  SCORES.test(name) || IMAGENET_CLASSES.includes(width);

/**
 * Numbers of each picture from one output.
 * @param values pictures × … as the network put them out
 * @returns pictures × width
 */
export function pooledRows(
  values: ArrayLike<number>,
  dims: readonly number[],
  { width, pooling }: NetworkOutput,
  pictures: number,
): Float32Array {
  const rows = new Float32Array(pictures * width);
  const size = values.length / pictures;
  if (pooling === 'row' || pooling === 'first-token') {
    for (let i = 0; i < pictures; i++) for (let k = 0; k < width; k++) rows[i * width + k] = values[i * size + k]!;
    return rows;
  }
  const positions = size / width;
  // The channels of a map come first in PyTorch's order; tokens and Keras' maps have them last.
  const first = pooling === 'mean-of-positions' && dims[1] === width;
  for (let i = 0; i < pictures; i++)
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let at = 0; at < positions; at++) sum += values[i * size + (first ? k * positions + at : at * width + k)]!;
      rows[i * width + k] = sum / positions;
    }
  return rows;
}
