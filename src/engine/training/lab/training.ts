/** Trains one configuration and records traces during the training. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Trace } from '../../../contract/model/lab';
import type { Configuration } from '../../../core/collapse/interventions/index';
import { argmax } from '../../../core/statistics/argmax';
import { seededRandom, shuffled } from '../../../core/statistics/random';
import { imageTensor, makeFeed, seenBy, tuningOf, type Feed, type LabData } from './data';
import type { BatchMoments } from './layers';
import { lossOf } from './loss';
import { buildNet, disposeNet, forward, moveMoments, type ForwardOptions, type Net } from './net';
import { FlatOptimizer, rateShare, type Update } from './optimizer';
import { lookAt } from './trace';
import { tf, type Tensor4D } from '../runtime/tensors';

const EVALUATED_AT_ONCE = 256;
/** Number of traces, and of validation images that are predicted for each. */
const LOOKS = { count: 10, images: 200 };
/** The same where a part of the base is trained: to predict takes long too. */
const TUNED_LOOKS = { count: 5, images: 100 };

export interface Training {
  readonly configuration: Configuration;
  readonly seed: number;
  /** Images to train on. Images that the configuration leaves out are already removed. */
  readonly images: readonly number[];
  /** Labels to train with, if they are not the images' own. */
  readonly labelOf?: (image: number) => number;
  readonly signal: AbortSignal;
  readonly onTrace?: (trace: Trace) => void;
}

export interface Trained {
  readonly traces: readonly Trace[];
  readonly divergedAt: number | null;
  /** Predictions for images in the given order, with the recipe's settings for prediction. */
  readonly predict: (images: readonly number[]) => Int32Array;
  /** Predictions with the moments of each shuffled batch instead of the moving ones; null without batch norm. */
  readonly predictByBatch: ((images: readonly number[]) => Int32Array) | null;
  readonly dispose: () => void;
}

function classesOf(net: Net, images: Tensor4D, options: ForwardOptions): number[] {
  return tf.tidy(() => {
    const outputs = forward(net, images, options);
    const values = outputs.dataSync();
    const classes = outputs.shape[1];
    // One output says whether the image is of the second class; if the loss compares classes, it says nothing.
    if (classes === 1)
      return Array.from(values, (value) => Number(net.recipe.output.loss.startsWith('binary') && value > 0));
    return Array.from({ length: outputs.shape[0] }, (_, i) => argmax(values, i * classes, classes));
  });
}

function predicted(
  net: Net,
  data: LabData,
  images: readonly number[],
  feed: Feed,
  atOnce: number,
  options: ForwardOptions,
): Int32Array {
  const { recipe } = net;
  const seen = seenBy(data, recipe, 'prediction', feed.trainedOn);
  const out: number[] = [];
  for (let at = 0; at < images.length; at += atOnce) {
    const tensor = imageTensor(data, images.slice(at, at + atOnce), seen);
    out.push(...classesOf(net, tensor, options));
    tensor.dispose();
  }
  return Int32Array.from(out);
}

/** In training mode a folder is predicted class by class, so each batch has the moments of a single class. */
function predictSorted(net: Net, data: LabData, images: readonly number[], feed: Feed, seed: number): Int32Array {
  const order = images
    .map((_, i) => i)
    .toSorted((a, b) => data.labels[images[a]!]! - data.labels[images[b]!]! || a - b);
  const answers = predicted(
    net,
    data,
    order.map((i) => images[i]!),
    feed,
    net.recipe.batchSize,
    { moments: 'batch', dropout: seededRandom(seed) },
  );
  const out = new Int32Array(images.length);
  order.forEach((i, position) => (out[i] = answers[position]!));
  return out;
}

function predictShuffled(net: Net, data: LabData, images: readonly number[], feed: Feed): Int32Array {
  const order = shuffled(
    images.map((_, i) => i),
    seededRandom(1),
  );
  const answers = predicted(
    net,
    data,
    order.map((i) => images[i]!),
    feed,
    Math.max(32, net.recipe.batchSize),
    { moments: 'batch', dropout: null },
  );
  const out = new Int32Array(images.length);
  order.forEach((i, position) => (out[i] = answers[position]!));
  return out;
}

interface Stepped {
  readonly loss: number;
  readonly update: Update | null;
}

function makeStep(
  net: Net,
  feed: Feed,
  { recipe, steps }: Configuration,
  seed: number,
): { step: (at: number, measure: boolean) => Stepped; dispose: () => void } {
  const optimizer = new FlatOptimizer(recipe, net.variables);
  const random = seededRandom(seed + 17);
  const step = (at: number, measure: boolean): Stepped => {
    const seen: BatchMoments[] = [];
    const batch = feed.next();
    const { value, grads } = tf.variableGrads(
      () =>
        lossOf(
          recipe,
          forward(net, batch.images, {
            moments: 'batch',
            dropout: random,
            seeMoments: (moments) => seen.push(moments),
          }),
          batch.labels,
          batch.weights,
          random,
        ).asScalar(),
      [...net.variables],
    );
    const gradients = net.variables.map((variable) => grads[variable.name]!);
    const update = optimizer.apply(gradients, recipe.learningRate * rateShare(recipe.schedule, at, steps), measure);
    moveMoments(net, seen);
    const loss = value.dataSync()[0]!;
    tf.dispose([value, grads, batch.images, batch.labels, batch.weights]);
    return { loss, update };
  };
  return { step, dispose: () => optimizer.dispose() };
}

/**
 * Trains the net of a configuration. The same seed gives the same net on the same machine.
 * @throws the reason of the abort signal
 */
export async function train(
  data: LabData,
  { configuration, seed, images, labelOf, signal, onTrace }: Training,
): Promise<Trained> {
  const { recipe, steps } = configuration;
  const weights = tuningOf(data, recipe)?.weights ?? null;
  const net = buildNet(recipe, data.side, data.channels, data.classes, seededRandom(seed), weights);
  const feed = makeFeed(data, images, labelOf ?? ((image) => data.labels[image]!), recipe, seededRandom(seed + 1));
  const stepper = makeStep(net, feed, configuration, seed);
  const dispose = (): void => {
    disposeNet(net);
    feed.dispose();
  };
  const use = (of: readonly number[]): Int32Array =>
    recipe.prediction.mode === 'train'
      ? predictSorted(net, data, of, feed, seed)
      : predicted(net, data, of, feed, EVALUATED_AT_ONCE, { moments: 'moving', dropout: null });
  const traces: Trace[] = [];
  const looks = weights === null ? LOOKS : TUNED_LOOKS;
  const shown = shuffled(data.validation, seededRandom(5)).slice(0, looks.images);
  const every = Math.max(1, Math.round(steps / looks.count));
  let divergedAt: number | null = null;
  let sum = 0;
  let counted = 0;
  try {
    for (let at = 0; at < steps; at++) {
      const last = at === steps - 1;
      const look = at === 0 || (at + 1) % every === 0 || last;
      const { loss, update } = stepper.step(at, look);
      sum += loss;
      counted++;
      if (!Number.isFinite(loss)) divergedAt ??= at + 1;
      if (look) {
        const trace = lookAt({
          net,
          feed,
          data,
          shown,
          answers: use(shown),
          step: at + 1,
          loss: sum / counted,
          update,
        });
        traces.push(trace);
        onTrace?.(trace);
        sum = 0;
        counted = 0;
      }
      // Weights that are not finite stay so: further training is pointless.
      if (divergedAt !== null && at + 1 >= divergedAt + 3) break;
      await nextTurn();
      signal.throwIfAborted();
    }
  } catch (error) {
    dispose();
    throw error;
  } finally {
    stepper.dispose();
  }
  return {
    traces,
    divergedAt,
    predict: use,
    predictByBatch: recipe.batchNorm && net.layers.length > 1 ? (of) => predictShuffled(net, data, of, feed) : null,
    dispose,
  };
}
