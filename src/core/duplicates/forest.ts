/** Approximate nearest neighbours of unit vectors by a forest of random-projection trees. */
import type { Random } from '../statistics/random';

const LEAF = 24;
/**
 * Number of coordinates that one direction uses (sparse random projections, Achlioptas 2003). This takes an eighth of
 * the work, and the splits are nearly as good.
 */
const SPARSE = 8;

export interface Tree {
  /** Directions of the inner nodes: for each node SPARSE coordinates and their weights. */
  readonly axes: Uint8Array;
  readonly weights: Float32Array;
  readonly cuts: Float32Array;
  /** Children of node i at 2i and 2i + 1: a node, or ~leaf. */
  readonly children: Int32Array;
  /** Items of leaf i: items[starts[i]] … items[starts[i + 1] − 1]. */
  readonly starts: Uint32Array;
  readonly items: Uint32Array;
}

export interface Forest {
  readonly trees: readonly Tree[];
}

/**
 * Random-projection trees (Dasgupta & Freund 2008). Each direction is the difference of two random members (as in
 * Annoy) and is split at the median, so that the depth and the cost of a lookup grow with log n.
 * @param vectors n × length, row-major; length ≤ 256
 * @param members rows to index
 */
export function growForest(
  vectors: Float32Array,
  length: number,
  members: readonly number[],
  trees: number,
  random: Random,
): Forest {
  return { trees: Array.from({ length: trees }, () => growTree(vectors, length, members, random)) };
}

function growTree(vectors: Float32Array, length: number, members: readonly number[], random: Random): Tree {
  const items = Uint32Array.from(members);
  const projections = new Float32Array(items.length);
  const axes: number[] = [];
  const weights: number[] = [];
  const cuts: number[] = [];
  const children: number[] = [];
  const starts: number[] = [];
  const leafOf = (from: number): number => {
    starts.push(from);
    return ~(starts.length - 1);
  };
  /** Depth first, left before right, so that leaves follow each other in `items`. */
  const grow = (from: number, to: number): number => {
    if (to - from <= LEAF) return leafOf(from);
    const a = (items[from + Math.floor(random() * (to - from))] as number) * length;
    const b = (items[from + Math.floor(random() * (to - from))] as number) * length;
    const node = cuts.length;
    const base = axes.length;
    for (let k = 0; k < SPARSE; k++) {
      const axis = Math.floor(random() * length);
      axes.push(axis);
      const weight = a === b ? random() - 0.5 : (vectors[a + axis] as number) - (vectors[b + axis] as number);
      // The value is rounded as in storage. A lookup must compute exactly the same projection, or it misses the vector
      // at the cut.
      weights.push(Math.fround(weight));
    }
    for (let i = from; i < to; i++) {
      const row = (items[i] as number) * length;
      let sum = 0;
      for (let k = base; k < base + SPARSE; k++)
        sum += (vectors[row + (axes[k] as number)] as number) * (weights[k] as number);
      projections[i] = sum;
    }
    const middle = (from + to) >> 1;
    select(items, projections, from, to - 1, middle);
    cuts.push(projections[middle] as number);
    children.push(0, 0);
    children[2 * node] = grow(from, middle);
    children[2 * node + 1] = grow(middle, to);
    return node;
  };
  const root = grow(0, items.length);
  starts.push(items.length);
  // A tree of one leaf has no inner node to start from. It gets one whose two children are that leaf.
  if (root < 0) {
    for (let k = 0; k < SPARSE; k++) {
      axes.push(0);
      weights.push(0);
    }
    cuts.push(0);
    children.push(root, root);
  }
  return {
    axes: Uint8Array.from(axes),
    weights: Float32Array.from(weights),
    cuts: Float32Array.from(cuts),
    children: Int32Array.from(children),
    starts: Uint32Array.from(starts),
    items,
  };
}

/** Quickselect (Hoare 1961): afterwards the keys before `middle` are at most those from `middle` on. */
function select(items: Uint32Array, keys: Float32Array, low: number, high: number, middle: number): void {
  while (low < high) {
    const pivot = keys[(low + high) >> 1] as number;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((keys[i] as number) < pivot) i++;
      while ((keys[j] as number) > pivot) j--;
      if (i > j) break;
      const key = keys[i] as number;
      keys[i] = keys[j] as number;
      keys[j] = key;
      const item = items[i] as number;
      items[i] = items[j] as number;
      items[j] = item;
      i++;
      j--;
    }
    if (middle <= j) high = j;
    else if (middle >= i) low = i;
    else return;
  }
}

/** Calls `visit` for every item in the leaves that `query` falls into. An item can be visited several times. */
export function visitLeaves(forest: Forest, query: Float32Array, visit: (item: number) => void): void {
  for (const tree of forest.trees) {
    let node = 0;
    do {
      let sum = 0;
      for (let k = node * SPARSE; k < (node + 1) * SPARSE; k++)
        sum += (query[tree.axes[k] as number] as number) * (tree.weights[k] as number);
      node = tree.children[2 * node + (Math.fround(sum) < (tree.cuts[node] as number) ? 0 : 1)] as number;
    } while (node >= 0);
    const end = tree.starts[~node + 1] as number;
    for (let i = tree.starts[~node] as number; i < end; i++) visit(tree.items[i] as number);
  }
}
