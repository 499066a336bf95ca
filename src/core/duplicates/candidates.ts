/** Which pictures are worth comparing with which: the neighbours of each, without comparing all with all. */
import type { Random } from '../random';
import { growForest, visitLeaves } from './forest';
import { hammingDistance, HashIndex, type HashWords } from './hash-index';
import { inverse, type Orientation, UPRIGHT } from './orientation';
import { orientedSketch, SKETCH_LENGTH } from './sketch';

/** Trees read for upright neighbours (crops move a sketch) and for turned ones (which must fit almost exactly). */
const UPRIGHT_TREES = 16;
const TURNED_TREES = 6;
/** pHash and dHash within this many bits are neighbours whatever the forest says; unrelated photographs start at about 16. */
const HASH_DISTANCE = 10;
/** Least cosines of sketches at which a picture is looked at. */
const UPRIGHT_COSINE = 0.5;
const TURNED_COSINE = 0.93;
/**
 * Signs of 63 coefficients that may differ at those cosines: at an angle of θ a share θ/π does (Charikar 2002), 21 and 7.5; four standard
 * deviations above it. Comparing signs first spares most of the cosines.
 */
const UPRIGHT_SIGNS = 36;
const TURNED_SIGNS = 18;

export interface Neighbour {
  readonly item: number;
  /** How `item` must be laid down to fit. */
  readonly orientation: Orientation;
  readonly cosine: number;
}

export interface SearchSpace {
  /** n × SKETCH_LENGTH; zero for pictures of one colour, which have no neighbours. */
  readonly sketches: Float32Array;
  readonly pHashes: HashWords;
  readonly dHashes: HashWords;
}

export interface NeighbourSearch {
  /** The up to `most` nearest pictures that fit `i` when laid down in `orientation`, nearest first. */
  near(i: number, orientation: Orientation, most: number): Neighbour[];
}

/** The search over one data set. Deterministic for one `random`; all lookups together cost about n log n. */
export function neighbourSearch(space: SearchSpace, random: Random): NeighbourSearch {
  const { sketches } = space;
  const n = sketches.length / SKETCH_LENGTH;
  const members = Array.from({ length: n }, (_, i) => i).filter((i) => isSketched(sketches, i));
  const forest = growForest(sketches, SKETCH_LENGTH, members, UPRIGHT_TREES, random);
  const hashes = [space.pHashes, space.dHashes].map((words) => ({ words, index: new HashIndex(words) }));
  const signs = new Uint32Array(2 * n);
  for (let i = 0; i < n; i++) writeSigns(sketches, i * SKETCH_LENGTH, signs, i);
  const query = new Float32Array(SKETCH_LENGTH);
  const querySigns = new Uint32Array(2);
  const seen = new Uint32Array(n);
  let round = 0;
  return {
    near(i, orientation, most) {
      if (!isSketched(sketches, i)) return [];
      round++;
      seen[i] = round;
      const upright = orientation === UPRIGHT;
      const list = shortlist(most);
      // What fits i when laid down so, fits upright to i laid down the other way; the lookup goes by that sketch.
      orientedSketch(sketches, i * SKETCH_LENGTH, inverse(orientation), query);
      writeSigns(query, 0, querySigns, 0);
      const mostSigns = upright ? UPRIGHT_SIGNS : TURNED_SIGNS;
      const consider = (item: number): void => {
        if (seen[item] === round) return;
        seen[item] = round;
        if (hammingDistance(signs, item, querySigns, 0) > mostSigns) return;
        const cosine = dot(sketches, item * SKETCH_LENGTH, query);
        if (cosine >= (upright ? UPRIGHT_COSINE : TURNED_COSINE)) list.offer(item, cosine);
      };
      visitLeaves(forest, query, upright ? UPRIGHT_TREES : TURNED_TREES, consider);
      if (upright) for (const { words, index } of hashes) index.search(words, i, HASH_DISTANCE, consider);
      return list.items.map((item, rank) => ({ item, orientation, cosine: list.cosines[rank] as number }));
    },
  };
}

/** Keeps the `most` best offers, best first. */
function shortlist(most: number): { items: number[]; cosines: number[]; offer(item: number, cosine: number): void } {
  const items: number[] = [];
  const cosines: number[] = [];
  return {
    items,
    cosines,
    offer(item, cosine) {
      if (items.length === most) {
        if (cosine <= (cosines[most - 1] as number)) return;
        items.pop();
        cosines.pop();
      }
      let at = items.length;
      items.push(item);
      cosines.push(cosine);
      for (; at > 0 && (cosines[at - 1] as number) < cosine; at--) {
        items[at] = items[at - 1] as number;
        cosines[at] = cosines[at - 1] as number;
      }
      items[at] = item;
      cosines[at] = cosine;
    },
  };
}

function isSketched(sketches: Float32Array, i: number): boolean {
  for (let k = 1; k < SKETCH_LENGTH; k++) if (sketches[i * SKETCH_LENGTH + k] !== 0) return true;
  return false;
}

/** Bit k is set where coefficient k is positive. */
function writeSigns(vectors: Float32Array, row: number, out: HashWords, i: number): void {
  let low = 0;
  let high = 0;
  for (let k = 0; k < 32; k++) {
    if ((vectors[row + k] as number) > 0) low |= 1 << k;
    if ((vectors[row + 32 + k] as number) > 0) high |= 1 << k;
  }
  out[2 * i] = high;
  out[2 * i + 1] = low;
}

function dot(vectors: Float32Array, row: number, query: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < SKETCH_LENGTH; k++) sum += (vectors[row + k] as number) * (query[k] as number);
  return sum;
}
