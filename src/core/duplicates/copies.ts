/** Decides which look-alikes are copies that were cropped widely, recoloured, or drawn over in one place. */
import type { Thresholds } from '../checks/check';
import { Components } from '../dataset/components';
import type { LookAlike } from './lookalikes';
import type { Structure } from './patches';

export interface Compared extends LookAlike {
  /** Whether b was mirrored left–right. */
  readonly mirrored: boolean;
  readonly structure: Structure;
  readonly part?: boolean;
}

/** A crop by less than this share of a side hardly changes the size of the fine detail. */
const SMALL_CUT = 0.1;
/** Recoloured and drawn-over copies are cropped by at most this share of a side. */
const SLIGHT_CUT = 0.12;

/**
 * A picture is a drawing if more than this share of its samples has no detail. Photographs have at most 0.25, even
 * after a change of contrast. Nine of ten pairs of emoji have more.
 */
const DRAWN = 0.25;
/**
 * The limit for crops with unchanged colours. It is higher, because smooth photographs can exceed the limit for
 * drawings.
 */
const SMOOTH = 0.4;

function isCropped(structure: Structure, thresholds: Thresholds): boolean {
  return looksCropped(structure) && keepsThresholds(structure, thresholds);
}

/**
 * Whether the fine detail of two rasters is that of a crop. The limits here and below were measured on 1,300 planted copies
 * of photographs and textures, and on the 12,000 nearest other pairs in the same sets.
 */
export function looksCropped({ textured, agreeing, middle, similarity, flat, cut }: Structure): boolean {
  return (
    agreeing >= 0.94 &&
    middle >= 0.92 &&
    similarity >= 0.97 &&
    flat <= SMOOTH &&
    textured >= (cut <= SMALL_CUT ? 0.15 : 0.35)
  );
}

/** The thresholds that the user can change. */
function keepsThresholds({ similarity, colour }: Structure, thresholds: Thresholds): boolean {
  return similarity >= thresholds('near-duplicate.similarity') && colour <= thresholds('near-duplicate.colour');
}

/**
 * Fine stripes and weaves turn into other patterns when a picture of another size is shrunk to a raster. Then only a
 * part of the patches agrees, but everything else does, everywhere. The same is true of a faint watermark.
 */
function isAliased(
  { textured, agreeing, middle, similarity, colour, flat, patch }: Structure,
  thresholds: Thresholds,
): boolean {
  return (
    agreeing >= 0.4 &&
    middle >= 0.89 &&
    similarity >= Math.max(0.985, thresholds('near-duplicate.similarity')) &&
    colour <= Math.min(0.1, thresholds('near-duplicate.colour')) &&
    patch <= 0.14 &&
    flat <= DRAWN &&
    textured >= 0.5
  );
}

/**
 * The colours differ, but dark areas stay dark and bright areas stay bright. Drawings of one thing in several colours
 * (red and blue bricks, two hearts) are not taken for copies: either their brightness differs too, or their areas have
 * no fine detail.
 */
function isRecoloured(
  { textured, agreeing, middle, similarity, flat, cut }: Structure,
  thresholds: Thresholds,
): boolean {
  return (
    agreeing >= 0.98 &&
    middle >= 0.975 &&
    similarity >= Math.max(0.95, thresholds('near-duplicate.similarity') - 0.01) &&
    textured >= 0.35 &&
    flat <= DRAWN &&
    cut <= SLIGHT_CUT
  );
}

function isDrawnOver({ textured, agreeing, middle, similarity, colour, flat, cut }: Structure): boolean {
  const same = agreeing >= 0.5 && middle >= 0.96 && similarity >= 0.985 && colour <= 0.25;
  return same && textured >= 0.5 && flat <= DRAWN && cut <= SLIGHT_CUT;
}

/** Whether the fine detail fits everywhere. This can also be true of drawings. */
function fits({ structure: { agreeing, middle, similarity } }: Compared): boolean {
  return agreeing >= 0.94 && middle >= 0.92 && similarity >= 0.95;
}

/** The pairs that fit; none if most of them are drawings. */
export function fittingPhotographs(compared: readonly Compared[]): Compared[] {
  const fitting = compared.filter(fits);
  return middleOf(fitting.map(({ structure }) => structure.flat)) > DRAWN ? [] : fitting;
}

function middleOf(values: readonly number[]): number {
  return [...values].sort((x, y) => x - y)[values.length >> 1] ?? 0;
}

/** Whether two pictures have a common part in the same place. */
function sharesParts({ textured, agreeing, middle, similarity, cut }: Structure): boolean {
  return agreeing >= 0.35 && middle >= 0.9 && similarity >= 0.95 && textured >= 0.35 && cut <= SLIGHT_CUT;
}

/** Of the pictures with a common part, at most this share may have it in common with several others. */
const FAMILIES = 0.1;

/**
 * Returns the pairs that are copies. Drawings are left out, because two emoji can have the same outline although they
 * are different pictures. If most pairs of a data set are drawings, none is returned. A drawn-over copy is accepted
 * only if neither picture shares parts with a third one, and only in data sets where most pictures are like that. Tiles
 * of one game and frames of one fixed camera share parts although none is a copy.
 * @param images number of images that the pairs refer to
 * @param known pairs that are known to be copies
 */
export function copiesAmong(
  compared: readonly Compared[],
  images: number,
  known: readonly LookAlike[],
  thresholds: Thresholds,
): Compared[] {
  const same = new Components(images);
  for (const { a, b } of known) same.join(a, b);
  if (middleOf(compared.filter(fits).map(({ structure }) => structure.flat)) > DRAWN) return [];
  const isCopy = ({ part, structure }: Compared): boolean =>
    part === true
      ? keepsThresholds(structure, thresholds)
      : isCropped(structure, thresholds) || isAliased(structure, thresholds) || isRecoloured(structure, thresholds);
  const copies = compared.filter(isCopy);
  for (const { a, b } of copies) same.join(a, b);
  const different = compared.filter(({ a, b }) => same.find(a) !== same.find(b));
  const drawnOver = different.filter(({ structure }) => isDrawnOver(structure));
  const families = partnersIn(drawnOver, same);
  const large = [...families.values()].filter((others) => others.size > 1).length;
  if (large > FAMILIES * families.size) return copies;
  const partners = partnersIn(
    different.filter(({ structure }) => sharesParts(structure) || isDrawnOver(structure)),
    same,
  );
  const only = (place: number): boolean => partners.get(same.find(place))?.size === 1;
  return [...copies, ...drawnOver.filter(({ a, b }) => only(a) && only(b))];
}

/** For each group of equal pictures, the other groups that are connected with it by a pair. */
function partnersIn(pairs: readonly LookAlike[], same: Components): Map<number, Set<number>> {
  const partners = new Map<number, Set<number>>();
  for (const { a, b } of pairs) {
    const [one, other] = [same.find(a), same.find(b)];
    partners.set(one, (partners.get(one) ?? new Set()).add(other));
    partners.set(other, (partners.get(other) ?? new Set()).add(one));
  }
  return partners;
}
