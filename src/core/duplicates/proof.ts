/** The proof that two pictures are one. */
import { moments } from '../statistics/quantiles';
import { align, correlation, FINE, sample } from './alignment';
import type { Orientation } from './orientation';
import { type Plate, turned } from './plate';

export interface Proof {
  /** Normalized correlation after alignment, −1 … 1. */
  readonly similarity: number;
  /**
   * The same of what differs from its 3×3 surroundings: pictures with one big step or gradient correlate without being
   * alike in this.
   */
  readonly detail: number;
  /**
   * The largest difference of any patch of an eighth of the side, in standard deviations of the picture: one flag with
   * another coat of
   * arms, one clock at another hour correlate as copies do, but differ in one place.
   */
  readonly patch: number;
  /**
   * How far the colours differ, as a share of how colourful the pictures are: 0 for the same, above 1 for opposed hues.
   */
  readonly colour: number;
}

/** Below this correlation the other figures are not asked for. */
const NOT_ALIKE = 0.85;
/** Chroma levels that count as grey noise in the ratio of colours. */
const COLOUR_FLOOR = 8;

const fineA = new Float64Array(FINE * FINE);
const fineB = new Float64Array(FINE * FINE);
const detailA = new Float64Array(FINE * FINE);
const detailB = new Float64Array(FINE * FINE);

/**
 * Compares `a` with `b` laid down in `orientation`. Deterministic; the order of the two counts only where one is
 * turned.
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
    patch: patchDifference(fineA, fineB),
    colour: colourDifference(a, laid),
  };
}

/** 1 − mean of similarity and detail: what the clearance rule compares, 0 for the same picture. */
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

/** Side of a patch in samples; patches overlap by half. */
const PATCH = 4;

/** Both pictures brought to mean 0 and standard deviation 1, so that exposure does not count; overwrites them. */
function patchDifference(a: Float64Array, b: Float64Array): number {
  standardize(a);
  standardize(b);
  let largest = 0;
  for (let top = 0; top + PATCH <= FINE; top += PATCH / 2) {
    for (let left = 0; left + PATCH <= FINE; left += PATCH / 2) {
      let sum = 0;
      for (let y = top; y < top + PATCH; y++)
        for (let x = left; x < left + PATCH; x++)
          sum += ((a[y * FINE + x] as number) - (b[y * FINE + x] as number)) ** 2;
      largest = Math.max(largest, sum);
    }
  }
  return Math.sqrt(largest) / PATCH;
}

function standardize(values: Float64Array): void {
  const { mean, std } = moments(values);
  for (let i = 0; i < values.length; i++) values[i] = ((values[i] as number) - mean) / Math.max(std, 1e-9);
}

/**
 * Root mean square difference of the 8×8 chroma over its root mean square: too coarse a grid for crops of a few per
 * cent to matter.
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
