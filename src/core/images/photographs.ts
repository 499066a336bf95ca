/** Whether pictures may be photographs, by their colours and their sides. */
import { RASTER_BYTES, RASTER_SIDE } from './raster';
import { typicalSide } from './sides';

/** Longer side up to which a raster of half the side loses no detail. */
export const HALF_RASTER_SIDE = 40;
/** Largest difference between the channels of a grey picture after lossy compression. */
const GREY_SLACK = 6;
/** Share of pictures that must be grey for colour to be ignored. */
const GREY_SHARE = 0.98;

/** Whether nearly all of these rasters (any number, one after another) are grey. */
export function areGrey(rasters: Uint8Array): boolean {
  const count = rasters.length / RASTER_BYTES;
  let grey = 0;
  for (let i = 0; i < count; i++) {
    let coloured = 0;
    for (let at = i * RASTER_BYTES; at < (i + 1) * RASTER_BYTES; at += 3) {
      const r = rasters[at]!;
      const g = rasters[at + 1]!;
      const b = rasters[at + 2]!;
      if (Math.max(r, g, b) - Math.min(r, g, b) > GREY_SLACK) coloured += 1;
    }
    if (coloured < RASTER_SIDE * RASTER_SIDE * 0.005) grey += 1;
  }
  return grey >= count * GREY_SHARE;
}

/**
 * Whether a pretrained network is asked at all: small grey pictures are drawings, letters or digits, for which it was
 * not made.
 * @param sides longer side of each picture in pixels
 */
export function mayBePhotographs(sides: Int32Array, grey: boolean): boolean {
  return !grey || typicalSide(sides) > HALF_RASTER_SIDE;
}
