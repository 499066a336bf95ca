/**
 * Computes what is stored of a probe's embedding: neighbours, a map in two dimensions, distances for outliers, typical
 * images. Synchronous, because it runs in the audit process.
 */
import { UMAP } from 'umap-js';
import {
  exemplars,
  meanDistances,
  nearestNeighbours,
  nearestPoints,
  type Neighbours,
} from '../../core/labels/neighbours';
import { type Random, seededRandom } from '../../core/statistics/random';
import type { Catalog } from '../catalog/catalog';
import { freshOutputs } from '../catalog/label-queries';
import { type EmbeddingRows, type ProbeOutputs, storePlaces, unplacedEmbedding } from '../catalog/labels';
import type { Embedding } from '../catalog/similarity';
import type { Step } from '../process/task';

const NEIGHBOURS = 10;
const EXEMPLARS = 12;
/** Number of images that the map is fitted to. Every other image is placed between its nearest ones among them. */
const MAPPED = 1500;
const BETWEEN = 3;
const MAP_NEIGHBOURS = 15;
const MAP_EPOCHS = 200;
const SEED = 1;

type Progress = (step: Step) => void;

/** Computes the places of the images from the embedding of the last probe, unless that has been done. */
export function placeImages(catalog: Catalog, progress: Progress): void {
  const seen = unplacedEmbedding(catalog);
  if (seen === null) return;
  const outputs = freshOutputs(catalog, seen.kind);
  const fits = outputs !== null && seen.embedding.values.length === outputs.images.length * seen.embedding.dimensions;
  storePlaces(catalog, fits ? placesOf(outputs, seen.embedding, progress) : null);
}

function placesOf(
  { images, labels, probabilities, classes }: ProbeOutputs,
  embedding: Embedding,
  progress: Progress,
): EmbeddingRows {
  const { values, dimensions } = embedding;
  const random = seededRandom(SEED);
  const total = 2 * images.length;
  const near = nearestNeighbours(values, dimensions, NEIGHBOURS, random, (done) =>
    progress({ stage: 'find-neighbours', done, total }),
  );
  const typical = exemplars(probabilities, labels, classes.length, EXEMPLARS);
  return {
    images,
    embedding,
    ...mapOf(values, dimensions, random, progress),
    outlier: meanDistances(near, NEIGHBOURS),
    neighbours: near.indices.map((index) => (index < 0 ? -1 : images[index]!)),
    distances: near.distances.map((distance) => (Number.isFinite(distance) ? distance : 0)),
    k: NEIGHBOURS,
    exemplars: new Map(classes.map((name, k) => [name, typical[k]!.map((position) => images[position]!)])),
  };
}

function rowsOf(embedding: Float32Array, dimensions: number, positions: readonly number[]): Float32Array {
  const rows = new Float32Array(positions.length * dimensions);
  positions.forEach((position, i) =>
    rows.set(embedding.subarray(position * dimensions, (position + 1) * dimensions), i * dimensions),
  );
  return rows;
}

/**
 * Maps a sample that is spread evenly over the images. Every other image gets the average position of its nearest
 * sample images, weighted by inverse squared distance.
 */
function mapOf(
  embedding: Float32Array,
  dimensions: number,
  random: Random,
  progress: Progress,
): { x: Float32Array; y: Float32Array } {
  const images = embedding.length / dimensions;
  const positions = Array.from({ length: Math.min(images, MAPPED) }, (_, i) =>
    Math.floor(i * Math.max(1, images / MAPPED)),
  );
  const sample = rowsOf(embedding, dimensions, positions);
  const places = sampleMap(sample, dimensions, random, progress);
  if (positions.length === images)
    return { x: Float32Array.from(places, (place) => place[0]!), y: Float32Array.from(places, (place) => place[1]!) };
  const near = nearestPoints(embedding, sample, dimensions, BETWEEN, (done) =>
    progress({ stage: 'place-on-map', done, total: images }),
  );
  const width = near.indices.length / images;
  const [x, y] = [new Float32Array(images), new Float32Array(images)];
  for (let i = 0; i < images; i++) {
    let sum = 0;
    for (let at = i * width; at < (i + 1) * width; at++) {
      const weight = 1 / (near.distances[at]! ** 2 + 1e-9);
      x[i]! += weight * places[near.indices[at]!]![0]!;
      y[i]! += weight * places[near.indices[at]!]![1]!;
      sum += weight;
    }
    x[i]! /= sum;
    y[i]! /= sum;
  }
  positions.forEach((position, at) => ([x[position], y[position]] = [places[at]![0]!, places[at]![1]!]));
  return { x, y };
}

/** Maps the sample with UMAP (McInnes, Healy & Melville 2018). */
function sampleMap(sample: Float32Array, dimensions: number, random: Random, progress: Progress): number[][] {
  const count = sample.length / dimensions;
  // With the point itself, the library wants fewer neighbours than points.
  const k = Math.min(MAP_NEIGHBOURS, count - 2);
  const points = Array.from({ length: count }, (_, i) => [...sample.subarray(i * dimensions, (i + 1) * dimensions)]);
  if (count <= 3) return points.map((point) => [point[0] ?? 0, point[1] ?? 0]);
  const near: Neighbours = nearestNeighbours(sample, dimensions, k, random, (done) =>
    progress({ stage: 'draw-map', done, total: 2 * count }),
  );
  const umap = new UMAP({ nComponents: 2, nNeighbors: k + 1, nEpochs: MAP_EPOCHS, random });
  // The library expects each point to be its own first neighbour.
  const knn = points.map((_, i) => ({
    indices: [i, ...near.indices.subarray(i * k, (i + 1) * k)],
    distances: [0, ...near.distances.subarray(i * k, (i + 1) * k)],
  }));
  umap.setPrecomputedKNN(
    knn.map((row) => row.indices),
    knn.map((row) => row.distances),
  );
  const epochs = umap.initializeFit(points);
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    progress({ stage: 'draw-map', done: epoch + 1, total: epochs });
  }
  return umap.getEmbedding();
}
