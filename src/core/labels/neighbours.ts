/** Nearest neighbours and typical images in a probe's embedding (images × dimensions, row-major; Euclidean distance). */
import { type Random, shuffled } from '../random';

/** Up to this many images every pair is compared; beyond it only the cells nearest to an image are searched. */
const COMPARE_ALL = 3000;
const SEARCHED_CELLS = 8;

export interface Neighbours {
  /** images × k: positions of the nearest others, nearest first; −1 where there are fewer. */
  readonly indices: Int32Array;
  readonly distances: Float32Array;
}

function squared(values: Float32Array, a: number, other: Float32Array, b: number, dimensions: number): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++) {
    const difference = values[a * dimensions + d]! - other[b * dimensions + d]!;
    sum += difference * difference;
  }
  return sum;
}

/** Positions of the `count` centres nearest to image i. */
function nearestCells(embedding: Float32Array, i: number, centres: Float32Array, dimensions: number, count: number): number[] {
  const all = Array.from({ length: centres.length / dimensions }, (_, c) => ({ c, distance: squared(embedding, i, centres, c, dimensions) }));
  return all.sort((a, b) => a.distance - b.distance).slice(0, count).map(({ c }) => c);
}

/** Images by the centre nearest to them; one cell with all of them where they are few (inverted file: Jégou, Douze & Schmid 2011). */
function cellsOf(embedding: Float32Array, images: number, dimensions: number, random: Random): { centres: Float32Array; cells: number[][] } {
  if (images <= COMPARE_ALL) return { centres: embedding.slice(0, dimensions), cells: [Array.from({ length: images }, (_, i) => i)] };
  const picked = shuffled(Array.from({ length: images }, (_, i) => i), random).slice(0, Math.ceil(Math.sqrt(images)));
  const centres = new Float32Array(picked.length * dimensions);
  picked.forEach((image, c) => centres.set(embedding.subarray(image * dimensions, (image + 1) * dimensions), c * dimensions));
  const cells = picked.map((): number[] => []);
  for (let i = 0; i < images; i++) cells[nearestCells(embedding, i, centres, dimensions, 1)[0]!]!.push(i);
  return { centres, cells };
}

/**
 * The k nearest others of every image: exactly up to 3,000 images, beyond that within the nearest of √images cells, so that time grows with
 * images^1.5. Yields how many are done, for the caller to answer others in between.
 */
export function* nearestNeighbours(embedding: Float32Array, dimensions: number, k: number, random: Random): Generator<number, Neighbours> {
  const images = embedding.length / dimensions;
  const indices = new Int32Array(images * k).fill(-1);
  const distances = new Float32Array(images * k).fill(Infinity);
  const { centres, cells } = cellsOf(embedding, images, dimensions, random);
  for (let i = 0; i < images; i++) {
    const searched = cells.length === 1 ? cells : nearestCells(embedding, i, centres, dimensions, SEARCHED_CELLS).map((c) => cells[c]!);
    const base = i * k;
    for (const cell of searched) {
      for (const j of cell) {
        if (j === i) continue;
        const distance = squared(embedding, i, embedding, j, dimensions);
        if (distance >= distances[base + k - 1]!) continue;
        let at = k - 1;
        for (; at > 0 && distances[base + at - 1]! > distance; at--) {
          distances[base + at] = distances[base + at - 1]!;
          indices[base + at] = indices[base + at - 1]!;
        }
        distances[base + at] = distance;
        indices[base + at] = j;
      }
    }
    if (i % 64 === 63) yield i + 1;
  }
  for (let at = 0; at < distances.length; at++) distances[at] = Math.sqrt(distances[at]!);
  return { indices, distances };
}

/** Mean distance of each image to its neighbours: large for one that is unlike all others. 0 where it has none. */
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
 * Typical images of each class: those whose given class the probe is surest of, at most `count`, most typical first.
 * @param probabilities images × classes
 */
export function exemplars(probabilities: Float32Array, labels: Int32Array, classes: number, count: number): number[][] {
  const lists = Array.from({ length: classes }, (): number[] => []);
  labels.forEach((label, i) => lists[label]!.push(i));
  return lists.map((list, k) => list.sort((a, b) => probabilities[b * classes + k]! - probabilities[a * classes + k]! || a - b).slice(0, count));
}
