/** The probe raster: every image as a small RGB square, fitted inside and padded with mid grey. */
import { resample } from './resample';

/** In pixels. Everything that depends on the size of a raster is derived from this. */
export const RASTER_SIDE = 64;
/** Row-major RGB. */
export const RASTER_BYTES = RASTER_SIDE * RASTER_SIDE * 3;
/** Fills the padding of a raster, and lies behind transparent pixels. */
export const MID_GREY = 128;

/** The area of the image inside its raster, in raster pixels. */
export interface RasterArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** @param width @param height of the image, in any one unit */
export function rasterArea(width: number, height: number): RasterArea {
  const scale = RASTER_SIDE / Math.max(width, height);
  const inner = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  return { ...inner, left: (RASTER_SIDE - inner.width) >> 1, top: (RASTER_SIDE - inner.height) >> 1 };
}

/** The picture itself at raster size (area width × height × 3), not padded yet. */
export function fitPicture(rgb: Uint8Array, width: number, height: number, area: RasterArea): Float64Array {
  return resample(rgb, width, height, 3, area.width, area.height);
}

/** Rounds a fitted image and pads it to a whole raster. */
export function padRaster(picture: Float64Array, area: RasterArea): Uint8Array {
  const raster = new Uint8Array(RASTER_SIDE * RASTER_SIDE * 3).fill(MID_GREY);
  const stride = area.width * 3;
  for (let y = 0; y < area.height; y += 1) {
    const to = ((area.top + y) * RASTER_SIDE + area.left) * 3;
    for (let i = 0; i < stride; i += 1) raster[to + i] = picture[y * stride + i]! + 0.5;
  }
  return raster;
}

/** Mean R, G, B of a fitted picture's frame, 2 raster pixels wide. */
export function borderMean(picture: Float64Array, area: RasterArea): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let y = 0; y < area.height; y += 1) {
    const edgeRow = y < 2 || y >= area.height - 2;
    for (let x = 0; x < area.width; x += 1) {
      if (!edgeRow && x === 2) x = Math.max(x, area.width - 2);
      const at = (y * area.width + x) * 3;
      sums[0] += picture[at]!;
      sums[1] += picture[at + 1]!;
      sums[2] += picture[at + 2]!;
      count += 1;
    }
  }
  return [sums[0] / count, sums[1] / count, sums[2] / count];
}
