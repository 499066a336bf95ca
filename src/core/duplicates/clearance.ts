/** Decides which proved pairs are duplicates: they must be similar enough, and clearly closer than their neighbours. */
import type { Thresholds } from '../checks/check';
import type { Neighbour } from './candidates';
import { type Orientation, UPRIGHT } from './orientation';
import { distanceOf, type Proof } from './proof';

export interface Proved {
  readonly a: number;
  readonly b: number;
  readonly orientation: Orientation;
  readonly proof: Proof;
}

/** A pair's distance is compared with the neighbour of this rank outside the group. */
const OUTSIDER = 6;
/** Below this distance two pictures differ by rounding only, and the neighbourhood is not considered. */
const IDENTICAL = 0.004;
/** A group ends where the next neighbour is at least this many times farther away than the group's farthest member. */
const GAP = 2.5;
/** Largest distance within a group. Re-encoded, cropped and retouched copies are below 0.1. */
const FURTHEST = 0.25;
/** Numbers of neighbours that are searched for a gap. The second is used only if the first shows no gap. */
export const FIRST_REACH = 16;
const REACHES = [FIRST_REACH, 48];
/**
 * If there is no gap because all compared neighbours are near, they are one group if the farthest is at most this many
 * times as far away as the pair.
 */
const CONCENTRATED = 2;

/**
 * Whether a pair is similar enough by itself. Turned pictures must fit almost exactly: a road tile or a letter can look
 * like itself when turned.
 */
export function holds({ orientation, proof }: Pick<Proved, 'orientation' | 'proof'>, thresholds: Thresholds): boolean {
  if (proof.colour > thresholds('near-duplicate.colour') || proof.patch > thresholds('near-duplicate.patch'))
    return false;
  if (orientation === UPRIGHT)
    return (
      proof.similarity >= thresholds('near-duplicate.similarity') && proof.detail >= thresholds('near-duplicate.detail')
    );
  return (
    proof.similarity >= thresholds('near-duplicate.turned') &&
    proof.detail >= thresholds('near-duplicate.turned') - 0.02
  );
}

export interface Neighbourhood {
  /** The nearest upright neighbours, nearest first. */
  near(i: number, most: number): readonly Neighbour[];
  /** Null if the pair cannot be compared or is excluded. */
  prove(i: number, neighbour: Neighbour): Proof | null;
}

/**
 * Returns the pairs that are similar enough and clear of their neighbourhood, nearest first.
 * For both pictures of a pair, the sorted distances to the neighbours must show a group that contains the pair, and
 * then a gap. The sixth neighbour after the gap must be at least 1/clearance times as far away as the pair. For
 * example, a hundred shots of one scene are one group, clear of everything else. In a continuum there is no gap, and
 * the pair is refused: for example, all digits 1 are linked by small differences.
 */
export function clear(proved: readonly Proved[], neighbourhood: Neighbourhood, thresholds: Thresholds): Proved[] {
  const known = new Map<number, Map<number, number>>();
  for (const { a, b, proof } of proved) {
    note(known, a, b, distanceOf(proof));
    note(known, b, a, distanceOf(proof));
  }
  const looked = new Map<number, number>();
  /** Distances of the nearest neighbours, ascending. `whole` is true if there are no further neighbours. */
  const distances = (i: number, reach: number): { sorted: number[]; whole: boolean } => {
    let whole = looked.get(i) === Infinity;
    if (!whole && (looked.get(i) ?? 0) < reach) {
      const near = neighbourhood.near(i, reach);
      for (const neighbour of near) {
        const proof = neighbourhood.prove(i, neighbour);
        if (proof) note(known, i, neighbour.item, distanceOf(proof));
      }
      whole = near.length < reach;
      looked.set(i, whole ? Infinity : reach);
    }
    return { sorted: [...(known.get(i) ?? new Map<number, number>()).values()].sort((x, y) => x - y), whole };
  };
  const isClear = (i: number, distance: number): boolean => {
    for (const reach of REACHES) {
      const { sorted, whole } = distances(i, reach);
      const end = groupEnd(sorted, distance, whole);
      if (end !== null)
        return distance < thresholds('near-duplicate.clearance') * (sorted[end + OUTSIDER - 1] ?? Infinity);
    }
    const furthest = distances(i, REACHES[REACHES.length - 1] ?? 0).sorted.at(-1) ?? Infinity;
    return furthest <= CONCENTRATED * distance;
  };
  return proved
    .filter((pair) => holds(pair, thresholds))
    .map((pair) => ({ pair, distance: distanceOf(pair.proof) }))
    .sort((x, y) => x.distance - y.distance || x.pair.a - y.pair.a || x.pair.b - y.pair.b)
    .filter(({ pair, distance }) => distance <= IDENTICAL || (isClear(pair.a, distance) && isClear(pair.b, distance)))
    .map(({ pair }) => pair);
}

/** How many of the ascending distances belong to the group of a pair at `distance`; null if there is no gap. */
function groupEnd(sorted: readonly number[], distance: number, whole: boolean): number | null {
  for (let k = 0; k < sorted.length; k++) {
    const here = sorted[k] as number;
    if (here < distance) continue;
    if (here > FURTHEST) return null;
    const next = sorted[k + 1] ?? (whole ? Infinity : 0);
    if (next >= GAP * here) return k + 1;
  }
  return null;
}

function note(known: Map<number, Map<number, number>>, from: number, to: number, distance: number): void {
  const list = known.get(from) ?? new Map<number, number>();
  known.set(from, list);
  if (distance < (list.get(to) ?? Infinity)) list.set(to, distance);
}
