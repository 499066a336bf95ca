/**
 * Finds where one picture shows the other, or a part of it, and how well the two agree there: a copy that was cropped
 * widely, recoloured or drawn over.
 */
import type { Crop } from './alignment';
import { PatchComparison, type PatchCompared, type Structure } from './patches';
import { type Placement, settled, starts, WHOLE } from './placement';
import type { Surface } from './surface';

/** Rasters of 64 pixels: 40 samples per side, patches of 8. */
const patches = new PatchComparison(40, 8);
const STEPS = [1 / 64, 1 / 128, 1 / 256];
/** Number of placements that are refined, and the least correlation of the edges that a placement needs for this. */
const STARTS = 2;
const SETTLED = 0.4;
/** A placement is compared only if its fit is at most this far below the best one, … */
const FAR_BELOW = 0.1;
/** … and no earlier one has all four sides this close to it. */
const SAME_PLACE = 0.02;
/**
 * If fewer than this share of the patches agree, a finer search cannot help. Of 1,077 planted copies that are proved
 * with a limit of 0.3 and all placements compared, all are proved with these limits.
 */
const WORTH_REFINING = 0.45;

/**
 * Compares `a` with `b`.
 * @param sides `b` upright and, if wanted, mirrored left–right
 * @returns the best comparison and the side that it belongs to; null if no placement is likely
 */
export function structureOf(a: Surface, sides: readonly Surface[]): { found: Structure; side: number } | null {
  const tried = sides
    .flatMap((b, side) => starts(a, b).map((placement) => ({ ...placement, side })))
    .sort((x, y) => y.fit - x.fit)
    .slice(0, STARTS);
  const placed = distinct(
    [{ crop: WHOLE, side: 0 }, ...tried].map(({ crop, side }) => ({
      ...settled(a, sides[side] as Surface, crop),
      side,
    })),
  );
  let best: (PatchCompared & { readonly side: number }) | null = null;
  for (const { crop, side } of placed) {
    const here = { ...patches.compared(a, sides[side] as Surface, crop), side };
    if (best === null || strength(here.found) > strength(best.found)) best = here;
  }
  if (best === null) return null;
  const { found, side } = best;
  if (found.agreeing < WORTH_REFINING) return { found, side };
  const b = sides[side] as Surface;
  const finer = patches.compared(a, b, patches.finest(a, b, best, STEPS)).found;
  return { found: strength(finer) > strength(found) ? finer : found, side };
}

type SidedPlacement = Placement & { readonly side: number };

/** The placements that are worth a comparison. */
function distinct(placements: readonly SidedPlacement[]): SidedPlacement[] {
  const least = Math.max(SETTLED, Math.max(...placements.map(({ fit }) => fit)) - FAR_BELOW);
  const kept: SidedPlacement[] = [];
  for (const one of placements.filter(({ fit }) => fit >= least))
    if (!kept.some((other) => other.side === one.side && areClose(other.crop, one.crop))) kept.push(one);
  return kept;
}

const areClose = (a: Crop, b: Crop): boolean => a.every((value, i) => Math.abs(value - (b[i] as number)) < SAME_PLACE);

const strength = ({ agreeing, middle, textured }: Structure): number => agreeing * middle * Math.min(1, 2 * textured);
