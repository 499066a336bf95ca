/**
 * The instant probe: a fixed convolutional feature map and a kernel ridge head that is solved, not trained, so that the
 * prediction of every
 * image is made exactly without that image.
 */
import type { Stage } from '../../../contract/model/job';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { rasterArea } from '../../../core/images/raster';
import { combinePredictions } from '../../../core/labels/combination';
import { groupLists } from '../../../core/labels/copies';
import { fitLatent, latentTruth } from '../../../core/labels/latent';
import { judgeLabels } from '../../../core/labels/verdicts';
import { seededRandom } from '../../../core/statistics/random';
import { comparisonOf } from './comparison';
import { fitView, joined, type Pictures, type FeatureView, viewWeights } from './features';
import { areGrey } from '../runtime/pictures';
import {
  GROUP_MOST,
  leaveOneOut,
  type LeaveOneOut,
  meanLeverage,
  nystromFeatures,
  oneHot,
  type RidgeBasis,
  ridgeBasis,
} from './ridge';
import type { TaskContext, TaskInput, TaskResult } from '../protocol/tasks';
import { affordableViews, chooseViews } from './view-choice';

/** Up to here every image is a landmark, and the kernel exact. */
const EXACT_MOST = 3000;
/** Landmarks of large sets: more gain next to nothing (10,000 digits, AP .9986 with 1,200, .9988 with 1,500). */
const LANDMARKS = 1200;
/**
 * Images × landmarks that sets in between may have, where many small classes gain much (3,778 images of 29 classes: AP
 * .940 with 1,500, .957 with all).
 */
const LANDMARK_PRODUCTS = 1e7;
/**
 * Up to here each wrong label weighs so much that a second round without the suspects pays, and its own
 * eigendecomposition is quick.
 */
const SECOND_ROUND_MOST = 2000;
/**
 * Say of an image in its own score up to which doubts are believed (AP without and with: 10,000 digits at 0.05 .9983,
 * .9988; 3,500 at 0.12 .9967,
 * .9974; 4,872 textures at 0.20 .9936, .9929 and F1 .962, .969; 1,218 at 0.58 .974, .951).
 */
const LEVERAGE_MOST = 0.25;
/** Floats of the images × landmarks matrix, the largest thing in memory (1.2 GB). */
const MATRIX_MOST = 3e8;
const PENALTIES = Array.from({ length: 12 }, (_, i) => 10 ** (-3 + i / 2));
/** Neighbouring penalties whose scores are averaged, from the best one up. */
const AVERAGED = 3;
/** Steps of solving that are told: the features, their basis, each penalty of up to two rounds. */
const SOLVING = 2 + 2 * PENALTIES.length;
const EMBEDDING_MOST = 64;
const CHUNK = 256;

type Context = TaskContext<'instant-probe'>;
interface Round {
  /** P(true class | image), images × classes. */
  readonly probabilities: Float32Array;
  readonly penalty: number;
  readonly sharpness: number;
}

type Solver = (basis: RidgeBasis, targets: Float32Array) => Promise<Round>;
type Stepper = (stage: Stage, done: number, total: number | null) => Promise<void>;

/** Rasters and places of some images. */
async function load(context: Context, input: TaskInput<'instant-probe'>, indices: Int32Array): Promise<Pictures> {
  const rasters = await context.rasters(indices);
  return { rasters, areas: Array.from(indices, (i) => rasterArea(input.widths[i]!, input.heights[i]!)) };
}

function landmarkCount(images: number): number {
  if (images <= EXACT_MOST) return images;
  return Math.min(
    Math.max(LANDMARKS, Math.min(EXACT_MOST, Math.floor(LANDMARK_PRODUCTS / images))),
    Math.floor(MATRIX_MOST / images),
  );
}

/** Evenly spread over the images as they are ordered, so over classes too if these are. */
function landmarkIndices(images: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * images) / count));
}

/**
 * The best penalty and the two above it, half a decade apart each: their mean errs less than any alone, and noise is
 * smoothed away more.
 */
async function averageFromBest(
  solutions: Iterable<LeaveOneOut>,
  solved: () => Promise<void>,
): Promise<{ scores: Float32Array; penalty: number }> {
  let chosen: LeaveOneOut[] = [];
  for (const solution of solutions) {
    if (chosen.length === 0 || solution.error < chosen[0]!.error) chosen = [solution];
    else if (chosen.length < AVERAGED) chosen.push(solution);
    await solved();
  }
  const scores = chosen[0]!.scores.map(
    (_, at) => chosen.reduce((sum, solution) => sum + solution.scores[at]!, 0) / chosen.length,
  );
  return { scores, penalty: chosen[0]!.penalty };
}

/** The directions in which the images differ most: kernel principal components. */
function embeddingOf({ rows, rank, images }: RidgeBasis): { embedding: Float32Array; dimensions: number } {
  const dimensions = Math.min(EMBEDDING_MOST, rank);
  const embedding = new Float32Array(images * dimensions);
  for (let i = 0; i < images; i++)
    for (let d = 0; d < dimensions; d++) embedding[i * dimensions + d] = rows[i * rank + rank - 1 - d]!;
  return { embedding, dimensions };
}

/**
 * Squared distances of all images to the landmarks, images × landmarks; those of the landmarks, `between`, are known.
 */
async function distancesTo(
  views: readonly FeatureView[],
  input: TaskInput<'instant-probe'>,
  marks: Int32Array,
  between: Float32Array,
  context: Context,
  step: Stepper,
): Promise<Float32Array> {
  const images = input.labels.length;
  const landmarks = marks.length;
  const out = new Float32Array(images * landmarks);
  marks.forEach((image, mark) =>
    out.set(between.subarray(mark * landmarks, (mark + 1) * landmarks), image * landmarks),
  );
  const weights = viewWeights(views);
  const known = new Set(marks);
  const others = Int32Array.from({ length: images }, (_, i) => i).filter((i) => !known.has(i));
  const part = (from: number): Int32Array => others.subarray(from, from + CHUNK);
  // The next pictures are on their way while these are looked at.
  let next = load(context, input, part(0));
  for (let from = 0; from < others.length; from += CHUNK) {
    const pictures = await next;
    if (from + CHUNK < others.length) next = load(context, input, part(from + CHUNK));
    const distances = joined(
      views.map((view) => view.distances(pictures)),
      weights,
    );
    part(from).forEach((image, at) =>
      out.set(distances.subarray(at * landmarks, (at + 1) * landmarks), image * landmarks),
    );
    await step('compare-landmarks', Math.min(images, landmarks + from + CHUNK), images);
  }
  return out;
}

/** Predicts the class of every image without its label, and without its duplicates. */
export async function instantProbe(
  input: TaskInput<'instant-probe'>,
  context: Context,
): Promise<TaskResult<'instant-probe'>> {
  const { labels, classes } = input;
  const images = labels.length;
  const random = seededRandom(input.seed);
  const landmarks = landmarkCount(images);
  const step: Stepper = async (stage, done, total) => {
    context.progress({ stage, done, total });
    await nextTurn();
    context.signal.throwIfAborted();
  };
  const marks = landmarkIndices(images, landmarks);
  const markPictures = await load(context, input, marks);
  const grey = areGrey(markPictures.rasters);
  const sides = input.widths.map((width, i) => Math.max(width, input.heights[i]!));
  const comparison = comparisonOf(
    marks.map((i) => labels[i]!),
    classes,
    PENALTIES,
  );
  const candidates: FeatureView[] = [];
  const specs = affordableViews(sides, grey, landmarks, input.seconds);
  for (const [at, spec] of specs.entries()) {
    candidates.push(
      await fitView(spec, grey, markPictures, random, comparison, (done) =>
        step('learn-views', at * landmarks + done, specs.length * landmarks),
      ),
    );
  }
  await step('choose-views', 0, null);
  const { views, gamma } = chooseViews(candidates, comparison);
  for (const view of candidates) if (!views.includes(view)) view.dispose();
  const between = joined(
    views.map((view) => view.between),
    viewWeights(views),
  );
  const features =
    landmarks === images ? between.slice() : await distancesTo(views, input, marks, between, context, step);
  for (const view of views) view.dispose();
  await step('solve', 0, SOLVING);
  nystromFeatures(features, between, landmarks, gamma);
  await step('solve', 1, SOLVING);
  const groups = groupLists(input.groups);
  const basis = ridgeBasis(features, landmarks, trainingWeights(images, groups));
  const embedded = embeddingOf(basis);
  let solved = 2;
  const solve: Solver = async (by, targets) => {
    const solutions = leaveOneOut(by, targets, classes, PENALTIES, groups);
    const { scores, penalty } = await averageFromBest(solutions, () => step('solve', ++solved, SOLVING));
    const model = fitLatent(scores, labels, classes);
    return { probabilities: latentTruth(model, scores), penalty, sharpness: model.sharpness };
  };
  const first = await solve(basis, oneHot(labels, classes));
  const rounds = [first, ...(await secondRound(basis, first, input, solve))];
  return {
    probabilities: rounds.map((round) => round.probabilities).reduce(combinePredictions),
    ...embedded,
    choices: [
      { name: 'views', value: views.map((view) => view.name).join(', ') },
      { name: 'landmarks', value: String(landmarks) },
      { name: 'rounds', value: String(rounds.length) },
      { name: 'penalty', value: first.penalty.toPrecision(2) },
      { name: 'sharpness', value: first.sharpness.toPrecision(2) },
    ],
  };
}

/**
 * The same once more, with less of the wrong labels in it: neighbours of a wrong label are then told rightly. In small
 * sets each image weighs as
 * much as its label is believed, which matters most where labels leak from one class to another. In sets so large that
 * no image has much say in
 * the scores of others, a doubted label counts in parts for the given and the suggested class; where it has, doubts
 * would confirm themselves.
 * These predictions are surer than they are better, so that they only count half. Where the first round has not learned
 * there is nothing to go by.
 */
async function secondRound(
  basis: RidgeBasis,
  { probabilities, penalty }: Round,
  { labels, classes }: TaskInput<'instant-probe'>,
  solve: Solver,
): Promise<Round[]> {
  const small = basis.images <= SECOND_ROUND_MOST;
  if (!small && meanLeverage(basis, penalty) > LEVERAGE_MOST) return [];
  const { skill, wrong, suggested } = judgeLabels({ probabilities, labels, classes });
  if (skill.verdict !== 'learned') return [];
  const targets = oneHot(labels, classes);
  if (small)
    return [
      await solve(
        ridgeBasis(
          basis.rows,
          basis.rank,
          basis.weights.map((weight, i) => weight * (1 - wrong[i]!)),
        ),
        targets,
      ),
    ];
  labels.forEach((given, i) => {
    targets[i * classes + given]! -= wrong[i]!;
    targets[i * classes + suggested[i]!]! += wrong[i]!;
  });
  return [await solve(basis, targets)];
}

/** Everybody counts alike, but a large group of duplicates only with its first members. */
function trainingWeights(images: number, groups: readonly Int32Array[]): Float64Array {
  const weights = new Float64Array(images).fill(1);
  for (const group of groups) for (const i of group.subarray(GROUP_MOST)) weights[i] = 0;
  return weights;
}
