/**
 * The CNN probe: for each fold, a small net is trained on the other images, so that every image is predicted by a net
 * that has seen neither it nor a duplicate of it.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { longerSides } from '../../../core/images/sides';
import { trainingSplit } from '../../../core/labels/folds';
import { trainedTruth } from '../../../core/labels/latent';
import { classKept } from '../../../core/labels/mirrors';
import { fitSharpness, softmaxRows } from '../../../core/labels/temperature';
import { TrainingProgress } from '../../../core/labels/training-progress';
import { seededRandom, textSeed } from '../../../core/statistics/random';
import { type CnnData, loadPictures, PLAIN, type ImageTransform } from './data';
import { placed } from './embedding';
import type { FoldResult, Mirrors } from '../protocol/cnn';
import { cnnShape, type CnnShape } from './net';
import { type Course, evaluate, natural, trainNet, worthOf } from './training';
import type { TaskContext, TaskInput, TaskResult } from '../protocol/tasks';

type Input = TaskInput<'cnn-probe'>;
type Context = TaskContext<'cnn-probe'>;

/** Number of images shown to each fold's net over all epochs, from which the number of epochs follows. */
const SHOWN = 70_000;
const EPOCHS_MOST = 40;
const EPOCHS_LEAST = 4;
/** The trial of mirror images: its fold number, and its epochs as a share of those of a fold. */
const TRIAL = -1;
const TRIAL_SHARE = 1 / 3;
const ANCHORS = 1000;
const NO_MIRRORS: Mirrors = { acrossWidth: false, acrossHeight: false };

interface Probe {
  readonly input: Input;
  readonly context: Context;
  readonly data: CnnData;
  readonly shape: CnnShape;
  readonly epochs: number;
  readonly progress: TrainingProgress;
}

async function pause({ signal }: Context): Promise<void> {
  await nextTurn();
  signal.throwIfAborted();
}

/** The trial uses the training images of the first fold. */
function courseOf({ input, data, shape, epochs }: Probe, fold: number, mirrors: Mirrors): Course {
  const { labels, groups, folds, seed } = input;
  const split = trainingSplit(
    folds,
    Math.max(0, fold),
    labels,
    groups,
    seededRandom(textSeed(`${seed}/${Math.max(0, fold)}/validation`)),
  );
  return {
    data,
    shape,
    labels,
    ...split,
    mirrors,
    fold,
    seed,
    epochs: fold === TRIAL ? Math.ceil(epochs * TRIAL_SHARE) : epochs,
  };
}

async function trained(probe: Probe, course: Course): Promise<Awaited<ReturnType<typeof trainNet>>> {
  const { context, progress, input } = probe;
  const { fold } = course;
  const images = course.training.length;
  const from = input.done.current?.fold === fold ? input.done.current.state : null;
  let epochs = from?.epoch ?? 0;
  const net = await trainNet(course, from, {
    batch: async (seen) => {
      progress.reach(fold, epochs * images + seen);
      context.progress({ stage: 'train', done: progress.done, total: progress.total });
      await pause(context);
    },
    epoch: (state, point) => {
      epochs = state.epoch;
      context.checkpoint({ type: 'epoch', fold, state, point: fold === TRIAL ? null : point });
    },
    again: () => (epochs = 0),
  });
  progress.reach(fold, net.epochs * images);
  progress.end(fold);
  return net;
}

/** Finds the mirrorings that keep the class, with a net trained without mirroring. */
async function tryMirrors(probe: Probe): Promise<Mirrors> {
  const course = courseOf(probe, TRIAL, NO_MIRRORS);
  const { net } = await trained(probe, course);
  const given = course.validation.map((i) => course.labels[i]!);
  const scores = async (transform: ImageTransform): Promise<Float32Array> =>
    (await evaluate(course, net, course.validation, [transform], () => pause(probe.context))).logits;
  const plain = await scores(PLAIN);
  const kept = async (transform: ImageTransform): Promise<boolean> =>
    classKept(plain, await scores(transform), given, course.shape.classes);
  const mirrors = {
    acrossWidth: await kept({ ...PLAIN, acrossWidth: true }),
    acrossHeight: await kept({ ...PLAIN, acrossHeight: true }),
  };
  probe.context.checkpoint({ type: 'mirrors', mirrors });
  return mirrors;
}

/** The transforms whose predictions are averaged for an image: unchanged and mirrored. */
function transformsOf({ acrossWidth, acrossHeight }: Mirrors): ImageTransform[] {
  const across = acrossWidth ? [PLAIN, { ...PLAIN, acrossWidth: true }] : [PLAIN];
  return acrossHeight ? across.flatMap((one) => [one, { ...one, acrossHeight: true }]) : across;
}

function anchorsOf(images: number): Int32Array {
  const count = Math.min(images, ANCHORS);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * images) / count));
}

async function predictFold(
  probe: Probe,
  fold: number,
  mirrors: Mirrors,
  frame: Float32Array | null,
): Promise<FoldResult> {
  const { input, shape, context } = probe;
  const course = courseOf(probe, fold, mirrors);
  const own = Int32Array.from(input.folds.keys()).filter((i) => input.folds[i] === fold);
  const { net, epochs } = await trained(probe, course);
  const worth = worthOf(course);
  const transforms = transformsOf(mirrors);
  const look = (images: Int32Array, from: readonly ImageTransform[]) =>
    evaluate(course, net, images, from, () => pause(context));
  const { logits, pooled } = await look(own, transforms);
  const anchors = (await look(anchorsOf(input.labels.length), [PLAIN])).pooled;
  const { embedding, dimensions, frame: first } = placed(pooled, anchors, shape.widths.at(-1)!, frame);
  return { fold, scores: natural(logits, worth), embedding, dimensions, frame: frame ? null : first, epochs };
}

/** The rows of all folds in the order of the images. */
function gathered(folds: Int32Array, rows: (fold: number) => Float32Array, width: number): Float32Array {
  const out = new Float32Array(folds.length * width);
  const next = new Map<number, number>();
  folds.forEach((fold, i) => {
    const at = next.get(fold) ?? 0;
    next.set(fold, at + 1);
    out.set(rows(fold).subarray(at * width, (at + 1) * width), i * width);
  });
  return out;
}

/** Predicts every image with nets that saw neither it nor its duplicates. Continues from `done`. */
export async function cnnProbe(input: Input, context: Context): Promise<TaskResult<'cnn-probe'>> {
  const { labels, classes, folds, done } = input;
  const images = labels.length;
  const count = folds.reduce((most, fold) => Math.max(most, fold + 1), 0);
  if (count < 2)
    return {
      probabilities: new Float32Array(images * classes).fill(1 / classes),
      truth: new Float32Array(images * classes).fill(1 / classes),
      embedding: new Float32Array(images),
      dimensions: 1,
      choices: [{ name: 'folds', value: '0' }],
    };
  const sides = longerSides(input.widths, input.heights);
  const data = await loadPictures(sides, context.rasters, async (read) => {
    context.progress({ stage: 'read-images', done: read, total: images });
    await pause(context);
  });
  const perFold = Math.max(1, Math.round((images * (count - 1)) / count));
  const epochs = input.epochs ?? Math.min(EPOCHS_MOST, Math.max(EPOCHS_LEAST, Math.round(SHOWN / perFold)));
  const outline = { input, context, data, shape: cnnShape(data.side, data.channels, classes), epochs };
  const planned = [TRIAL, ...Array(count).keys()].map((fold) => {
    const course = courseOf({ ...outline, progress: new TrainingProgress([]) }, fold, NO_MIRRORS);
    return [fold, course.epochs * course.training.length] as const;
  });
  const probe: Probe = { ...outline, progress: new TrainingProgress(planned) };
  for (const fold of [...(done.mirrors ? [TRIAL] : []), ...done.folds.map((result) => result.fold)]) {
    probe.progress.reach(fold, planned[fold + 1]![1]);
    probe.progress.end(fold);
  }
  const mirrors = done.mirrors ?? (await tryMirrors(probe));
  const results = new Map(done.folds.map((result) => [result.fold, result]));
  for (let fold = 0; fold < count; fold++) {
    if (results.has(fold)) continue;
    const result = await predictFold(probe, fold, mirrors, results.get(0)?.frame ?? null);
    results.set(fold, result);
    context.checkpoint({ type: 'fold', result });
  }
  context.progress({ stage: 'judge-labels', done: 0, total: null });
  const { dimensions } = results.get(0)!;
  // One temperature for all out-of-sample predictions: the validation part of a fold can be a dozen images, all
  // correct, which would give extreme confidence.
  const scores = gathered(folds, (fold) => results.get(fold)!.scores, classes);
  const given = softmaxRows(scores, classes, fitSharpness(scores, labels, classes));
  return {
    probabilities: given,
    truth: trainedTruth({ probabilities: given, labels, classes }),
    embedding: gathered(folds, (fold) => results.get(fold)!.embedding, dimensions),
    dimensions,
    choices: [
      { name: 'folds', value: String(count) },
      { name: 'pictures', value: `${data.side}×${data.side}${data.channels === 1 ? ', grey' : ''}` },
      { name: 'epochs', value: [...results.values()].map((result) => result.epochs).join(', ') },
      {
        name: 'mirrored',
        value: mirrors.acrossWidth
          ? mirrors.acrossHeight
            ? 'both ways'
            : 'left to right'
          : mirrors.acrossHeight
            ? 'top to bottom'
            : 'no',
      },
    ],
  };
}
