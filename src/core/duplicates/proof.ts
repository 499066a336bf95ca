/** Measures that prove that two pictures are the same. */
import { moments } from '../statistics/quantiles';
import { align, correlation, FINE, sample } from './alignment';
import type { Orientation } from './orientation';
import { type Plate, turned } from './plate';

export interface Proof {
  /** Normalized cross-correlation after alignment, −1 … 1. */
  readonly similarity: number;
  /**
   * The same after a high-pass filter (each value minus the mean of its 3×3 neighbourhood). Pictures that share only
   * one large edge or gradient correlate in `similarity` but not here.
   */
  readonly detail: number;
  /**
   * Largest root mean square difference of any patch with an eighth of the side, in standard deviations of the picture.
   * Finds pairs that differ in one place only: flags with another coat of arms, clocks at another time.
   */
  readonly patch: number;
  /**
   * Difference of the colours relative to how colourful the pictures are: 0 for equal colours, above 1 for opposite
   * hues.
   */
  readonly colour: number;
}

/** Below this correlation the other measures are not computed. */
const NOT_ALIKE = 0.85;
/** Added to the colourfulness, so that noise in grey pictures does not count as colour. */
const COLOUR_FLOOR = 8;

const fineA = new Float64Array(FINE * FINE);
const fineB = new Float64Array(FINE * FINE);
const detailA = new Float64Array(FINE * FINE);
const detailB = new Float64Array(FINE * FINE);

/**
 * Compares `a` with `b` after applying `orientation` to `b`. Deterministic. Swapping the two pictures can change the
 * result only if one is turned.
 */
export function prove(a: Plate, b: Plate, orientation: Orientation): Proof {
  const laid = turned(b, orientation);
  const { similarity, crop } = align(a, laid);
  if (similarity < NOT_ALIKE) return { similarity, detail: 0, patch: Infinity, colour: 1 };
  sample(a, crop, 1, FINE, fineA);
  sample(laid, crop, -1, FINE, fineB);
  highPass(fineA, detailA);
  highPass(fineB, detailB);
  return {
    similarity,
    detail: correlation(detailA, detailB, FINE * FINE),
    patch: patchDifference(fineA, fineB, FINE, PATCH),
    colour: colourDifference(a, laid),
  };
}

/** 1 − mean of similarity and detail: the distance of the clearance rule, 0 for the same picture. */
export function distanceOf(proof: Proof): number {
  return 1 - (proof.similarity + proof.detail) / 2;
}

function highPass(values: Float64Array, out: Float64Array): void {
  for (let y = 0; y < FINE; y++) {
    for (let x = 0; x < FINE; x++) {
      let sum = 0;
      let n = 0;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          if (x + dx < 0 || x + dx >= FINE || y + dy < 0 || y + dy >= FINE) continue;
          sum += values[(y + dy) * FINE + x + dx] as number;
          n++;
        }
      }
      out[y * FINE + x] = (values[y * FINE + x] as number) - sum / n;
    }
  }
}

/** Side of a patch in samples. */
const PATCH = 4;

/**
 * Largest root mean square difference of any patch; patches overlap by half. Both pictures, of `side` × `side` samples,
 * are standardized to mean 0 and standard deviation 1, in place, so that exposure does not count.
 */
export function patchDifference(a: Float64Array, b: Float64Array, side: number, patch: number): number {
  standardize(a);
  standardize(b);
  let largest = 0;
  for (let top = 0; top + patch <= side; top += patch / 2) {
    for (let left = 0; left + patch <= side; left += patch / 2) {
      let sum = 0;
      for (let y = top; y < top + patch; y++)
        for (let x = left; x < left + patch; x++)
          sum += ((a[y * side + x] as number) - (b[y * side + x] as number)) ** 2;
      largest = Math.max(largest, sum);
    }
  }
  return Math.sqrt(largest) / patch;
}

function standardize(values: Float64Array): void {
  const { mean, std } = moments(values);
  for (let i = 0; i < values.length; i++) values[i] = ((values[i] as number) - mean) / Math.max(std, 1e-9);
}

/**
 * Root mean square difference of the 8×8 chroma relative to its root mean square. The grid is so coarse that crops of a
 * few per cent do not change it.
 */
function colourDifference(a: Plate, b: Plate): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < a.chroma.length; i++) {
    const p = a.chroma[i] as number;
    const q = b.chroma[i] as number;
    difference += (p - q) ** 2;
    size += (p * p + q * q) / 2;
  }
  const cells = a.chroma.length / 2;
  return Math.sqrt(difference / cells) / (Math.sqrt(size / cells) + COLOUR_FLOOR);
}
