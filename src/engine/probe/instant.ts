/**
 * The instant probe: a fixed convolutional feature map and a kernel ridge head that is solved, not trained, so that the prediction of every
 * image is made exactly without that image (DESIGN.md §5).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { rasterArea } from '../../core/images/raster';
import { fitLatent, latentTruth } from '../../core/labels/latent';
import { type Random, seededRandom } from '../../core/random';
import { fitView, joined, type Pictures, type View, type ViewSpec, viewWeights } from './features';
import { areGrey, RASTER_BYTES } from './pictures';
import { leaveOneOut, type LeaveOneOut, nystromFeatures, oneHot, type RidgeBasis, ridgeBasis } from './ridge';
import type { TaskContext, TaskInput, TaskResult } from './tasks';

const LANDMARKS_MOST = 3000;
/** Floats of the images × landmarks matrix, the largest thing in memory (1.2 GB). */
const MATRIX_MOST = 3e8;
const PENALTIES = Array.from({ length: 12 }, (_, i) => 10 ** (-3 + i / 2));
/** Neighbouring penalties whose scores are averaged, from the best one up. */
const AVERAGED = 3;
/** Kernel width: exp(−GAMMA · distance / median distance). */
const GAMMA = 1.5;
const EMBEDDING_MOST = 64;
const CHUNK = 128;

type Context = TaskContext<'instant-probe'>;

/** Longer side below which a picture has no detail that the 32-pixel raster lacks. */
const SMALL = 40;

function viewSpecs(grey: boolean, small: boolean): ViewSpec[] {
  const patches = (side: number, patch: number, stride: number): ViewSpec => ({
    name: `patches of ${patch} at ${side} px`,
    kind: 'patches',
    spec: { side, patch, stride, atoms: 400, pools: [1, 2, 3] },
  });
  const views = small ? [patches(32, 6, 2), patches(32, 10, 2)] : [patches(64, 6, 2), patches(32, 6, 2), patches(64, 12, 3)];
  return grey ? views : [...views, { name: 'colour', kind: 'colour' }];
}

/** Rasters and places of some images. */
async function load(context: Context, input: TaskInput<'instant-probe'>, indices: Int32Array): Promise<Pictures> {
  const rasters = await context.rasters(indices);
  return { rasters, areas: Array.from(indices, (i) => rasterArea(input.widths[i]!, input.heights[i]!)) };
}

/** Evenly spread over the images as they are ordered, so over classes too if these are. */
function landmarkIndices(images: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * images) / count));
}

function positions(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => from + i);
}

function medianOf(values: Float32Array): number {
  const step = Math.max(1, Math.floor(values.length / 50_000));
  const some = Float64Array.from({ length: Math.floor(values.length / step) }, (_, i) => values[i * step]!).filter((value) => value > 0).sort();
  return some.length === 0 ? 1 : some[some.length >> 1]!;
}

/** The best penalty and the two above it, half a decade apart each: their mean errs less than any alone, and noise is smoothed away more. */
function averageFromBest(solutions: readonly LeaveOneOut[]): { scores: Float32Array; penalty: number } {
  let best = 0;
  solutions.forEach((solution, i) => {
    if (solution.error < solutions[best]!.error) best = i;
  });
  const chosen = solutions.slice(best, best + AVERAGED);
  const scores = chosen[0]!.scores.map((_, at) => chosen.reduce((sum, solution) => sum + solution.scores[at]!, 0) / chosen.length);
  return { scores, penalty: solutions[best]!.penalty };
}

/** Lists of images that share a group number; images alone are in none. */
export function groupLists(groups: Int32Array | null): Int32Array[] {
  const members = new Map<number, number[]>();
  groups?.forEach((group, i) => {
    if (group < 0) return;
    const list = members.get(group);
    if (list) list.push(i);
    else members.set(group, [i]);
  });
  return [...members.values()].filter((list) => list.length > 1).map((list) => Int32Array.from(list));
}

/** The directions in which the images differ most: kernel principal components. */
function embeddingOf({ rows, rank, images }: RidgeBasis): { embedding: Float32Array; dimensions: number } {
  const dimensions = Math.min(EMBEDDING_MOST, rank);
  const embedding = new Float32Array(images * dimensions);
  for (let i = 0; i < images; i++) for (let d = 0; d < dimensions; d++) embedding[i * dimensions + d] = rows[i * rank + rank - 1 - d]!;
  return { embedding, dimensions };
}

export async function instantProbe(input: TaskInput<'instant-probe'>, context: Context): Promise<TaskResult<'instant-probe'>> {
  const { labels, classes } = input;
  const images = labels.length;
  const random: Random = seededRandom(input.seed);
  const landmarks = Math.min(images, LANDMARKS_MOST, Math.max(200, Math.floor(MATRIX_MOST / images)));
  const yielding = async (stage: string, done: number, total: number): Promise<void> => {
    context.progress({ stage, done, total });
    await nextTurn();
    context.signal.throwIfAborted();
  };
  const marks = landmarkIndices(images, landmarks);
  const markPictures = await load(context, input, marks);
  const grey = areGrey(markPictures.rasters.subarray(0, 500 * RASTER_BYTES));
  const sides = Int32Array.from(input.widths, (width, i) => Math.max(width, input.heights[i]!)).sort();
  const views: View[] = [];
  for (const spec of viewSpecs(grey, sides[Math.floor(images * 0.9)]! <= SMALL)) {
    views.push(await fitView(spec, grey, markPictures, random, (done) => yielding(`Seeing ${spec.name}`, done, landmarks)));
  }
  const weights = viewWeights(views);
  const between = joined(views.map((view) => view.between), weights);
  const gamma = GAMMA / medianOf(between);

  const features = new Float32Array(images * landmarks);
  if (landmarks === images) features.set(between);
  else {
    for (let from = 0; from < images; from += CHUNK) {
      const to = Math.min(images, from + CHUNK);
      const pictures = await load(context, input, positions(from, to));
      features.set(joined(views.map((view) => { const t = view.distances(pictures); const d = t.dataSync<'float32'>(); t.dispose(); return d; }), weights), from * landmarks);
      await yielding('Comparing images', to, images);
    }
  }
  for (const view of views) view.dispose();
  await yielding('Solving', 0, 3);
  nystromFeatures(features, between, landmarks, gamma);
  await yielding('Solving', 1, 3);
  const basis = ridgeBasis(features, landmarks, new Float64Array(images).fill(1));
  await yielding('Solving', 2, 3);
  const { scores, penalty } = averageFromBest(leaveOneOut(basis, oneHot(labels, classes), classes, PENALTIES, groupLists(input.groups)));
  const model = fitLatent(scores, labels, classes);
  await yielding('Solving', 3, 3);
  return {
    probabilities: latentTruth(model, scores),
    ...embeddingOf(basis),
    choices: [
      { name: 'views', value: views.map((view) => view.name).join(', ') },
      { name: 'landmarks', value: String(landmarks) },
      { name: 'penalty', value: penalty.toPrecision(2) },
    ],
  };
}
