/** A picture as 63 low-frequency DCT coefficients. Turning or mirroring the picture only swaps and negates them. */
import type { Orientation } from './orientation';
import { RASTER_SIDE, rasterArea } from '../images/raster';

/** Frequencies kept per direction. The constant one is set to zero, so that brightness does not count. */
export const FREQUENCIES = 8;
export const SKETCH_LENGTH = FREQUENCIES * FREQUENCIES;
const GRID = 16;

const cosines = Float64Array.from({ length: FREQUENCIES * GRID }, (_, i) => {
  const u = Math.floor(i / GRID);
  return Math.sqrt((u === 0 ? 1 : 2) / GRID) * Math.cos(((2 * (i % GRID) + 1) * u * Math.PI) / (2 * GRID));
});

/**
 * Writes the sketch of a picture, stretched to a square, at `offset`: DCT-II coefficients (v · 8 + u) of 16×16 area
 * means. Each is weighted by its frequency √(u² + v²), because the amplitudes of natural pictures fall with 1/f; then
 * the sketch is scaled to unit length. All zero if the picture has a single colour.
 * @param raster 64×64×3 RGB, row-major
 * @param width true width of the image (any unit: only the ratio to the height counts)
 */
export function writeSketch(
  raster: Uint8Array,
  width: number,
  height: number,
  out: Float32Array,
  offset: number,
): void {
  const means = areaMeans(raster, width, height);
  for (let y = 0; y < GRID; y++) {
    for (let u = 0; u < FREQUENCIES; u++) {
      let sum = 0;
      for (let x = 0; x < GRID; x++) sum += (means[y * GRID + x] as number) * (cosines[u * GRID + x] as number);
      half[y * FREQUENCIES + u] = sum;
    }
  }
  let energy = 0;
  for (let v = 0; v < FREQUENCIES; v++) {
    for (let u = 0; u < FREQUENCIES; u++) {
      let sum = 0;
      for (let y = 0; y < GRID; y++) sum += (half[y * FREQUENCIES + u] as number) * (cosines[v * GRID + y] as number);
      sum *= Math.sqrt(Math.hypot(u, v));
      out[offset + v * FREQUENCIES + u] = sum;
      energy += sum * sum;
    }
  }
  const scale = energy < 1 ? 0 : 1 / Math.sqrt(energy);
  for (let i = 0; i < SKETCH_LENGTH; i++) out[offset + i] = (out[offset + i] as number) * scale;
}

const half = new Float64Array(GRID * FREQUENCIES);
const grid = new Float64Array(GRID * GRID);
const gridRow = new Float64Array(GRID);

/**
 * Mean luma of 16×16 equal cells of the picture area; pixels on a border count by their share. The result is valid
 * until the next call.
 */
function areaMeans(raster: Uint8Array, width: number, height: number): Float64Array {
  const area = rasterArea(width, height);
  const columns = shares(area.width);
  const rows = shares(area.height);
  grid.fill(0);
  for (let y = 0; y < area.height; y++) {
    gridRow.fill(0);
    let at = ((area.top + y) * RASTER_SIDE + area.left) * 3;
    for (let x = 0; x < area.width; x++, at += 3) {
      const luma =
        0.299 * (raster[at] as number) + 0.587 * (raster[at + 1] as number) + 0.114 * (raster[at + 2] as number);
      for (let k = columns.starts[x] as number; k < (columns.starts[x + 1] as number); k++) {
        const cell = columns.cells[k] as number;
        gridRow[cell] = (gridRow[cell] as number) + luma * (columns.parts[k] as number);
      }
    }
    for (let k = rows.starts[y] as number; k < (rows.starts[y + 1] as number); k++) {
      const base = (rows.cells[k] as number) * GRID;
      const part = rows.parts[k] as number;
      for (let x = 0; x < GRID; x++) grid[base + x] = (grid[base + x] as number) + part * (gridRow[x] as number);
    }
  }
  return grid;
}

interface Shares {
  /** Entries of pixel i: starts[i] … starts[i + 1] − 1. */
  readonly starts: Int32Array;
  readonly cells: Int32Array;
  /** Contribution of the pixel to the cell's mean. */
  readonly parts: Float64Array;
}

const knownShares = new Map<number, Shares>();

/** How n pixels of one row or column are distributed over 16 equal cells. */
function shares(n: number): Shares {
  const known = knownShares.get(n);
  if (known) return known;
  const starts = [0];
  const cells: number[] = [];
  const parts: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let cell = Math.floor((i * GRID) / n); cell < Math.min(GRID, Math.ceil(((i + 1) * GRID) / n)); cell++) {
      cells.push(cell);
      parts.push((Math.min(i + 1, ((cell + 1) * n) / GRID) - Math.max(i, (cell * n) / GRID)) / (n / GRID));
    }
    starts.push(cells.length);
  }
  const made = { starts: Int32Array.from(starts), cells: Int32Array.from(cells), parts: Float64Array.from(parts) };
  knownShares.set(n, made);
  return made;
}

/** For each orientation, the source index and the sign of every coefficient. */
const swaps: readonly { readonly from: Uint8Array; readonly sign: Float32Array }[] = Array.from(
  { length: 8 },
  (_, orientation) => {
    let from = Uint8Array.from({ length: SKETCH_LENGTH }, (_unused, i) => i);
    let sign = new Float32Array(SKETCH_LENGTH).fill(1);
    const apply = (source: (u: number, v: number) => [number, number, number]): void => {
      const before = { from, sign };
      from = new Uint8Array(SKETCH_LENGTH);
      sign = new Float32Array(SKETCH_LENGTH);
      for (let v = 0; v < FREQUENCIES; v++) {
        for (let u = 0; u < FREQUENCIES; u++) {
          const [su, sv, s] = source(u, v);
          from[v * FREQUENCIES + u] = before.from[sv * FREQUENCIES + su] as number;
          sign[v * FREQUENCIES + u] = s * (before.sign[sv * FREQUENCIES + su] as number);
        }
      }
    };
    const odd = (u: number): number => (u % 2 === 0 ? 1 : -1);
    if (orientation >= 4) apply((u, v) => [u, v, odd(u)]);
    // A clockwise quarter turn is a transposition followed by a mirror: coefficients of odd order along x change sign.
    for (let turn = 0; turn < (orientation & 3); turn++) apply((u, v) => [v, u, odd(u)]);
    return { from, sign };
  },
);

/** The sketch of the picture in `orientation`, computed from its upright sketch. */
export function orientedSketch(
  sketches: Float32Array,
  offset: number,
  orientation: Orientation,
  out: Float32Array,
): void {
  const { from, sign } = swaps[orientation] as (typeof swaps)[number];
  for (let i = 0; i < SKETCH_LENGTH; i++)
    out[i] = (sketches[offset + (from[i] as number)] as number) * (sign[i] as number);
}
