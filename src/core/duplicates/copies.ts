/** Decides which look-alikes are copies: cropped widely, recoloured, or drawn over in one place. */
import type { Thresholds } from '../checks/check';
import { Components } from '../dataset/components';
import type { LookAlike } from './lookalikes';
import type { Structure } from './structure';

export interface Compared extends LookAlike {
  /** Whether b was mirrored left–right. */
  readonly mirrored: boolean;
  readonly structure: Structure;
}

/** A crop below this share of a side leaves the size of the fine detail almost as it was. */
const SMALL_CUT = 0.1;
/** Recoloured and drawn-over copies are cropped by at most this share of a side. */
const SLIGHT_CUT = 0.12;

/**
 * Share of samples without detail above which a picture is a drawing. Photographs have at most 0.25 even after a change
 * of contrast, nine of ten pairs of emoji have more.
 */
const DRAWN = 0.25;
/** A crop with the same colours may have more of them: smooth photographs do. */
const SMOOTH = 0.4;

/** Measured on 1,300 planted copies of photographs and textures, and on the 12,000 nearest other pairs in the same sets. */
function isCropped(
  { textured, agreeing, middle, similarity, colour, flat, cut }: Structure,
  thresholds: Thresholds,
): boolean {
  return (
    agreeing >= 0.94 &&
    middle >= 0.92 &&
    similarity >= Math.max(0.97, thresholds('near-duplicate.similarity')) &&
    colour <= thresholds('near-duplicate.colour') &&
    flat <= SMOOTH &&
    textured >= (cut <= SMALL_CUT ? 0.15 : 0.35)
  );
}

/**
 * Other colours, but what is dark and what is bright stays. One drawing in several colours (red and blue bricks, two
 * hearts) differs in that too, or its areas have no fine detail, and it is not taken for a copy.
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

/** Whether the fine detail fits all over, in drawings too. */
function fits({ structure: { agreeing, middle, similarity } }: Compared): boolean {
  return agreeing >= 0.94 && middle >= 0.92 && similarity >= 0.95;
}

function middleOf(values: readonly number[]): number {
  return [...values].sort((x, y) => x - y)[values.length >> 1] ?? 0;
}

/** Pictures that have a part in common, in the same place. */
function sharesParts({ textured, agreeing, middle, similarity, cut }: Structure): boolean {
  return agreeing >= 0.35 && middle >= 0.9 && similarity >= 0.95 && textured >= 0.35 && cut <= SLIGHT_CUT;
}

/** Largest share of the pictures with a common part that have it in common with several others. */
const FAMILIES = 0.1;

/**
 * The pairs that are copies. Drawings are left out, and all pairs of a data set in which most pairs are drawings: two
 * emoji can have the same outline although they are two pictures. A drawn-over copy is accepted only if its two pictures share parts with no third one, and
 * only in data sets where this is the rule: tiles of one game and frames of one fixed camera share parts although none
 * is a copy.
 * @param images number of images that the pairs refer to
 * @param known pairs that are copies already
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
  const copies = compared.filter(
    ({ structure }) => isCropped(structure, thresholds) || isRecoloured(structure, thresholds),
  );
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

/** For each group of equal pictures, the other groups that a pair connects it with. */
function partnersIn(pairs: readonly LookAlike[], same: Components): Map<number, Set<number>> {
  const partners = new Map<number, Set<number>>();
  for (const { a, b } of pairs) {
    const [one, other] = [same.find(a), same.find(b)];
    partners.set(one, (partners.get(one) ?? new Set()).add(other));
    partners.set(other, (partners.get(other) ?? new Set()).add(one));
  }
  return partners;
}
