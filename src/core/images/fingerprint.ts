/**
 * 64-bit perceptual hashes as 16 hex digits, most significant bit first.
 * pHash: Zauner 2010 (DCT of a 32×32 grey raster, low 8×8, above the median). dHash: Krawetz 2013 (9×8, brighter than
 * the right neighbour).
 */
import { resample } from './resample';

const SIDE = 32;
const LOW = 8;
/**
 * Smaller differences are only rounding of the resampling. Without this limit the hash of a plain colour would be noise
 * that changes with the image size.
 */
const SLACK = 1e-6;

/** cosines[u·32 + x] of the DCT-II. Its scale does not matter, because only the order of coefficients counts. */
const cosines = Float64Array.from({ length: LOW * SIDE }, (_, i) =>
  Math.cos((Math.PI * Math.floor(i / SIDE) * (2 * (i % SIDE) + 1)) / (2 * SIDE)),
);

function hexOfBits(bit: (index: number) => boolean): string {
  let hex = '';
  for (let digit = 0; digit < 16; digit += 1) {
    let value = 0;
    for (let k = 0; k < 4; k += 1) value = value * 2 + (bit(digit * 4 + k) ? 1 : 0);
    hex += value.toString(16);
  }
  return hex;
}

/** @param grey luminance, width × height */
export function pHash(grey: ArrayLike<number>, width: number, height: number): string {
  const square = resample(grey, width, height, 1, SIDE, SIDE);
  const rows = new Float64Array(SIDE * LOW);
  for (let y = 0; y < SIDE; y += 1) {
    for (let u = 0; u < LOW; u += 1) {
      let sum = 0;
      for (let x = 0; x < SIDE; x += 1) sum += square[y * SIDE + x]! * cosines[u * SIDE + x]!;
      rows[y * LOW + u] = sum;
    }
  }
  const low = new Float64Array(LOW * LOW);
  for (let v = 0; v < LOW; v += 1) {
    for (let u = 0; u < LOW; u += 1) {
      let sum = 0;
      for (let y = 0; y < SIDE; y += 1) sum += rows[y * LOW + u]! * cosines[v * SIDE + y]!;
      low[v * LOW + u] = sum;
    }
  }
  const sorted = low.slice().sort();
  const median = (sorted[31]! + sorted[32]!) / 2;
  return hexOfBits((i) => low[i]! > median + SLACK);
}

/** @param grey luminance, width × height */
export function dHash(grey: ArrayLike<number>, width: number, height: number): string {
  const cells = resample(grey, width, height, 1, 9, 8);
  return hexOfBits((i) => cells[(i >> 3) * 9 + (i & 7)]! > cells[(i >> 3) * 9 + (i & 7) + 1]! + SLACK);
}
