/** Finds the duplicates of a data set: exact ones by content; near ones by neighbours, proof and clearance. */
import type { Group, Thresholds } from '../checks/check';
import type { Readable } from '../checks/finding';
import { byCodePoint } from '../dataset/order';
import { seededRandom } from '../statistics/random';
import { clear, FIRST_REACH, holds, type Proved } from './clearance';
import {
  findNeighbours,
  type Neighbour,
  type NeighbourSearch,
  neighbourSearch,
  type NeighbourTables,
} from './candidates';
import { type Compared, copiesAmong } from './copies';
import { groupsOf, type Link } from './groups';
import { comparable } from './comparable';
import { hashWords } from './hash-pairs';
import { composed, inverse, MIRRORED, type Orientation, UPRIGHT } from './orientation';
import { type Embedded, lookAlikes } from './lookalikes';
import { type Plate, plateOf } from './plate';
import { type Proof, prove } from './proof';
import { SKETCH_LENGTH, writeSketch } from './sketch';
import { type Structure, structureOf } from './structure';
import { mirroredSurface, type Surface, surfaceOf } from './surface';

/** Raised when the algorithm changes, so that stored groups and proofs of an older version are computed again. */
export const DUPLICATES_VERSION = 4;

/** Plates kept in memory while pairs are compared: 16 KB each. */
const PLATES_KEPT = 6000;
/** The same for surfaces, with 64 KB each. */
const SURFACES_KEPT = 1000;
const SEED = 20_261;

type Contents = Pick<DuplicateSearch, 'images' | 'notDuplicates'>;

export interface DuplicateSearch {
  /** Readable images in path order. */
  readonly images: readonly Readable[];
  readonly raster: (id: number) => Uint8Array | null;
  readonly thresholds: Thresholds;
  /** Pairs of SHA-256 (first < second, joined by a space) that the user marked as different pictures. */
  readonly notDuplicates: ReadonlySet<string>;
  /** `proofs` of an earlier search. */
  readonly known: ReadonlyMap<string, Proof>;
  /** The values that a pretrained network computed. With them, strongly changed copies are found too. */
  readonly embedded?: Embedded | null;
  /** `structures` of an earlier search. */
  readonly knownStructures?: Duplicates['structures'];
  /** The sketch of a picture, where it was computed before; otherwise it is computed from the raster. */
  readonly sketch?: (id: number) => Float32Array;
  /** The result of `candidatesOf` for these images, where it was computed before. */
  readonly candidates?: NeighbourTables;
  readonly progress?: (stage: 'sketch' | 'compare' | 'compare-look-alikes', done: number, total: number) => void;
}

export interface Duplicates {
  /** Same bytes or same decoded pixels. */
  readonly exact: readonly Group[];
  /** Exact duplicates, near duplicates and left–right mirror images, joined. */
  readonly near: readonly Group[];
  /**
   * Pictures that equal another one when turned or mirrored top–bottom. Each group of `near` takes part with one image,
   * its representative.
   */
  readonly turned: readonly Group[];
  /** Every proof that was used, for the next search. */
  readonly proofs: ReadonlyMap<string, Proof>;
  /** The same for structural comparisons; null if no placement is likely. */
  readonly structures: ReadonlyMap<string, SidedStructure | null>;
}

export interface SidedStructure {
  readonly mirrored: boolean;
  readonly structure: Structure;
}

/** Identifies a comparison by content, so that it is valid in any data set and after renaming. */
function proofKey(a: Readable, b: Readable, orientation: Orientation): string {
  return `${a.facts.pixelHash.slice(0, 12)}${b.facts.pixelHash.slice(0, 12)}${String(orientation)}`;
}

export function findDuplicates(search: DuplicateSearch): Duplicates {
  const exactLinks = exactPairs(search);
  const proofs = new Map<string, Proof>();
  const structures = new Map<string, SidedStructure | null>();
  const heads = onePerContent(search.images);
  const close = nearPairs(search, heads, proofs);
  const proved = [...close, ...changedPairs(search, heads, close, structures)];
  const near = groupsOf(search.images, [...exactLinks, ...proved.filter(({ orientation }) => !isTurned(orientation))]);
  return {
    exact: groupsOf(search.images, exactLinks),
    near,
    turned: turnedGroups(search.images, near, proved),
    proofs,
    structures,
  };
}

/**
 * Mirroring left–right keeps the top at the top and counts as a near duplicate. Other orientations are reported
 * separately: a turned tile or sign can be intended.
 */
function isTurned(orientation: Orientation): boolean {
  return orientation !== UPRIGHT && orientation !== MIRRORED;
}

function turnedGroups(images: readonly Readable[], near: readonly Group[], proved: readonly Link[]): Group[] {
  const place = new Map(images.map((image, i) => [image.id, i]));
  const heads = new Map(
    near.flatMap(({ members }) => members.map((id) => [place.get(id) ?? 0, place.get(members[0] ?? 0) ?? 0] as const)),
  );
  /** The orientation to apply to a picture to get its representative: turned links join representatives. */
  const laid = new Map(
    near.flatMap(({ members, relations }) =>
      members.map((id, i) => [place.get(id) ?? 0, relations[i] === 'mirrored' ? MIRRORED : UPRIGHT] as const),
    ),
  );
  const links = proved
    .filter(({ orientation }) => isTurned(orientation))
    .map(({ a, b, orientation, similarity }) => ({
      a: heads.get(a) ?? a,
      b: heads.get(b) ?? b,
      // From the representative of b to b, then to a, then to the representative of a.
      orientation: composed(composed(laid.get(b) ?? UPRIGHT, orientation), laid.get(a) ?? UPRIGHT),
      similarity,
    }))
    .filter(({ a, b }) => a !== b);
  return groupsOf(images, links);
}

/** Groups of images with the same bytes or the same decoded pixels. */
export function findExactDuplicates(search: Contents): Group[] {
  return groupsOf(search.images, exactPairs(search));
}

function excluded(search: Contents, a: Readable, b: Readable): boolean {
  if (search.notDuplicates.size === 0 || a.sha256 === null || b.sha256 === null) return false;
  return search.notDuplicates.has(a.sha256 < b.sha256 ? `${a.sha256} ${b.sha256}` : `${b.sha256} ${a.sha256}`);
}

/** Links every image to the first one with the same content. */
function exactPairs(search: Contents): Link[] {
  return [...byContent(search.images).values()].flatMap((places) => {
    const [head, ...others] = places;
    return head === undefined
      ? []
      : others
          .filter((other) => !excluded(search, search.images[head] as Readable, search.images[other] as Readable))
          .map((other) => ({ a: head, b: other, orientation: UPRIGHT, similarity: 1 }));
  });
}

/** Places in `images` by decoded pixels: the same bytes decode to the same pixels. */
function byContent(images: readonly Readable[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  images.forEach((image, i) => {
    const list = places.get(image.facts.pixelHash);
    if (list) list.push(i);
    else places.set(image.facts.pixelHash, [i]);
  });
  return places;
}

/** In the order of content. So results that depend on the order, such as the forest, do not change after renaming. */
function onePerContent(images: readonly Readable[]): number[] {
  return [...byContent(images)].sort(([a], [b]) => byCodePoint(a, b)).map(([, list]) => list[0] as number);
}

/** The pictures of a search, one for each content, and their neighbours. */
interface NearSearch {
  readonly images: readonly Readable[];
  /**
   * Places in `images`, in the order in which rasters are stored. They are read in this order, and pictures of one folder
   * are compared together.
   */
  readonly stored: readonly number[];
  readonly tables: NeighbourTables;
  readonly neighbours: NeighbourSearch;
}

function nearSearchOf(search: DuplicateSearch, heads: readonly number[]): NearSearch {
  const images = heads.map((i) => search.images[i] as Readable);
  const sketches = new Float32Array(images.length * SKETCH_LENGTH);
  const stored = heads
    .map((place, i) => ({ place, i }))
    .sort((a, b) => a.place - b.place)
    .map(({ i }) => i);
  stored.forEach((i, done) => {
    const image = images[i] as Readable;
    if (done % 500 === 0) search.progress?.('sketch', done, images.length);
    if (search.sketch) {
      sketches.set(search.sketch(image.id), i * SKETCH_LENGTH);
      return;
    }
    const raster = search.raster(image.id);
    if (raster) writeSketch(raster, image.facts.width, image.facts.height, sketches, i * SKETCH_LENGTH);
  });
  const space = {
    sketches,
    pHashes: hashWords(images.map((image) => image.facts.pHash)),
    dHashes: hashWords(images.map((image) => image.facts.dHash)),
  };
  const tables = search.candidates ?? findNeighbours(space, seededRandom(SEED));
  return { images, stored, tables, neighbours: neighbourSearch(space, tables) };
}

/** Finds the pairs that may be copies. For one search, several processes can prove them (`sharedProofs`). */
export function candidatesOf(search: DuplicateSearch): NeighbourTables {
  return nearSearchOf(search, onePerContent(search.images)).tables;
}

/**
 * Proves pairs in ranges of the pictures, so that several processes can share the work. `findDuplicates` asks for these
 * proofs first, and finds them if they are given as `known`.
 */
export function sharedProofs(search: DuplicateSearch): {
  /** Different pictures. */
  readonly pictures: number;
  /**
   * @param raster null for one that is not there yet: its pairs are left out
   * @param proofs the proofs that are known already; new ones are added
   */
  readonly prove: (from: number, to: number, raster: DuplicateSearch['raster'], proofs: Map<string, Proof>) => void;
} {
  const { images, stored, neighbours } = nearSearchOf(search, onePerContent(search.images));
  return {
    pictures: images.length,
    prove: (from, to, raster, proofs) => {
      const compare = proverOf({ ...search, raster }, images, proofs);
      for (const i of stored.slice(from, to))
        for (const neighbour of worthProving(neighbours, i)) {
          const proof = compare(i, neighbour);
          if (!proof || !holds({ orientation: neighbour.orientation, proof }, search.thresholds)) continue;
          // Whether the pair is clear of its neighbourhood is asked next.
          for (const one of [i, neighbour.item])
            for (const other of neighbours.upright(one, FIRST_REACH)) compare(one, other);
        }
    },
  };
}

function nearPairs(search: DuplicateSearch, heads: readonly number[], proofs: Map<string, Proof>): Link[] {
  const { images, stored, neighbours } = nearSearchOf(search, heads);
  const compare = proverOf(search, images, proofs);
  const proved: Proved[] = [];
  stored.forEach((i, done) => {
    if (done % 100 === 0) search.progress?.('compare', done, images.length);
    for (const neighbour of worthProving(neighbours, i)) {
      const proof = compare(i, neighbour);
      if (proof) proved.push({ a: i, b: neighbour.item, orientation: neighbour.orientation, proof });
    }
  });
  const neighbourhood = { near: (i: number, most: number) => neighbours.upright(i, most), prove: compare };
  return clear(proved, neighbourhood, search.thresholds).map(({ a, b, orientation, proof }) => ({
    a: heads[a] as number,
    b: heads[b] as number,
    orientation,
    similarity: proof.similarity,
  }));
}

/** Finds pairs of strongly changed copies among the look-alikes, in addition to those in `close`. */
function changedPairs(
  search: DuplicateSearch,
  heads: readonly number[],
  close: readonly Link[],
  structures: Map<string, SidedStructure | null>,
): Link[] {
  if (!search.embedded) return [];
  const images = heads.map((i) => search.images[i] as Readable);
  const pairs = lookAlikes(
    search.embedded,
    images.map(({ id }) => id),
  );
  if (pairs === null) return [];
  const places = new Map(heads.map((head, i) => [head, i]));
  const known = close
    .filter(({ orientation }) => !isTurned(orientation))
    .map(({ a, b }) => ({ a: places.get(a) as number, b: places.get(b) as number }));
  const linked = new Set(known.flatMap(({ a, b }) => [a * heads.length + b, b * heads.length + a]));
  const surface = surfaceReader(search, images);
  const compared = pairs.flatMap(({ a, b }, done): Compared[] => {
    if (done % 50 === 0) search.progress?.('compare-look-alikes', done, pairs.length);
    const [one, other] = [images[a] as Readable, images[b] as Readable];
    if (linked.has(a * heads.length + b) || excluded(search, one, other)) return [];
    const key = proofKey(one, other, UPRIGHT);
    let sided = structures.get(key) ?? search.knownStructures?.get(key);
    if (sided === undefined) {
      const [first, second] = [surface(a), surface(b)];
      const best = first && second && structureOf(first, [second, mirroredSurface(second)]);
      sided = best && { mirrored: best.side === 1, structure: best.found };
    }
    structures.set(key, sided);
    return sided === null ? [] : [{ a, b, ...sided }];
  });
  return copiesAmong(compared, images.length, known, search.thresholds).map(({ a, b, mirrored, structure }) => ({
    a: heads[a] as number,
    b: heads[b] as number,
    orientation: mirrored ? MIRRORED : UPRIGHT,
    similarity: structure.similarity,
  }));
}

function surfaceReader(search: DuplicateSearch, images: readonly Readable[]): (i: number) => Surface | null {
  const kept = new Map<number, Surface | null>();
  return (i) => {
    const known = kept.get(i);
    if (known !== undefined) return known;
    const { id, facts } = images[i] as Readable;
    const raster = search.raster(id);
    const made = raster && surfaceOf(raster, facts.width, facts.height);
    kept.set(i, made);
    if (kept.size > SURFACES_KEPT) kept.delete(kept.keys().next().value as number);
    return made;
  };
}

/**
 * Rank of the neighbour that tells whether a picture is in a crowd, and the cosine above which every neighbour is
 * tried.
 */
const CROWD = 12;
const NEAR_OUTRIGHT = 0.9;
/** Sketches this close (1 − cosine) differ by encoding noise only, also in a crowd. */
const SAME_SKETCH = 0.002;
/** A picture is in a crowd if its twelfth neighbour is closer than this. */
const CROWDED = 0.2;
/** In a crowd, a copy must be closer than this share of the twelfth neighbour's distance. */
const STANDS_OUT = 0.5;
/** Most turned neighbours that are compared. Only patterns that fit in many ways have more. */
const TURNED_MOST = 12;

/**
 * The neighbours to compare: the nearest one, all that are near, and the turned ones that fit almost exactly. In a
 * crowd (for example digits, where the twelfth neighbour is close too), only those that stand out from the crowd are
 * compared. The clearance rule would refuse the others anyway.
 */
function worthProving(neighbours: NeighbourSearch, i: number): Neighbour[] {
  const upright = neighbours.upright(i, CROWD);
  const crowd = 1 - (upright[CROWD - 1]?.cosine ?? 0);
  const near = upright.filter(({ cosine }, rank) => rank < 1 || cosine >= NEAR_OUTRIGHT);
  return [...near, ...neighbours.turned(i).slice(0, TURNED_MOST)].filter(
    ({ cosine }) => 1 - cosine < SAME_SKETCH || crowd > CROWDED || 1 - cosine < STANDS_OUT * crowd,
  );
}

type Prover = (i: number, neighbour: Neighbour) => Proof | null;

/** Uses known proofs first, then rejects by facts alone, then compares plates. */
function proverOf(search: DuplicateSearch, images: readonly Readable[], proofs: Map<string, Proof>): Prover {
  const plates = new Map<number, Plate | null>();
  const plate = (i: number): Plate | null => {
    const known = plates.get(i);
    if (known !== undefined) {
      plates.delete(i);
      plates.set(i, known);
      return known;
    }
    const image = images[i] as Readable;
    const raster = search.raster(image.id);
    const made = raster && plateOf(raster, image.facts.width, image.facts.height);
    plates.set(i, made);
    if (plates.size > PLATES_KEPT) plates.delete(plates.keys().next().value as number);
    return made;
  };
  // The result can depend on the order of the two pictures, so the order is always the same.
  return (asking, neighbour) => {
    const [i, item, orientation] =
      asking < neighbour.item
        ? [asking, neighbour.item, neighbour.orientation]
        : [neighbour.item, asking, inverse(neighbour.orientation)];
    const a = images[i] as Readable;
    const b = images[item] as Readable;
    if (excluded(search, a, b) || !comparable(a, b)) return null;
    const key = proofKey(a, b, orientation);
    const known = proofs.get(key) ?? search.known.get(key);
    if (known) {
      proofs.set(key, known);
      return known;
    }
    const first = plate(i);
    const second = plate(item);
    if (!first || !second) return null;
    const proof = prove(first, second, orientation);
    proofs.set(key, proof);
    return proof;
  };
}
