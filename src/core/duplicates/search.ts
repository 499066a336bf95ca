/** Finds the duplicates of a data set: exact ones by content; near ones by neighbours, proof and clearance. */
import type { Group } from '../checks/check';
import { LargeMap } from '../statistics/large-map';
import { seededRandom } from '../statistics/random';
import {
  findNeighbours,
  type Neighbour,
  type NeighbourSearch,
  neighbourSearch,
  type NeighbourTables,
} from './candidates';
import { changedPairs, comparedLookAlikes, orientationOf } from './changed';
import { clear, FIRST_REACH, holds, type Proved } from './clearance';
import { comparable } from './comparable';
import {
  byContent,
  type SearchedImage,
  type DuplicateSearch,
  isExcluded,
  onePerContent,
  proofKey,
  type SidedStructure,
  type Structures,
} from './contents';
import { type Compared, fittingPhotographs } from './copies';
import { groupsOf, type Link } from './groups';
import { hashWords } from './hash-pairs';
import { composed, inverse, isTurned, MIRRORED, UPRIGHT } from './orientation';
import { type Plate, plateOf } from './plate';
import { type Proof, prove } from './proof';
import { SKETCH_LENGTH, writeSketch } from './sketch';

/** Raised when the algorithm changes, so that stored groups and proofs of an older version are computed again. */
export const DUPLICATES_VERSION = 8;

/** Plates kept in memory while pairs are compared: 16 KB each. */
const PLATES_KEPT = 6000;
const SEED = 20_261;

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
  readonly structures: Structures;
}

export function findDuplicates(search: DuplicateSearch): Duplicates {
  const exactLinks = exactPairs(search);
  const proofs = new LargeMap<string, Proof>();
  const structures = new Map<string, SidedStructure | null>();
  const heads = onePerContent(search.images);
  const compared = comparedLookAlikes(search, heads, structures);
  const close = nearPairs(search, heads, fittingPhotographs(compared), proofs);
  const proved = [...close, ...changedPairs(search, heads, close, compared)];
  const near = groupsOf(search.images, [...exactLinks, ...proved.filter(({ orientation }) => !isTurned(orientation))]);
  return {
    exact: groupsOf(search.images, exactLinks),
    near,
    turned: turnedGroups(search.images, near, proved),
    proofs,
    structures,
  };
}

function turnedGroups(images: readonly SearchedImage[], near: readonly Group[], proved: readonly Link[]): Group[] {
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
export function findExactDuplicates(search: Pick<DuplicateSearch, 'images' | 'notDuplicates'>): Group[] {
  return groupsOf(search.images, exactPairs(search));
}

/** Links every image to the first one with the same content. */
function exactPairs(search: Pick<DuplicateSearch, 'images' | 'notDuplicates'>): Link[] {
  return [...byContent(search.images).values()].flatMap((places) => {
    const [head, ...others] = places;
    return head === undefined
      ? []
      : others
          .filter(
            (other) => !isExcluded(search, search.images[head] as SearchedImage, search.images[other] as SearchedImage),
          )
          .map((other) => ({ a: head, b: other, orientation: UPRIGHT, similarity: 1 }));
  });
}

/** The pictures of a search, one for each content, and their neighbours. */
interface NearSearch {
  readonly images: readonly SearchedImage[];
  /**
   * Places in `images`, in the order in which rasters are stored. They are read in this order, and pictures of one folder
   * are compared together.
   */
  readonly stored: readonly number[];
  readonly tables: NeighbourTables;
  readonly neighbours: NeighbourSearch;
}

function nearSearchOf(search: DuplicateSearch, heads: readonly number[]): NearSearch {
  const images = heads.map((i) => search.images[i] as SearchedImage);
  const sketches = new Float32Array(images.length * SKETCH_LENGTH);
  const stored = heads
    .map((place, i) => ({ place, i }))
    .sort((a, b) => a.place - b.place)
    .map(({ i }) => i);
  stored.forEach((i, done) => {
    const image = images[i] as SearchedImage;
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

/** @param alike look-alikes that may be copies, although they are no neighbours by their sketches */
function nearPairs(
  search: DuplicateSearch,
  heads: readonly number[],
  alike: readonly Compared[],
  proofs: Map<string, Proof>,
): Link[] {
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
  for (const { a, b, mirrored } of alike) {
    const orientation = orientationOf(mirrored);
    const proof = compare(a, { item: b, orientation, cosine: 0 });
    if (proof) proved.push({ a, b, orientation, proof });
  }
  const neighbourhood = { near: (i: number, most: number) => neighbours.upright(i, most), prove: compare };
  return clear(proved, neighbourhood, search.thresholds).map(({ a, b, orientation, proof }) => ({
    a: heads[a] as number,
    b: heads[b] as number,
    orientation,
    similarity: proof.similarity,
  }));
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
function proverOf(search: DuplicateSearch, images: readonly SearchedImage[], proofs: Map<string, Proof>): Prover {
  const plates = new Map<number, Plate | null>();
  const plate = (i: number): Plate | null => {
    const known = plates.get(i);
    if (known !== undefined) {
      plates.delete(i);
      plates.set(i, known);
      return known;
    }
    const image = images[i] as SearchedImage;
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
    const a = images[i] as SearchedImage;
    const b = images[item] as SearchedImage;
    if (isExcluded(search, a, b) || !comparable(a, b)) return null;
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
