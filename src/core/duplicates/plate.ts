/** The data of a picture for the duplicate comparison: the picture area of a 64×64 raster, without its padding. */
import { type Orientation, sourceMaps, UPRIGHT } from './orientation';
import { RASTER_SIDE, rasterArea } from '../images/raster';

export interface Plate {
  readonly width: number;
  readonly height: number;
  /** Luma 0–255, row-major, smoothed by a 1-2-1 filter, so that sampling every second pixel does not alias. */
  readonly grey: Float32Array;
  /** Opponent colours R − G and (R + G)/2 − B on an 8×8 grid, one after the other. */
  readonly chroma: Float32Array;
}

export const CHROMA_SIDE = 8;

/**
 * @param raster 64×64×3 RGB, row-major
 * @param width true width of the image (any unit: only the ratio to the height counts)
 */
export function plateOf(raster: Uint8Array, width: number, height: number): Plate {
  const area = rasterArea(width, height);
  const luma = new Float32Array(area.width * area.height);
  const cells = CHROMA_SIDE * CHROMA_SIDE;
  const chroma = new Float32Array(2 * cells);
  const counts = new Float32Array(cells);
  for (let y = 0; y < area.height; y++) {
    let at = ((area.top + y) * RASTER_SIDE + area.left) * 3;
    const row = Math.floor((y * CHROMA_SIDE) / area.height) * CHROMA_SIDE;
    for (let x = 0; x < area.width; x++, at += 3) {
      const r = raster[at] as number;
      const g = raster[at + 1] as number;
      const b = raster[at + 2] as number;
      luma[y * area.width + x] = 0.299 * r + 0.587 * g + 0.114 * b;
      const cell = row + Math.floor((x * CHROMA_SIDE) / area.width);
      counts[cell] = (counts[cell] as number) + 1;
      chroma[cell] = (chroma[cell] as number) + r - g;
      chroma[cells + cell] = (chroma[cells + cell] as number) + (r + g) / 2 - b;
    }
  }
  // A picture narrower than the grid leaves cells empty. They are 0 in both pictures of a comparison.
  for (let i = 0; i < 2 * cells; i++) chroma[i] = (chroma[i] as number) / Math.max(1, counts[i % cells] as number);
  return { width: area.width, height: area.height, grey: softened(luma, area.width, area.height), chroma };
}

/** Binomial 1-2-1 in both directions, edges repeated. */
export function softened(grey: Float32Array, width: number, height: number): Float32Array {
  const rows = new Float32Array(grey.length);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    let left = grey[start] as number;
    let here = left;
    for (let x = 0; x < width; x++) {
      const right = x + 1 < width ? (grey[start + x + 1] as number) : here;
      rows[start + x] = (left + 2 * here + right) / 4;
      left = here;
      here = right;
    }
  }
  const out = new Float32Array(grey.length);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    const above = Math.max(0, y - 1) * width;
    const below = Math.min(height - 1, y + 1) * width;
    for (let x = 0; x < width; x++) {
      out[start + x] =
        ((rows[above + x] as number) + 2 * (rows[start + x] as number) + (rows[below + x] as number)) / 4;
    }
  }
  return out;
}

/** The plate with `orientation` applied. */
export function turned(plate: Plate, orientation: Orientation): Plate {
  if (orientation === UPRIGHT) return plate;
  const map = sourceMaps[orientation] as (typeof sourceMaps)[number];
  const swapped = map.xx === 0;
  const width = swapped ? plate.height : plate.width;
  const height = swapped ? plate.width : plate.height;
  const lay = (source: Float32Array, start: number, w: number, h: number, out: Float32Array): void => {
    const sourceWidth = swapped ? h : w;
    const sourceHeight = swapped ? w : h;
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const u = (x + 0.5) / w;
        const v = (y + 0.5) / h;
        const sx = Math.floor((map.ox + map.xx * u + map.xy * v) * sourceWidth);
        const sy = Math.floor((map.oy + map.yx * u + map.yy * v) * sourceHeight);
        out[start + y * w + x] = source[start + sy * sourceWidth + sx] as number;
      }
    }
  };
  const grey = new Float32Array(width * height);
  lay(plate.grey, 0, width, height, grey);
  const chroma = new Float32Array(plate.chroma.length);
  lay(plate.chroma, 0, CHROMA_SIDE, CHROMA_SIDE, chroma);
  lay(plate.chroma, CHROMA_SIDE * CHROMA_SIDE, CHROMA_SIDE, CHROMA_SIDE, chroma);
  return { width, height, grey, chroma };
}
