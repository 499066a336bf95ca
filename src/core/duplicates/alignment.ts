/** Finds the small crops of two pictures that give the highest correlation. */
import { MOST_SIDE } from './high-pass';
import type { Plate } from './plate';

/** Largest part that may be cut from a side of either picture: 7 pixels of a raster of 64. */
const LARGEST_CROP = 7 / 64;
const COARSE = 16;
/** Samples per side in the final comparison. */
export const FINE = 32;
/** Left, top, right, bottom as shares of the side: positive values crop the first picture, negative ones the second. */
export type Crop = readonly [number, number, number, number];

export interface Alignment {
  /** Normalized cross-correlation of the overlapping parts, −1 … 1; 0 where one of them has a single colour. */
  readonly similarity: number;
  readonly crop: Crop;
}

/**
 * Sample positions along one axis for bilinear interpolation: index of the pixel before, index of the next pixel (the
 * same at the edge), and the weight of the next pixel. Reused between calls to avoid allocation.
 */
const columns = { at: new Int32Array(MOST_SIDE), next: new Int32Array(MOST_SIDE), weight: new Float64Array(MOST_SIDE) };
const rows = { at: new Int32Array(MOST_SIDE), next: new Int32Array(MOST_SIDE), weight: new Float64Array(MOST_SIDE) };

function place(
  { at, next, weight }: typeof columns,
  from: number,
  to: number,
  pixels: number,
  side: number,
  stride: number,
): void {
  const step = (1 - from - to) / side;
  for (let i = 0; i < side; i++) {
    const exact = Math.min(pixels - 1, Math.max(0, (from + (i + 0.5) * step) * pixels - 0.5));
    const before = exact | 0;
    at[i] = before * stride;
    next[i] = Math.min(pixels - 1, before + 1) * stride;
    weight[i] = exact - before;
  }
}

/** Values of a picture, row-major. */
export interface Field {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/**
 * Samples the part of a plate that `crop` keeps on a side × side grid, with bilinear interpolation. Only values of
 * `crop` with the given sign cut this plate.
 */
export function sample(plate: Plate, crop: Crop, sign: 1 | -1, side: number, out: Float64Array): void {
  sampleField({ width: plate.width, height: plate.height, values: plate.grey }, crop, sign, side, side, out);
}

/** The same for any values, on a grid of `across` columns and `down` rows, at most 64 each. */
export function sampleField(
  field: Field,
  crop: Crop,
  sign: 1 | -1,
  across: number,
  down: number,
  out: Float64Array,
): void {
  place(columns, Math.max(0, crop[0] * sign), Math.max(0, crop[2] * sign), field.width, across, 1);
  place(rows, Math.max(0, crop[1] * sign), Math.max(0, crop[3] * sign), field.height, down, field.width);
  const { values } = field;
  const { at, next, weight } = columns;
  let i = 0;
  for (let y = 0; y < down; y++) {
    const upper = rows.at[y] as number;
    const lower = rows.next[y] as number;
    const fy = rows.weight[y] as number;
    for (let x = 0; x < across; x++) {
      const left = at[x] as number;
      const right = next[x] as number;
      const fx = weight[x] as number;
      const a = values[upper + left] as number;
      const b = values[lower + left] as number;
      const top = a + fx * ((values[upper + right] as number) - a);
      out[i++] = top + fy * (b + fx * ((values[lower + right] as number) - b) - top);
    }
  }
}

/**
 * Normalized cross-correlation of the first n values, −1 … 1; 0 where the variance of either is within rounding error.
 */
export function correlation(a: Float64Array, b: Float64Array, n: number): number {
  let sumA = 0;
  let sumB = 0;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let i = 0; i < n; i++) {
    const x = a[i] as number;
    const y = b[i] as number;
    sumA += x;
    sumB += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  const varA = aa - (sumA * sumA) / n;
  const varB = bb - (sumB * sumB) / n;
  if (varA < n * 1e-3 || varB < n * 1e-3) return 0;
  return (ab - (sumA * sumB) / n) / Math.sqrt(varA * varB);
}

/**
 * Moves of the pattern search: each side alone; in the coarse search also shifting the crop along x and y and scaling
 * it.
 */
const SIDES: readonly Crop[] = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
];
const FRAME: readonly Crop[] = [...SIDES, [1, 0, -1, 0], [0, 1, 0, -1], [1, 1, 1, 1]];

/**
 * Least coarse correlation before the first round of moves and after each round; below it the search stops. Measured on
 * crops of up to 6 % a side.
 */
const HOPE = [0.15, 0.6, 0.8, 0.85];

/** Fine alignment by sub-pixel steps raises a correlation by at most about 0.18, so a lower start cannot reach 0.96. */
const WORTH_REFINING = 0.78;

const scratchA = new Float64Array(FINE * FINE);
const scratchB = new Float64Array(FINE * FINE);

function moved(crop: Crop, move: Crop, step: number): Crop {
  const to = (i: 0 | 1 | 2 | 3): number => Math.min(LARGEST_CROP, Math.max(-LARGEST_CROP, crop[i] + step * move[i]));
  return [to(0), to(1), to(2), to(3)];
}

/** Whether two crops cut the picture of this sign in the same way, so that it need not be sampled again. */
export function sameCut(a: Crop, b: Crop, sign: 1 | -1): boolean {
  return a.every((value, i) => Math.max(0, value * sign) === Math.max(0, (b[i] ?? 0) * sign));
}

/**
 * Best correlation of `a` with `b`, where either picture may be cropped by up to 7/64 of each side.
 * Pattern search (Hooke & Jeeves 1961) in steps of 2, 1 and ½ pixels of 64: first on 16×16 samples, then on 32×32.
 * The result of a search depends on which picture is moved first. Both orders are tried and the better result is taken.
 */
export function align(a: Plate, b: Plate): Alignment {
  const one = fitted(a, b);
  const {
    similarity,
    crop: [left, top, right, bottom],
  } = fitted(b, a);
  return similarity > one.similarity ? { similarity, crop: [-left, -top, -right, -bottom] } : one;
}

/**
 * Searches by moving one picture first. Stops early, with the best result so far, if a good fit can no longer be
 * reached.
 */
function fitted(a: Plate, b: Plate): Alignment {
  let crop: Crop = [0, 0, 0, 0];
  let best = -1;
  /** The crops that the scratch buffers were sampled with. */
  let sampledA: Crop | null = null;
  let sampledB: Crop | null = null;
  const fit = (tried: Crop, side: number): number => {
    if (!sampledA || !sameCut(sampledA, tried, 1)) sample(a, tried, 1, side, scratchA);
    if (!sampledB || !sameCut(sampledB, tried, -1)) sample(b, tried, -1, side, scratchB);
    sampledA = tried;
    sampledB = tried;
    return correlation(scratchA, scratchB, side * side);
  };
  const start = (side: number): void => {
    sampledA = null;
    sampledB = null;
    best = fit(crop, side);
  };
  const round = (moves: readonly Crop[], step: number, side: number): boolean => {
    let improved = false;
    for (const move of moves) {
      for (const signed of [step, -step]) {
        const tried = moved(crop, move, signed);
        if (tried.every((value, i) => value === crop[i])) continue;
        const similarity = fit(tried, side);
        if (similarity <= best + 1e-6) continue;
        best = similarity;
        crop = tried;
        improved = true;
        break;
      }
    }
    return improved;
  };
  start(COARSE);
  for (let rounds = 0; rounds < 8; rounds++) {
    if (best < (HOPE[Math.min(rounds, HOPE.length - 1)] as number)) return { similarity: best, crop };
    if (!round(FRAME, 2 / 64, COARSE)) break;
  }
  start(FINE);
  if (best < WORTH_REFINING) return { similarity: best, crop };
  for (const step of [1 / 64, 0.5 / 64]) for (let rounds = 0; rounds < 3 && round(SIDES, step, FINE); rounds++);
  return { similarity: best, crop };
}
