/**
 * Nearest neighbours and typical images in a probe's embedding (images × dimensions, row-major; Euclidean distance).
 */
import { type Random, shuffled } from '../statistics/random';

/**
 * Up to this number of images, every pair is compared. With more images, only the cells nearest to an image are
 * searched.
 */
const COMPARE_ALL = 3000;
const SEARCHED_CELLS = 8;
/** Number of dimensions that are added before checking whether a point is already too far. */
const STRIDE = 16;
const REPORTED = 64;

type Report = (done: number) => void;

export interface Neighbours {
  /** images × k: positions of the nearest other images, nearest first; −1 if there are fewer than k. */
  readonly indices: Int32Array;
  /** Infinity if there are fewer than k. */
  readonly distances: Float32Array;
}

/** Squared distance between row a and row b of `other`. Stops early with a partial sum once it reaches `most`. */
function squared(
  values: Float32Array,
  a: number,
  other: Float32Array,
  b: number,
  dimensions: number,
  most: number,
): number {
  let sum = 0;
  for (let d = 0; d < dimensions;) {
    for (const end = Math.min(dimensions, d + STRIDE); d < end; d++) {
      const difference = values[a * dimensions + d]! - other[b * dimensions + d]!;
      sum += difference * difference;
    }
    if (sum >= most) return sum;
  }
  return sum;
}

/** For each row, a list of its `count` nearest rows. */
class NearestLists {
  readonly indices: Int32Array;
  /** Squared. */
  readonly distances: Float32Array;
  private readonly count: number;

  constructor(rows: number, count: number) {
    this.count = count;
    this.indices = new Int32Array(rows * count).fill(-1);
    this.distances = new Float32Array(rows * count).fill(Infinity);
  }

  /** A new neighbour is accepted only if it is nearer than this. */
  farthest(row: number): number {
    return this.distances[(row + 1) * this.count - 1]!;
  }

  offer(row: number, index: number, distance: number): void {
    const base = row * this.count;
    if (distance >= this.farthest(row)) return;
    let at = this.count - 1;
    for (; at > 0 && this.distances[base + at - 1]! > distance; at--) {
      this.distances[base + at] = this.distances[base + at - 1]!;
      this.indices[base + at] = this.indices[base + at - 1]!;
    }
    this.distances[base + at] = distance;
    this.indices[base + at] = index;
  }
}

/**
 * For every image, finds the `count` nearest of the given points, nearest first.
 * @param points points × dimensions
 * @param report called from time to time with the number of images that are done
 */
export function nearestPoints(
  embedding: Float32Array,
  points: Float32Array,
  dimensions: number,
  count: number,
  report: Report,
): Neighbours {
  const images = embedding.length / dimensions;
  const lists = new NearestLists(images, Math.min(count, points.length / dimensions));
  for (let i = 0; i < images; i++) {
    for (let c = 0; c < points.length / dimensions; c++)
      lists.offer(i, c, squared(embedding, i, points, c, dimensions, lists.farthest(i)));
    if (i % REPORTED === REPORTED - 1) report(i + 1);
  }
  return { indices: lists.indices, distances: lists.distances.map(Math.sqrt) };
}

/**
 * For each image, the images in the cells nearest to it, its own cell first; all images if there are few (inverted
 * file: Jégou, Douze & Schmid 2011).
 */
function candidatesOf(
  embedding: Float32Array,
  images: number,
  dimensions: number,
  random: Random,
  report: Report,
): (i: number) => readonly (readonly number[])[] {
  const everything = Array.from({ length: images }, (_, i) => i);
  if (images <= COMPARE_ALL) return () => [everything];
  const picked = shuffled(everything, random).slice(0, Math.ceil(Math.sqrt(images)));
  const centres = new Float32Array(picked.length * dimensions);
  picked.forEach((image, c) =>
    centres.set(embedding.subarray(image * dimensions, (image + 1) * dimensions), c * dimensions),
  );
  const { indices } = nearestPoints(embedding, centres, dimensions, SEARCHED_CELLS, report);
  const cells = picked.map((): number[] => []);
  for (let i = 0; i < images; i++) cells[indices[i * SEARCHED_CELLS]!]!.push(i);
  return (i) => Array.from(indices.subarray(i * SEARCHED_CELLS, (i + 1) * SEARCHED_CELLS), (c) => cells[c]!);
}

/**
 * The k nearest other images of every image. They are exact up to 3,000 images. With more, only the nearest of √images
 * cells are searched, so time grows with images^1.5.
 * @param report called from time to time with the number of steps that are done; there are two steps per image
 */
export function nearestNeighbours(
  embedding: Float32Array,
  dimensions: number,
  k: number,
  random: Random,
  report: Report,
): Neighbours {
  const images = embedding.length / dimensions;
  const lists = new NearestLists(images, k);
  const candidates = candidatesOf(embedding, images, dimensions, random, report);
  for (let i = 0; i < images; i++) {
    for (const cell of candidates(i))
      for (const j of cell)
        if (j !== i) lists.offer(i, j, squared(embedding, i, embedding, j, dimensions, lists.farthest(i)));
    if (i % REPORTED === REPORTED - 1) report(images + i + 1);
  }
  return { indices: lists.indices, distances: lists.distances.map(Math.sqrt) };
}

/**
 * Mean distance of each image to its neighbours; large if the image is unlike all others. 0 if it has no neighbours.
 */
export function meanDistances({ indices, distances }: Neighbours, k: number): Float32Array {
  return Float32Array.from({ length: indices.length / k }, (_, i) => {
    let sum = 0;
    let count = 0;
    for (let at = i * k; at < (i + 1) * k; at++) {
      if (indices[at]! < 0) continue;
      sum += distances[at]!;
      count += 1;
    }
    return count > 0 ? sum / count : 0;
  });
}

/**
 * Typical images of each class: the images of the given class of which the probe is most certain, at most `count`, most
 * typical first.
 * @param probabilities images × classes
 */
export function exemplars(probabilities: Float32Array, labels: Int32Array, classes: number, count: number): number[][] {
  const lists = Array.from({ length: classes }, (): number[] => []);
  labels.forEach((label, i) => lists[label]!.push(i));
  return lists.map((list, k) =>
    list.sort((a, b) => probabilities[b * classes + k]! - probabilities[a * classes + k]! || a - b).slice(0, count),
  );
}
