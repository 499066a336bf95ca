/** What a probe's embedding is kept as: neighbours, a map in two dimensions, distances for outliers, typical images. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UMAP } from 'umap-js';
import { exemplars, meanDistances, nearestNeighbours, type Neighbours } from '../../core/labels/neighbours';
import { type Random, seededRandom } from '../../core/random';
import type { EmbeddingRows, ProbeOutputs } from '../catalog/labels';
import type { Task } from '../task';

const NEIGHBOURS = 10;
const EXEMPLARS = 12;
/** Images that the map is fitted on; the others stand between the nearest of these. */
const MAPPED = 1500;
const MAP_NEIGHBOURS = 15;
const MAP_EPOCHS = 200;

async function running<T>(steps: Generator<number, T>, total: number, stage: string, task: Task): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    task.progress({ stage, done: step.value, total });
    await nextTurn();
    task.signal.throwIfAborted();
  }
}

function rowsOf(embedding: Float32Array, dimensions: number, positions: readonly number[]): Float32Array {
  const rows = new Float32Array(positions.length * dimensions);
  positions.forEach((position, i) => rows.set(embedding.subarray(position * dimensions, (position + 1) * dimensions), i * dimensions));
  return rows;
}

/** UMAP (McInnes, Healy & Melville 2018) of a sample that is spread evenly over the images. */
async function sampleMap(sample: Float32Array, dimensions: number, random: Random, task: Task): Promise<number[][]> {
  const count = sample.length / dimensions;
  const k = Math.min(MAP_NEIGHBOURS, count - 1);
  const points = Array.from({ length: count }, (_, i) => [...sample.subarray(i * dimensions, (i + 1) * dimensions)]);
  if (count <= 3) return points.map((point) => [point[0] ?? 0, point[1] ?? 0]);
  const near = await running(nearestNeighbours(sample, dimensions, k, random), count, 'Drawing the map', task);
  const umap = new UMAP({ nComponents: 2, nNeighbors: k + 1, nEpochs: MAP_EPOCHS, random });
  // The library counts a point among its own neighbours.
  const knn = points.map((_, i) => ({ indices: [i, ...near.indices.subarray(i * k, (i + 1) * k)], distances: [0, ...near.distances.subarray(i * k, (i + 1) * k)] }));
  umap.setPrecomputedKNN(knn.map((row) => row.indices), knn.map((row) => row.distances));
  const epochs = umap.initializeFit(points);
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    if (epoch % 4 !== 3) continue;
    task.progress({ stage: 'Drawing the map', done: epoch + 1, total: epochs });
    await nextTurn();
    task.signal.throwIfAborted();
  }
  return umap.getEmbedding();
}

/** Where an image outside the sample stands: among its three nearest in the sample, by inverse distance. */
function between(embedding: Float32Array, i: number, sample: Float32Array, places: readonly (readonly number[])[], dimensions: number): [number, number] {
  const best: { at: number; distance: number }[] = [];
  for (let at = 0; at < places.length; at++) {
    let distance = 0;
    for (let d = 0; d < dimensions; d++) distance += (embedding[i * dimensions + d]! - sample[at * dimensions + d]!) ** 2;
    if (best.length === 3 && distance >= best[2]!.distance) continue;
    best.push({ at, distance });
    best.sort((a, b) => a.distance - b.distance);
    if (best.length > 3) best.pop();
  }
  let [x, y, sum] = [0, 0, 0];
  for (const { at, distance } of best) {
    const weight = 1 / (distance + 1e-9);
    x += weight * places[at]![0]!;
    y += weight * places[at]![1]!;
    sum += weight;
  }
  return sum > 0 ? [x / sum, y / sum] : [0, 0];
}

function withIds(near: Neighbours, images: Int32Array): { neighbours: Int32Array; distances: Float32Array } {
  return { neighbours: near.indices.map((index) => (index < 0 ? -1 : images[index]!)), distances: near.distances.map((distance) => (Number.isFinite(distance) ? distance : 0)) };
}

/** @param embedding images × dimensions, row-major, in the order of the outputs */
export async function embeddingRows(outputs: ProbeOutputs, embedding: Float32Array, dimensions: number, seed: number, task: Task): Promise<EmbeddingRows> {
  const { images, labels, probabilities, classes } = outputs;
  const random = seededRandom(seed);
  const near = await running(nearestNeighbours(embedding, dimensions, NEIGHBOURS, random), images.length, 'Finding neighbours', task);
  const step = Math.max(1, images.length / MAPPED);
  const positions = Array.from({ length: Math.min(images.length, MAPPED) }, (_, i) => Math.floor(i * step));
  const sample = rowsOf(embedding, dimensions, positions);
  const places = await sampleMap(sample, dimensions, random, task);
  const mapped = new Map(positions.map((position, i) => [position, i]));
  const x = new Float32Array(images.length);
  const y = new Float32Array(images.length);
  for (let i = 0; i < images.length; i++) {
    const own = mapped.get(i);
    [x[i], y[i]] = own === undefined ? between(embedding, i, sample, places, dimensions) : [places[own]![0]!, places[own]![1]!];
    if (i % 256 !== 255) continue;
    await nextTurn();
    task.signal.throwIfAborted();
  }
  const typical = exemplars(probabilities, labels, classes.length, EXEMPLARS);
  return {
    images, x, y,
    outlier: meanDistances(near, NEIGHBOURS),
    ...withIds(near, images),
    k: NEIGHBOURS,
    exemplars: new Map(classes.map((name, k) => [name, typical[k]!.map((position) => images[position]!)])),
  };
}
