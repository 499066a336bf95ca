/** The sides of a data set's pictures. */
import { quantileOf, sorted } from '../statistics/quantiles';

/** Longer side of each picture, pixels. */
export function longerSides(widths: Int32Array, heights: Int32Array): Int32Array {
  return widths.map((width, i) => Math.max(width, heights[i]!));
}

/** Nine of ten pictures are no larger; 0 without pictures. @param longer longer side of each picture, pixels */
export function typicalSide(longer: Int32Array): number {
  return longer.length === 0 ? 0 : quantileOf(sorted(longer), 0.9);
}
