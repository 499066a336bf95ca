/**
 * Finds candidate pairs for the duplicate search: the nearest neighbours of each picture, without comparing all pairs.
 */
import type { Random } from '../statistics/random';
import { type Forest, growForest, type Tree, visitLeaves } from './forest';
import { hammingDistance, hashPairs, type HashWords } from './hash-pairs';
import { LOOKED_UP, type Orientation, UPRIGHT } from './orientation';
import { emptyShortlists, enter, type Shortlists, wouldEnter } from './shortlists';
import { orientedSketch, SKETCH_LENGTH } from './sketch';

const TREES = 16;
/** Upright neighbours kept for each picture. */
export const NEIGHBOURS = 16;
/**
 * Pairs whose pHash or dHash differ in at most this many bits are neighbours, whether or not the forest finds them.
 * Unrelated photographs differ in about 16 bits or more.
 */
const HASH_DISTANCE = 10;
/**
 * Least cosine of two sketches for a candidate. A crop changes a sketch, so the upright limit is low; turned copies
 * must fit almost exactly.
 */
const UPRIGHT_COSINE = 0.5;
const TURNED_COSINE = 0.93;
/**
 * At an angle of θ between two vectors, a share θ/π of the coefficient signs differs (Charikar 2002). For 63
 * coefficients at the upright limit that is 21; four standard deviations are added. If the signs are compared first,
 * most cosines need not be computed. Turned copies are found by their signs.
 */
const UPRIGHT_SIGNS = 36;
const TURNED_SIGNS = 11;

export interface Neighbour {
  readonly item: number;
  /** The orientation to apply to `item` so that it fits. */
  readonly orientation: Orientation;
  readonly cosine: number;
}

export interface SearchSpace {
  /** n × SKETCH_LENGTH; all zero for pictures of one colour, which have no neighbours. */
  readonly sketches: Float32Array;
  readonly pHashes: HashWords;
  readonly dHashes: HashWords;
}

export interface NeighbourSearch {
  /**
   * The nearest upright neighbours of `i`, at most `most`, nearest first. For more than NEIGHBOURS the forest is
   * searched again.
   */
  upright(i: number, most: number): Neighbour[];
  /** Pictures that fit `i` when turned or mirrored. Each pair is reported for at least one of its two pictures. */
  turned(i: number): readonly Neighbour[];
}

/** The neighbours of all pictures of a data set, as plain data. */
export interface NeighbourTables {
  readonly forest: Forest;
  /** The nearest upright neighbours. */
  readonly lists: Shortlists;
  /** Turned neighbours: `items[k]` in `orientations[k]` fits picture `of[k]`. */
  readonly turned: {
    readonly of: Int32Array;
    readonly items: Int32Array;
    readonly orientations: Uint8Array;
    readonly cosines: Float64Array;
  };
}

/** Finds the neighbours of all pictures. Deterministic for a given `random`; the cost grows with n log n. */
export function findNeighbours(space: SearchSpace, random: Random): NeighbourTables {
  const { sketches } = space;
  const n = sketches.length / SKETCH_LENGTH;
  const signs = signsOf(sketches);
  const members = Array.from({ length: n }, (_, i) => i).filter((i) => isSketched(sketches, i));
  const forest = growForest(sketches, SKETCH_LENGTH, members, TREES, random);
  const lists = emptyShortlists(n, NEIGHBOURS);
  const meet = (a: number, b: number): void => {
    if (hammingDistance(signs, a, signs, b) > UPRIGHT_SIGNS) return;
    const cosine = dot(sketches, a, sketches, b);
    if (cosine < UPRIGHT_COSINE) return;
    if (wouldEnter(lists, a, cosine)) enter(lists, a, b, cosine);
    if (wouldEnter(lists, b, cosine)) enter(lists, b, a, cosine);
  };
  for (const tree of forest.trees) joinLeaves(tree, meet);
  for (const words of [space.pHashes, space.dHashes]) {
    hashPairs(words, null, HASH_DISTANCE, 2, (a, b) => {
      if (isSketched(sketches, a) && isSketched(sketches, b)) meet(a, b);
    });
  }
  return { forest, lists, turned: turnedNeighbours(sketches, signs) };
}

/** Looks up what `findNeighbours` found. */
export function neighbourSearch(
  { sketches }: Pick<SearchSpace, 'sketches'>,
  { forest, lists, turned }: NeighbourTables,
): NeighbourSearch {
  const signs = signsOf(sketches);
  const fits = new Map<number, Neighbour[]>();
  turned.of.forEach((i, k) => {
    const list = fits.get(i) ?? [];
    fits.set(i, list);
    list.push({
      item: turned.items[k] as number,
      orientation: turned.orientations[k] as Orientation,
      cosine: turned.cosines[k] as number,
    });
  });
  return {
    upright(i, most) {
      if (most > NEIGHBOURS && lists.counts[i] === NEIGHBOURS) {
        const wide = emptyShortlists(1, most);
        const row = sketches.subarray(i * SKETCH_LENGTH, (i + 1) * SKETCH_LENGTH);
        visitLeaves(forest, row, (item) => {
          if (item === i || hammingDistance(signs, i, signs, item) > UPRIGHT_SIGNS) return;
          const cosine = dot(sketches, i, sketches, item);
          if (cosine >= UPRIGHT_COSINE) enter(wide, 0, item, cosine);
        });
        for (let k = 0; k < NEIGHBOURS; k++)
          enter(wide, 0, lists.items[i * NEIGHBOURS + k] as number, lists.cosines[i * NEIGHBOURS + k] as number);
        return listed(wide.items, wide.cosines, 0, wide.counts[0] as number);
      }
      return listed(lists.items, lists.cosines, i * NEIGHBOURS, Math.min(most, lists.counts[i] as number));
    },
    turned: (i) => fits.get(i) ?? [],
  };
}

function listed(items: Int32Array, cosines: Float32Array, from: number, count: number): Neighbour[] {
  return Array.from({ length: count }, (_, k) => ({
    item: items[from + k] as number,
    orientation: UPRIGHT,
    cosine: cosines[from + k] as number,
  }));
}

/** Compares all pairs of items in the same leaf. */
function joinLeaves(tree: Tree, meet: (a: number, b: number) => void): void {
  for (let leaf = 0; leaf + 1 < tree.starts.length; leaf++) {
    const to = tree.starts[leaf + 1] as number;
    for (let i = tree.starts[leaf] as number; i < to; i++)
      for (let j = i + 1; j < to; j++) meet(tree.items[i] as number, tree.items[j] as number);
  }
}

/**
 * Applies each orientation to all sketches and looks the results up among the upright sketches, by coefficient signs.
 */
function turnedNeighbours(sketches: Float32Array, signs: HashWords): NeighbourTables['turned'] {
  const n = sketches.length / SKETCH_LENGTH;
  const [of, items, orientations, cosines]: [number[], number[], number[], number[]] = [[], [], [], []];
  const laid = new Float32Array(sketches.length);
  for (const orientation of LOOKED_UP) {
    if (orientation === UPRIGHT) continue;
    for (let i = 0; i < n; i++)
      orientedSketch(
        sketches,
        i * SKETCH_LENGTH,
        orientation,
        laid.subarray(i * SKETCH_LENGTH, (i + 1) * SKETCH_LENGTH),
      );
    const seen = new Set<number>();
    hashPairs(signsOf(laid), signs, TURNED_SIGNS, 1, (i, item) => {
      if (i === item || seen.has(i * n + item)) return;
      const cosine = dot(laid, i, sketches, item);
      if (cosine < TURNED_COSINE) return;
      seen.add(i * n + item);
      // Picture i in this orientation fits the other one upright.
      of.push(item);
      items.push(i);
      orientations.push(orientation);
      cosines.push(cosine);
    });
  }
  return {
    of: Int32Array.from(of),
    items: Int32Array.from(items),
    orientations: Uint8Array.from(orientations),
    cosines: Float64Array.from(cosines),
  };
}

function isSketched(sketches: Float32Array, i: number): boolean {
  for (let k = 1; k < SKETCH_LENGTH; k++) if (sketches[i * SKETCH_LENGTH + k] !== 0) return true;
  return false;
}

/** Bit k of each row is set where coefficient k is positive. */
function signsOf(vectors: Float32Array): HashWords {
  const words = new Uint32Array(vectors.length / 32);
  for (let w = 0; w < words.length; w++) {
    let word = 0;
    for (let k = 0; k < 32; k++) if ((vectors[w * 32 + k] as number) > 0) word |= 1 << k;
    words[w] = word;
  }
  return words;
}

function dot(a: Float32Array, i: number, b: Float32Array, j: number): number {
  const p = i * SKETCH_LENGTH;
  const q = j * SKETCH_LENGTH;
  let sum = 0;
  for (let k = 0; k < SKETCH_LENGTH; k++) sum += (a[p + k] as number) * (b[q + k] as number);
  return sum;
}
