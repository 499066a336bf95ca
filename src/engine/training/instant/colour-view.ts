/** A feature view of colours alone: which colours a picture has, wherever they are. */
import type { RasterArea } from '../../../core/images/raster';
import { RASTER_BYTES, RASTER_SIDE } from '../../../core/images/raster';

const LEVELS = 4;
const PERCENTILES = [0.05, 0.25, 0.5, 0.75, 0.95];
export const COLOUR_WIDTH = LEVELS ** 3 + 3 * (2 + PERCENTILES.length);

/**
 * Square roots of the colour histogram (4³ bins, shares) and of mean, standard deviation and percentiles of each
 * channel (0–1), over the picture area: count × 85.
 */
export function colourFeatures(rasters: Uint8Array, areas: readonly RasterArea[]): Float32Array {
  const out = new Float32Array(areas.length * COLOUR_WIDTH);
  areas.forEach((area, i) => {
    const row = out.subarray(i * COLOUR_WIDTH, (i + 1) * COLOUR_WIDTH);
    describe(rasters.subarray(i * RASTER_BYTES, (i + 1) * RASTER_BYTES), area, row);
    row.forEach((value, j) => (row[j] = Math.sqrt(value)));
  });
  return out;
}

function describe(raster: Uint8Array, area: RasterArea, row: Float32Array): void {
  const pixels = area.width * area.height;
  const histograms = [new Int32Array(256), new Int32Array(256), new Int32Array(256)] as const;
  for (let y = area.top; y < area.top + area.height; y++) {
    for (let x = area.left; x < area.left + area.width; x++) {
      const at = (y * RASTER_SIDE + x) * 3;
      const [r, g, b] = [raster[at]!, raster[at + 1]!, raster[at + 2]!];
      histograms[0][r]! += 1;
      histograms[1][g]! += 1;
      histograms[2][b]! += 1;
      row[((r >> 6) * LEVELS + (g >> 6)) * LEVELS + (b >> 6)]! += 1 / pixels;
    }
  }
  let at = LEVELS ** 3;
  for (const histogram of histograms) {
    let sum = 0;
    let squares = 0;
    histogram.forEach((count, level) => {
      sum += count * level;
      squares += count * level * level;
    });
    const mean = sum / pixels;
    row[at++] = mean / 255;
    row[at++] = Math.sqrt(Math.max(0, squares / pixels - mean * mean)) / 255;
    let seen = 0;
    let level = -1;
    for (const share of PERCENTILES) {
      while (seen < share * pixels) seen += histogram[++level]!;
      row[at++] = Math.max(0, level) / 255;
    }
  }
}
