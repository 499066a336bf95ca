/** Confusion matrices with many classes: order, coarser classes, and the most confused pairs. */
import type { Sliced } from '../slices';
import { wilson } from '../statistics/tests';
import { upperLevels } from '../text/class-levels';

/** A cell of the matrix; the indices are positions in the list of classes. */
export interface ConfusionCell {
  readonly given: number;
  readonly predicted: number;
  readonly count: number;
}

export interface ClassMatrix {
  readonly classes: readonly string[];
  readonly cells: readonly ConfusionCell[];
  /** Images per given class. Also counts images whose predicted class is not part of this matrix. */
  readonly totals: readonly number[];
}

/** Images of the class `given` that are predicted as `predicted`, as a share of all images of the class. */
export interface ConfusedPair extends ConfusionCell {
  readonly of: number;
  readonly share: number;
  /** 95 % interval of the share. */
  readonly low: number;
  readonly high: number;
}

/** The matrix of these classes and cells, in which every prediction has its cell. */
export function wholeMatrix(classes: readonly string[], cells: readonly ConfusionCell[]): ClassMatrix {
  return { classes, cells, totals: givenTotals(classes.length, cells) };
}

function givenTotals(size: number, cells: readonly ConfusionCell[]): number[] {
  const totals = new Array<number>(size).fill(0);
  for (const cell of cells) totals[cell.given]! += cell.count;
  return totals;
}

/** All confusions, most images first; equal counts by share, then in the order of classes. */
export function confusedPairs({ cells, totals }: ClassMatrix): ConfusedPair[] {
  return cells
    .filter((cell) => cell.given !== cell.predicted && cell.count > 0)
    .map((cell) => {
      const of = totals[cell.given]!;
      return { ...cell, of, share: cell.count / of, ...wilson(cell.count, of) };
    })
    .sort((a, b) => b.count - a.count || b.share - a.share || a.given - b.given || a.predicted - b.predicted);
}

/** The matrix of the groups that the first `depth` levels of the names form, in the order of their first classes. */
export function coarseMatrix(matrix: ClassMatrix, depth: number): ClassMatrix {
  return regrouped(
    matrix,
    matrix.classes.map((name) => upperLevels(name, depth)),
  );
}

/** The part of the matrix whose given and predicted classes are both among these. */
export function partOfMatrix(matrix: ClassMatrix, keep: (name: string) => boolean): ClassMatrix {
  return regrouped(
    matrix,
    matrix.classes.map((name) => (keep(name) ? name : null)),
  );
}

/** @param groups the group of each class; null leaves the class out */
function regrouped({ cells, totals: before }: ClassMatrix, groups: readonly (string | null)[]): ClassMatrix {
  const classes = [...new Set(groups.filter((name) => name !== null))];
  const at = new Map(classes.map((name, index) => [name, index]));
  const places = groups.map((name) => (name === null ? -1 : at.get(name)!));
  const counts = new Map<number, number>();
  for (const { given, predicted, count } of cells) {
    const [row, column] = [places[given]!, places[predicted]!];
    if (row < 0 || column < 0) continue;
    const key = row * classes.length + column;
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  const totals = new Array<number>(classes.length).fill(0);
  for (const [k, place] of places.entries()) if (place >= 0) totals[place]! += before[k]!;
  return {
    classes,
    totals,
    cells: Array.from(counts, ([key, count]) => ({
      given: Math.floor(key / classes.length),
      predicted: key % classes.length,
      count,
    })),
  };
}

interface Cluster {
  readonly leaves: readonly number[];
}

/**
 * An order of the classes in which classes that are confused with each other are neighbours.
 *
 * Similarity of two classes: the images of either that are predicted as the other, divided by the images of both.
 * Average linkage by the nearest-neighbour chain (F. Murtagh, "A survey of recent advances in hierarchical clustering
 * algorithms", The Computer Journal 26(4), 1983), in O(n²) time and memory. Two clusters are joined with those ends
 * side by side that are most similar (G. Gruvaeus and H. Wainer, "Two additions to hierarchical cluster analysis",
 * British Journal of Mathematical and Statistical Psychology 25(2), 1972). Clusters without any confusion between them
 * are not joined: the largest comes first. The order depends only on the counts: ties are decided by the index.
 * @returns the indices of the classes, in the new order
 */
export function* clusterOrder(size: number, cells: readonly ConfusionCell[]): Sliced<number[]> {
  const similarity = similarities(size, cells);
  const leaf = (a: number, b: number): number => similarity[a * size + b]!;
  yield;
  const between = similarity.slice();
  const clusters: (Cluster | null)[] = Array.from({ length: size }, (_, k) => ({ leaves: [k] }));
  // Ascending, so that ties are decided by the index; an array, because it is read a million times for 1,000 classes.
  const alive = Int32Array.from(clusters.keys());
  let count = size;
  const drop = (k: number): void => {
    alive.copyWithin(alive.indexOf(k), alive.indexOf(k) + 1, count);
    count -= 1;
  };
  const done: (readonly number[])[] = [];
  const chain: number[] = [];
  while (count > 0) {
    yield;
    if (chain.length === 0) chain.push(alive[0]!);
    const top = chain.at(-1)!;
    const before = chain.at(-2) ?? -1;
    let best = before;
    let most = before >= 0 ? between[top * size + before]! : 0;
    for (let at = 0; at < count; at += 1) {
      const other = alive[at]!;
      const value = between[top * size + other]!;
      if (value <= most || other === top) continue;
      best = other;
      most = value;
    }
    if (best < 0) {
      done.push(clusters[top]!.leaves);
      drop(top);
      chain.pop();
    } else if (best !== before) {
      chain.push(best);
    } else {
      chain.length -= 2;
      const [a, b] = top < best ? [top, best] : [best, top];
      const [left, right] = [clusters[a]!.leaves, clusters[b]!.leaves];
      for (let at = 0; at < count; at += 1) {
        const other = alive[at]!;
        if (other === a || other === b) continue;
        const mean =
          (between[a * size + other]! * left.length + between[b * size + other]! * right.length) /
          (left.length + right.length);
        between[a * size + other] = mean;
        between[other * size + a] = mean;
      }
      clusters[a] = { leaves: joined(left, right, leaf) };
      clusters[b] = null;
      drop(b);
    }
  }
  return done
    .map((leaves) => ({ leaves, first: leaves.reduce((least, k) => Math.min(least, k), size) }))
    .sort((a, b) => b.leaves.length - a.leaves.length || a.first - b.first)
    .flatMap(({ leaves }) => leaves);
}

function similarities(size: number, cells: readonly ConfusionCell[]): Float64Array {
  const totals = givenTotals(size, cells);
  const values = new Float64Array(size * size);
  for (const { given, predicted, count } of cells) {
    if (given === predicted) continue;
    const share = count / Math.max(1, totals[given]! + totals[predicted]!);
    values[given * size + predicted]! += share;
    values[predicted * size + given]! += share;
  }
  return values;
}

function joined(
  left: readonly number[],
  right: readonly number[],
  similar: (a: number, b: number) => number,
): readonly number[] {
  const ways = [
    { turnLeft: false, turnRight: false, value: similar(left.at(-1)!, right[0]!) },
    { turnLeft: true, turnRight: false, value: similar(left[0]!, right[0]!) },
    { turnLeft: false, turnRight: true, value: similar(left.at(-1)!, right.at(-1)!) },
    { turnLeft: true, turnRight: true, value: similar(left[0]!, right.at(-1)!) },
  ];
  const way = ways.reduce((best, one) => (one.value > best.value ? one : best));
  return [...(way.turnLeft ? [...left].reverse() : left), ...(way.turnRight ? [...right].reverse() : right)];
}
