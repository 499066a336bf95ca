/**
 * The eight orientations of a picture: optionally mirrored left–right, then turned clockwise by 0, 90, 180 or 270°.
 * An orientation is a number 0–7: bit 2 is the mirror, bits 0–1 are the quarter turns.
 */
import type { Relation } from '../../contract/model/finding';

export type Orientation = number;

export const UPRIGHT: Orientation = 0;
/** Mirrored left–right. */
export const MIRRORED: Orientation = 4;

/**
 * One orientation from each pair of inverses. Applied to both pictures of a pair in turn, these cover every relation.
 */
export const LOOKED_UP: readonly Orientation[] = [0, 4, 6, 2, 1, 5, 7];

const relations: readonly Relation[] = [
  'near',
  'rotated-90',
  'rotated-180',
  'rotated-270',
  'mirrored',
  'mirrored-rotated-90',
  'mirrored-rotated-180',
  'mirrored-rotated-270',
];

export function relationOf(orientation: Orientation): Relation {
  return relations[orientation] ?? 'near';
}

const turns = (orientation: Orientation): number => orientation & 3;
const mirrored = (orientation: Orientation): boolean => orientation >= 4;

/** The orientation that equals `first` followed by `second`: a mirror reverses the direction of the turns before it. */
export function composed(first: Orientation, second: Orientation): Orientation {
  const turn = (turns(second) + (mirrored(second) ? 4 - turns(first) : turns(first))) & 3;
  return turn | (mirrored(first) === mirrored(second) ? 0 : 4);
}

/** Mirrored orientations are their own inverse; turns are undone by turning back. */
export function inverse(orientation: Orientation): Orientation {
  return mirrored(orientation) ? orientation : (4 - turns(orientation)) & 3;
}

/**
 * For a point (x, y) of the transformed picture, the point of the original that it comes from, as an affine map of the
 * unit square: source = (ox + xx·x + xy·y, oy + yx·x + yy·y).
 */
export interface SourceMap {
  readonly ox: number;
  readonly xx: number;
  readonly xy: number;
  readonly oy: number;
  readonly yx: number;
  readonly yy: number;
}

export const sourceMaps: readonly SourceMap[] = Array.from({ length: 8 }, (_, orientation) => {
  let map: SourceMap = { ox: 0, xx: 1, xy: 0, oy: 0, yx: 0, yy: 1 };
  // In a clockwise quarter turn, point (x, y) comes from (y, 1 − x).
  for (let turn = 0; turn < turns(orientation); turn++) {
    map = { ox: map.oy, xx: map.yx, xy: map.yy, oy: 1 - map.ox, yx: -map.xx, yy: -map.xy };
  }
  return mirrored(orientation) ? { ...map, ox: 1 - map.ox, xx: -map.xx, xy: -map.xy } : map;
});

/**
 * Mirroring left–right keeps the top at the top and counts as a near duplicate. Other orientations are reported
 * separately: a turned tile or sign can be intended.
 */
export function isTurned(orientation: Orientation): boolean {
  return orientation !== UPRIGHT && orientation !== MIRRORED;
}
