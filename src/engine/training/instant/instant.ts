/**
 * The instant probe: a fixed convolutional feature map and kernel ridge regression in closed form, so that every image
 * is predicted exactly as without it.
 */
import type { Stage } from '../../../contract/model/job';
import { tmpdir } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { combinePredictions } from '../../../core/labels/combination';
import { groupLists } from '../../../core/labels/copies';
import { seededRandom } from '../../../core/statistics/random';
import type { TaskContext, TaskInput, TaskResult } from '../protocol/tasks';
import { BasisRidge } from './basis-ridge';
import { KernelRidge } from './kernel-ridge';
import { nystromOf } from './nystrom';
import { averagedPenalties, averagedScores, bestPenalty, PENALTIES, USUAL_PENALTY } from './penalties';
import { EXACT_MOST, landmarkIndices, sampledLandmarks, showsPhotographs } from './landmarks';
import { fitPlan, type FittedPlan, type PlanChoices, planChoices, type Stepper, writeKernel } from './plan';
import { type LeaveOneOut, trainingWeights } from './ridge';
import { doubtsOf, LEVERAGE_MOST, oneHot, type Round, roundChoices, roundOf, targetsOf } from './rounds';
import { emptyRows } from './rows';

/**
 * Up to this size a single wrong label matters so much that a second round with down-weighted suspects pays off, and
 * its own eigendecomposition is fast.
 */
const SECOND_ROUND_MOST = 2000;
/** Progress steps of solving: the kernel, its components, and the penalties that are tried in up to two rounds. */
const SOLVING = 2 + 2 * PENALTIES.length;
const EMBEDDING_MOST = 64;

type Context = TaskContext<'instant-probe'>;
type Input = TaskInput<'instant-probe'>;
type Regression = KernelRidge | BasisRidge;

interface SolvedRound extends Round {
  /** Index of the best penalty. */
  readonly best: number;
}

type Solver = (by: Regression, targets: Float32Array, start: number) => Promise<SolvedRound>;

/** Finds the best penalty, and averages the scores of those near it. */
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
    if (solutions.size > averagedPenalties(0).length + 1) solutions.delete(solutions.keys().next().value!);
    await solved();
    return solution;
  };
  const best = await bestPenalty(start, async (index) => (await at(index)).error);
  const chosen: Float32Array[] = [];
  for (const index of averagedPenalties(best)) chosen.push((await at(index)).scores);
  return { scores: averagedScores(chosen), best };
}

/** Ridge regression of the given labels: exact if every image is a landmark. */
async function regressionOf(
  plan: FittedPlan,
  input: Input,
  context: Context,
  step: Stepper,
): Promise<{ ridge: Regression; dispose: () => void }> {
  const images = input.labels.length;
  const groups = groupLists(input.groups);
  const weights = trainingWeights(images, groups);
  const { between, gamma, marks, views } = plan;
  const disposeViews = (): void => {
    for (const view of views) view.dispose();
  };
  if (marks.length === images) {
    disposeViews();
    await step('solve', 0, SOLVING);
    const ridge = new KernelRidge(
      between.map((distance) => Math.exp(-gamma * distance)),
      weights,
      groups,
    );
    return {
      ridge,
      dispose: () => {
        ridge.dispose();
      },
    };
  }
  const nystrom = nystromOf(between, gamma);
  const store = emptyRows(images, marks.length, input.scratch ?? tmpdir());
  try {
    await writeKernel(plan, nystrom, input, 0, context, store, step);
    disposeViews();
    await step('solve', 0, SOLVING);
    return { ridge: new BasisRidge(store, nystrom, weights, groups), dispose: store.dispose };
  } catch (error) {
    store.dispose();
    throw error;
  }
}

/** Number of landmarks; that of the images if the kernel is exact. */
async function landmarkCount(input: Input, { rasters }: Context): Promise<number> {
  const images = input.labels.length;
  return images <= EXACT_MOST ? images : sampledLandmarks(images, await showsPhotographs(input, rasters));
}

/** Predicts the class of every image from the others, without its own label and without its duplicates. */
export async function instantProbe(
  input: TaskInput<'instant-probe'>,
  context: Context,
): Promise<TaskResult<'instant-probe'>> {
  const { labels } = input;
  const step: Stepper = async (stage: Stage, done, total) => {
    context.progress({ stage, done, total });
    await nextTurn();
    context.signal.throwIfAborted();
  };
  const landmarks = await landmarkCount(input, context);
  const marks = landmarkIndices(labels.length, landmarks);
  const plan = await fitPlan(input, marks, seededRandom(input.seed), context, step);
  const { ridge, dispose } = await regressionOf(plan, input, context, step);
  try {
    return await predicted(ridge, planChoices(plan, input), landmarks, input, step);
  } finally {
    dispose();
  }
}

/** Predicts in one or two rounds. */
async function predicted(
  ridge: Regression,
  { choices, ...uses }: PlanChoices,
  landmarks: number,
  input: Input,
  step: Stepper,
): Promise<TaskResult<'instant-probe'>> {
  const { labels, classes } = input;
  await step('solve', 1, SOLVING);
  const dimensions = Math.min(EMBEDDING_MOST, landmarks);
  const embedding = ridge.principalComponents(dimensions, input.seed);
  let solved = 2;
  const solve: Solver = async (by, targets, start) => {
    const { scores, best } = await averageFromBest(
      start,
      (penalty) => by.leaveOneOut(targets, penalty),
      () => step('solve', Math.min(SOLVING, ++solved), SOLVING),
    );
    return { ...roundOf(scores, { labels, classes }), best };
  };
  const first = await solve(ridge, oneHot(labels, classes), USUAL_PENALTY);
  const rounds = [first, ...(await secondRound(ridge, first, input, solve))];
  return {
    // The first round alone: the second has learned from its own suspicions, so that it does not measure the probe.
    probabilities: first.probabilities,
    truth: rounds.map((round) => round.truth).reduce(combinePredictions),
    embedding,
    dimensions,
    ...uses,
    choices: [
      ...choices,
      ...roundChoices({ landmarks, rounds: rounds.length, penalty: first.best, sharpness: first.sharpness }),
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
async function secondRound(ridge: Regression, first: SolvedRound, input: Input, solve: Solver): Promise<Round[]> {
  const { labels, classes } = input;
  const small = labels.length <= SECOND_ROUND_MOST && ridge instanceof KernelRidge;
  if (!small && ridge.meanLeverage(PENALTIES[first.best]!) > LEVERAGE_MOST) return [];
  const doubts = doubtsOf(first, { labels, classes });
  if (doubts === null) return [];
  if (!small) return [await solve(ridge, targetsOf({ labels, classes }, doubts), first.best)];
  const doubting = ridge.reweighted(ridge.weights.map((weight, i) => weight * (1 - doubts.wrong[i]!)));
  const round = await solve(doubting, oneHot(labels, classes), first.best);
  doubting.dispose();
  return [round];
}
