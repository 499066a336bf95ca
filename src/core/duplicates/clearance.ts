/** Which proved pairs stand: good enough by themselves, and clear of their neighbourhood. */
import type { Thresholds } from '../checks/thresholds';
import type { Neighbour } from './candidates';
import { Components } from './groups';
import { type Orientation, UPRIGHT } from './orientation';
import { distanceOf, type Proof } from './proof';

export interface Proved {
  readonly a: number;
  readonly b: number;
  readonly orientation: Orientation;
  readonly proof: Proof;
}

/** The neighbour outside the group that a pair is measured against. */
const OUTSIDER = 6;

/** Good enough by itself. Turned pictures must fit almost exactly: a road tile or a letter looks like itself turned. */
export function holds({ orientation, proof }: Pick<Proved, 'orientation' | 'proof'>, thresholds: Thresholds): boolean {
  if (proof.colour > thresholds['near-duplicate.colour']) return false;
  if (orientation === UPRIGHT) return proof.similarity >= thresholds['near-duplicate.similarity'] && proof.detail >= thresholds['near-duplicate.detail'];
  return proof.similarity >= thresholds['near-duplicate.turned'] && proof.detail >= thresholds['near-duplicate.turned'] - 0.02;
}

export interface Neighbourhood {
  /** The nearest upright neighbours, nearest first. */
  near(i: number, most: number): readonly Neighbour[];
  /** Null where the pair cannot be compared or is excluded. */
  prove(i: number, neighbour: Neighbour): Proof | null;
}

/** How many neighbours are proved to find the outsider; more only while a group fills them up (all digits 1 hang together by small steps). */
const REACHES = [16, 48, 144];

/**
 * The pairs that hold and whose distance is below `clearance` times that of each one's sixth neighbour outside their group. The group of a
 * pair are all pictures that links no longer than this pair join to it (single linkage): a hundred shots of one scene are one group and
 * clear of the rest, while in a continuum (digits) neighbours just outside refuse the pair. Sorted by distance.
 */
export function clear(proved: readonly Proved[], size: number, neighbourhood: Neighbourhood, thresholds: Thresholds): Proved[] {
  const candidates = proved.filter((pair) => holds(pair, thresholds));
  const around = distancesAround(proved, candidates, neighbourhood);
  const joins = [...around]
    .flatMap(([from, to]) => [...to].map(([item, distance]) => ({ from, item, distance })))
    .filter(({ from, item }) => from < item)
    .sort((x, y) => x.distance - y.distance || x.from - y.from || x.item - y.item);
  const components = new Components(size);
  /** Distance of the sixth neighbour outside the group of i as it is now. */
  const outsider = (i: number): number => {
    const known = around.get(i) ?? new Map<number, number>();
    for (const reach of REACHES) {
      if (reach > (REACHES[0] as number)) look(i, reach, known, neighbourhood);
      const group = components.find(i);
      const outside = [...known].filter(([item]) => components.find(item) !== group).map(([, distance]) => distance).sort((x, y) => x - y);
      const sixth = outside[OUTSIDER - 1];
      if (sixth !== undefined) return sixth;
    }
    return Infinity;
  };
  let joined = 0;
  return candidates
    .map((pair) => ({ pair, distance: distanceOf(pair.proof) }))
    .sort((x, y) => x.distance - y.distance || x.pair.a - y.pair.a || x.pair.b - y.pair.b)
    .filter(({ pair, distance }) => {
      for (let next = joins[joined]; next && next.distance <= distance; next = joins[++joined]) components.join(next.from, next.item);
      return [pair.a, pair.b].every((i) => distance < thresholds['near-duplicate.clearance'] * outsider(i));
    })
    .map(({ pair }) => pair);
}

type Around = Map<number, Map<number, number>>;

/** Distances of every picture of a candidate pair to its neighbours, and of all pairs proved before, both ways. */
function distancesAround(proved: readonly Proved[], candidates: readonly Proved[], neighbourhood: Neighbourhood): Around {
  const around: Around = new Map();
  const at = (i: number): Map<number, number> => {
    const known = around.get(i) ?? new Map<number, number>();
    around.set(i, known);
    return known;
  };
  for (const { a, b, proof } of proved) {
    nearest(at(a), b, distanceOf(proof));
    nearest(at(b), a, distanceOf(proof));
  }
  const concerned = [...new Set(candidates.flatMap(({ a, b }) => [a, b]))].sort((x, y) => x - y);
  for (const i of concerned) {
    look(i, REACHES[0] as number, at(i), neighbourhood);
    for (const [item, distance] of at(i)) nearest(at(item), i, distance);
  }
  return around;
}

function look(i: number, reach: number, known: Map<number, number>, neighbourhood: Neighbourhood): void {
  for (const neighbour of neighbourhood.near(i, reach)) {
    const proof = neighbourhood.prove(i, neighbour);
    if (proof) nearest(known, neighbour.item, distanceOf(proof));
  }
}

function nearest(known: Map<number, number>, item: number, distance: number): void {
  if (distance < (known.get(item) ?? Infinity)) known.set(item, distance);
}
