/**
 * The instant probe: a fixed convolutional feature map and kernel ridge regression in closed form, so that every image
 * is predicted exactly as without it.
 */
import type { Stage } from '../../../contract/model/job';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { rasterArea } from '../../../core/images/raster';
import { longerSides } from '../../../core/images/sides';
import { combinePredictions } from '../../../core/labels/combination';
import { groupLists } from '../../../core/labels/copies';
import { fitLatent } from '../../../core/labels/latent';
import { fitSharpness, softmaxRows } from '../../../core/labels/temperature';
import { judgeLabels } from '../../../core/labels/verdicts';
import { seededRandom } from '../../../core/statistics/random';
import { fitBackboneView, SOURCE_VIEWS } from './backbone-view';
import { comparisonOf } from './comparison';
import { fitView, joined, type Pictures, type FeatureView, type ViewSpec, viewWeights } from './features';
import { areGrey } from '../runtime/pictures';
import { BasisRidge, GROUP_MOST, type LeaveOneOut, oneHot } from './ridge';
import type { TaskContext, TaskInput, TaskResult } from '../protocol/tasks';
import { KernelRidge } from './kernel-ridge';
import { bestPenalty, PENALTIES, USUAL_PENALTY } from './penalties';
import { networkCandidate, usedViews } from './used-views';
import { affordableViews, gammaOf, mayBePhotographs } from './view-choice';

/**
 * Up to this number, every image is a landmark and the kernel is exact. AP with 2,644 landmarks and with all on 3,781
 * photographs: .9586 and .9636.
 */
const EXACT_MOST = 4000;
/** Landmarks for large sets. More gain very little: on 10,000 digits AP .9986 with 1,200, .9988 with 1,500. */
const LANDMARKS = 1200;
/**
 * Upper bound of images × landmarks for sets of medium size, where many small classes gain from more landmarks: AP .940
 * with 1,500 and .957 with all on 3,778 images of 29 classes.
 */
const LANDMARK_PRODUCTS = 1e7;
/**
 * Up to this size a single wrong label matters so much that a second round with down-weighted suspects pays off, and
 * its own eigendecomposition is fast.
 */
const SECOND_ROUND_MOST = 2000;
/**
 * Mean leverage (effect of an image's own label on its score) up to which suspected labels are corrected in a second
 * round. AP without and with it: 10,000 digits at 0.05: .9983, .9988; 3,500 at 0.12: .9967, .9974; 4,872 textures at
 * 0.20: .9936, .9929 and F1 .962, .969; 3,781 photographs at 0.46: .9636, .9656 and F1 .889, .900, and at 0.39, without
 * the pretrained network: .809, .817 and F1 .670, .681; 1,218 textures at 0.58: .974, .951.
 */
const LEVERAGE_MOST = 0.5;
/** Most numbers in the images × landmarks matrix, the largest object in memory (1.2 GB). */
const MATRIX_MOST = 3e8;
/** Number of adjacent penalties whose scores are averaged, starting at the best one. */
const AVERAGED = 3;
/** Progress steps of solving: the kernel, its components, and the penalties that are tried in up to two rounds. */
const SOLVING = 2 + 2 * PENALTIES.length;
const EMBEDDING_MOST = 64;
const CHUNK = 256;

type Context = TaskContext<'instant-probe'>;
interface Round {
  /** P(given label | image), images × classes. */
  readonly probabilities: Float32Array;
  /** P(true class | image), images × classes. */
  readonly truth: Float32Array;
  /** Index of the best penalty. */
  readonly best: number;
  readonly sharpness: number;
}

type Regression = KernelRidge | BasisRidge;
type Solver = (by: Regression, targets: Float32Array, start: number) => Promise<Round>;
type Stepper = (stage: Stage, done: number, total: number | null) => Promise<void>;

/** Rasters of some images, and the picture areas in them. */
async function load(
  context: Context,
  input: TaskInput<'instant-probe'>,
  indices: Int32Array,
  withEmbeddings = false,
): Promise<Pictures> {
  const rasters = await context.rasters(indices);
  const embeddings = withEmbeddings ? await context.embeddings(indices) : null;
  return { rasters, embeddings, areas: Array.from(indices, (i) => rasterArea(input.widths[i]!, input.heights[i]!)) };
}

function landmarkCount(images: number): number {
  if (images <= EXACT_MOST) return images;
  return Math.min(
    Math.max(LANDMARKS, Math.min(EXACT_MOST, Math.floor(LANDMARK_PRODUCTS / images))),
    Math.floor(MATRIX_MOST / images),
  );
}

/** Evenly spaced in the order of the images, and therefore over classes if the images are ordered by class. */
function landmarkIndices(images: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * images) / count));
}

/**
 * Averages the scores of the best penalty and of the two above it, each half a decade larger: the mean has a lower
 * error than any single one, and averages out noise.
 */
async function averageFromBest(
  start: number,
  solve: (penalty: number) => LeaveOneOut,
  solved: () => Promise<void>,
): Promise<{ scores: Float32Array; best: number }> {
  const solutions = new Map<number, LeaveOneOut>();
  const at = async (index: number): Promise<LeaveOneOut> => {
    const solution = solutions.get(index) ?? solve(PENALTIES[index]!);
    solutions.set(index, solution);
    // The scores of one penalty are large if there are many classes. Only the last ones can still be needed.
    if (solutions.size > AVERAGED + 1) solutions.delete(solutions.keys().next().value!);
    await solved();
    return solution;
  };
  const best = await bestPenalty(start, async (index) => (await at(index)).error);
  const chosen: Float32Array[] = [];
  for (let index = best; index < Math.min(PENALTIES.length, best + AVERAGED); index++)
    chosen.push((await at(index)).scores);
  const scores = chosen[0]!.map((_, i) => chosen.reduce((sum, one) => sum + one[i]!, 0) / chosen.length);
  return { scores, best };
}

/**
 * Squared distances of all images to the landmarks, images × landmarks; `between` has those of the landmarks.
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
  // The next pictures are loaded while these are processed.
  const withEmbeddings = views.some((view) => view.kind === 'backbone');
  let next = load(context, input, part(0), withEmbeddings);
  for (let from = 0; from < others.length; from += CHUNK) {
    const pictures = await next;
    if (from + CHUNK < others.length) next = load(context, input, part(from + CHUNK), withEmbeddings);
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

/** Predicts the class of every image from the others, without its own label and without its duplicates. */
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
  const sides = longerSides(input.widths, input.heights);
  const comparison = comparisonOf(
    marks.map((i) => labels[i]!),
    classes,
  );
  const fit = async (specs: readonly ViewSpec[]): Promise<FeatureView[]> => {
    const fitted: FeatureView[] = [];
    for (const [at, spec] of specs.entries()) {
      fitted.push(
        await fitView(spec, grey, markPictures, random, comparison, (done) =>
          step('learn-views', at * landmarks + done, specs.length * landmarks),
        ),
      );
    }
    return fitted;
  };
  const specs = affordableViews(sides, grey, landmarks, input.seconds);
  const source = input.source !== 'pretrained' ? 'own' : mayBePhotographs(sides, grey) ? 'pretrained' : null;
  const network = await networkCandidate(comparison, marks, source, input.layers, context.embeddings);
  const { kept, width } = await usedViews(specs, network, comparison, fit, () => step('choose-views', 0, null));
  const views: FeatureView[] = [];
  for (const { view } of kept) {
    views.push(view ?? fitBackboneView(input.layers!, await context.embeddings(marks), SOURCE_VIEWS[input.source]));
  }
  const between = joined(
    views.map((view) => view.between),
    viewWeights(views),
  );
  const gamma = gammaOf(width, between);
  const distances = landmarks === images ? between : await distancesTo(views, input, marks, between, context, step);
  for (const view of views) view.dispose();
  await step('solve', 0, SOLVING);
  const groups = groupLists(input.groups);
  const weights = trainingWeights(images, groups);
  const ridge =
    landmarks === images
      ? new KernelRidge(
          between.map((distance) => Math.exp(-gamma * distance)),
          weights,
          groups,
        )
      : new BasisRidge(distances, between, gamma, weights, groups);
  await step('solve', 1, SOLVING);
  const dimensions = Math.min(EMBEDDING_MOST, landmarks);
  const embedding = ridge.principalComponents(dimensions, input.seed);
  let solved = 2;
  const solve: Solver = async (by, targets, start) => {
    const { scores, best } = await averageFromBest(
      start,
      (penalty) => by.leaveOneOut(targets, classes, penalty),
      () => step('solve', Math.min(SOLVING, ++solved), SOLVING),
    );
    const probabilities = softmaxRows(scores, classes, fitSharpness(scores, labels, classes));
    const { truth, sharpness } = fitLatent(scores, { probabilities, labels, classes });
    return { probabilities, truth, best, sharpness };
  };
  const first = await solve(ridge, oneHot(labels, classes), USUAL_PENALTY);
  const rounds = [first, ...(await secondRound(ridge, first, input, solve))];
  if (ridge instanceof KernelRidge) ridge.dispose();
  return {
    // The first round alone: the second has learned from its own suspicions, so that it does not measure the probe.
    probabilities: first.probabilities,
    truth: rounds.map((round) => round.truth).reduce(combinePredictions),
    embedding,
    dimensions,
    ...(input.layers !== null && { usesEmbedding: views.some((view) => view.kind === 'backbone') }),
    choices: [
      { name: 'views', value: views.map((view) => view.name).join(', ') },
      { name: SOURCE_VIEWS[input.source], value: networkUse(input.layers, views) },
      { name: 'landmarks', value: String(landmarks) },
      { name: 'rounds', value: String(rounds.length) },
      { name: 'penalty', value: PENALTIES[first.best]!.toPrecision(2) },
      { name: 'sharpness', value: first.sharpness.toPrecision(2) },
    ],
  };
}

/**
 * Predicts again with less weight on wrong labels, so that the neighbours of wrong labels are predicted better.
 * In small sets each image is weighted by the probability that its label is right; this helps most if the noise depends
 * on the class. In larger sets the target of a suspect is divided between the given and the suggested class, but only
 * if single images have little effect on their own scores: otherwise the suspicions would confirm themselves.
 * The second predictions are more confident, but not equally more accurate, so they are averaged with the first. If the
 * first round has not learned, there is no second.
 */
async function secondRound(
  ridge: Regression,
  { probabilities, truth, best }: Round,
  { labels, classes }: TaskInput<'instant-probe'>,
  solve: Solver,
): Promise<Round[]> {
  const small = labels.length <= SECOND_ROUND_MOST && ridge instanceof KernelRidge;
  if (!small && ridge.meanLeverage(PENALTIES[best]!) > LEVERAGE_MOST) return [];
  const { skill, wrong, suggested } = judgeLabels({ probabilities, truth, labels, classes });
  if (skill.verdict !== 'learned') return [];
  const targets = oneHot(labels, classes);
  if (small) {
    const doubting = ridge.reweighted(ridge.weights.map((weight, i) => weight * (1 - wrong[i]!)));
    const round = await solve(doubting, targets, best);
    doubting.dispose();
    return [round];
  }
  labels.forEach((given, i) => {
    targets[i * classes + given]! -= wrong[i]!;
    targets[i * classes + suggested[i]!]! += wrong[i]!;
  });
  return [await solve(ridge, targets, best)];
}

/** Whether the pretrained network was used, in words. */
function networkUse(layers: TaskInput<'instant-probe'>['layers'], views: readonly FeatureView[]): string {
  if (layers === null) return 'not installed';
  return views.some((view) => view.kind === 'backbone') ? 'used' : 'does not help here';
}

/** All images have weight 1, but of a large group of duplicates only the first members are used. */
function trainingWeights(images: number, groups: readonly Int32Array[]): Float64Array {
  const weights = new Float64Array(images).fill(1);
  for (const group of groups) for (const i of group.subarray(GROUP_MOST)) weights[i] = 0;
  return weights;
}
