/**
 * Trains one net of the CNN probe: Adam with warm-up and cosine schedule; the net with the lowest validation loss is
 * kept. Training can stop after each epoch and continue from there.
 */
import { argmax } from '../../../core/statistics/argmax';
import { PlumblineError } from '../../../contract/errors';
import type { CurvePoint } from '../../../contract/model/labels';
import { countLabels } from '../../../core/labels/predictions';
import { crossEntropy } from '../../../core/labels/temperature';
import { type Random, seededRandom, shuffled, textSeed } from '../../../core/statistics/random';
import { type AdamState, adamStep } from '../instant/adam';
import { batchTensor, type CnnData, PLAIN, randomTransform, type ImageTransform } from './data';
import type { Mirrors, CnnWeights, TrainingState } from '../protocol/cnn';
import { type CnnShape, initialWeights, outputs, slope } from './net';
import { type Tensor1D, type Tensor2D, tf } from '../runtime/tensors';

const PEAK_RATE = 2e-3;
/** Epochs of warm-up, but at most a fifth of all. */
const WARM_UP = 1;
const LAST_RATE = 0.02;
const KEPT_MOMENTS = 0.9;
const DROPPED = 0.2;
/** Training ends after this share of all epochs without a lower validation loss. */
const PATIENCE = 0.34;
const PATIENCE_LEAST = 3;
/** Largest weight of a rare class: more would give too much weight to a few labels that may be wrong. */
const WORTH_MOST = 4;
/** Factor for the learning rate after the loss was not finite. */
const CAUTION = 0.1;
const EVALUATED = 250;

export interface Course {
  readonly data: CnnData;
  readonly shape: CnnShape;
  /** Labels of all images. */
  readonly labels: Int32Array;
  readonly training: Int32Array;
  readonly validation: Int32Array;
  readonly epochs: number;
  readonly mirrors: Mirrors;
  readonly fold: number;
  readonly seed: number;
}

export interface Hooks {
  /** After each batch, with the number of images seen in this epoch; throws to stop. */
  readonly batch: (images: number) => Promise<void>;
  readonly epoch: (state: TrainingState, point: CurvePoint) => void;
  /** Training starts again from the beginning. */
  readonly again: () => void;
}

/** Batch size: small for small sets, so that they get enough updates. */
export function batchSize(images: number): number {
  return Math.min(64, Math.max(8, 2 ** Math.round(Math.log2(images / 24 + 1))));
}

/** Weight of each class in the loss: rises with the inverse square root of its size, 1 on average over images. */
function classWorth(labels: Int32Array, classes: number): Float32Array {
  const counts = countLabels(labels, classes);
  const mean = labels.length / Math.max(1, counts.filter((count) => count > 0).length);
  const raw = Array.from(counts, (count) => (count === 0 ? 1 : Math.min(WORTH_MOST, Math.sqrt(mean / count))));
  const average = labels.reduce((sum, label) => sum + raw[label]!, 0) / Math.max(1, labels.length);
  return Float32Array.from(raw, (worth) => worth / average);
}

/** Learning rate at a step, as a share of its peak. */
function schedule(step: number, perEpoch: number, epochs: number): number {
  const warm = Math.max(1, Math.min(WARM_UP, epochs / 5) * perEpoch);
  if (step < warm) return (step + 1) / warm;
  const along = (step - warm) / Math.max(1, perEpoch * epochs - warm);
  return LAST_RATE + ((1 - LAST_RATE) * (1 + Math.cos(Math.PI * along))) / 2;
}

function startOf({ shape, seed, fold }: Course, caution: number): TrainingState {
  const weights = initialWeights(shape, seededRandom(textSeed(`${seed}/${fold}/weights`)));
  // Mean 0 and variance 1, in the order of the layers.
  const moving = Float32Array.from(
    shape.widths.flatMap((width) => [...new Array<number>(width).fill(0), ...new Array<number>(width).fill(1)]),
  );
  return {
    weights,
    moving,
    first: new Float32Array(weights.length),
    second: new Float32Array(weights.length),
    step: 0,
    epoch: 0,
    best: null,
    caution,
  };
}

/**
 * Logits of images, averaged over transforms, and the pooled channels. The class weights of the loss are still in the
 * logits; see `natural`.
 */
export async function evaluate(
  course: Pick<Course, 'data' | 'shape'>,
  net: CnnWeights,
  images: Int32Array,
  transforms: readonly ImageTransform[],
  pause: () => Promise<void>,
): Promise<{ logits: Float32Array; pooled: Float32Array }> {
  const { data, shape } = course;
  const depth = shape.widths.at(-1)!;
  const logits = new Float32Array(images.length * shape.classes);
  const pooled = new Float32Array(images.length * depth);
  const weights = tf.tensor1d(net.weights);
  const moving = tf.tensor1d(net.moving);
  try {
    for (let from = 0; from < images.length; from += EVALUATED) {
      const part = images.subarray(from, from + EVALUATED);
      for (const transform of transforms) {
        const pictures = batchTensor(data, part, () => transform);
        const out = outputs(shape, weights, moving, pictures);
        addTo(logits, out.logits, from * shape.classes, 1 / transforms.length);
        addTo(pooled, out.pooled, from * depth, 1 / transforms.length);
        tf.dispose([pictures, out.logits, out.pooled]);
        await pause();
      }
    }
  } finally {
    tf.dispose([weights, moving]);
  }
  return { logits, pooled };
}

function addTo(sum: Float32Array, tensor: Tensor2D, offset: number, share: number): void {
  tensor.dataSync<'float32'>().forEach((value, i) => (sum[offset + i]! += value * share));
}

/** Removes the effect of the class weights from logits: ln P(given) under the true class shares, up to a constant. */
export function natural(logits: Float32Array, worth: Float32Array): Float32Array {
  return logits.map((value, i) => value - Math.log(worth[i % worth.length]!));
}

export function worthOf({ labels, training, shape }: Pick<Course, 'labels' | 'training' | 'shape'>): Float32Array {
  return classWorth(
    training.map((i) => labels[i]!),
    shape.classes,
  );
}

interface Figures {
  readonly loss: number;
  readonly accuracy: number;
  readonly balancedAccuracy: number;
}

function figuresOf(scores: Float32Array, labels: Int32Array, classes: number): Figures {
  const counts = countLabels(labels, classes);
  const hits = new Int32Array(classes);
  labels.forEach((label, i) => {
    if (argmax(scores, i * classes, classes) === label) hits[label]! += 1;
  });
  const present = [...counts.keys()].filter((k) => counts[k]! > 0);
  return {
    loss: crossEntropy(scores, labels, classes, 1),
    accuracy: hits.reduce((sum, count) => sum + count, 0) / Math.max(1, labels.length),
    balancedAccuracy: present.reduce((sum, k) => sum + hits[k]! / counts[k]!, 0) / Math.max(1, present.length),
  };
}

class NotFinite extends Error {
  readonly epoch: number;
  constructor(epoch: number) {
    super(`The loss was not finite in epoch ${epoch}.`);
    this.epoch = epoch;
  }
}

/** The state during training. Both tensors are replaced in each step. */
interface Live {
  adam: AdamState;
  moving: Tensor1D;
}

async function runEpoch(
  course: Course,
  live: Live,
  epoch: number,
  caution: number,
  worth: Float32Array,
  hooks: Hooks,
): Promise<{ loss: number; accuracy: number }> {
  const { data, shape, labels, training, epochs, mirrors, seed, fold } = course;
  const random = seededRandom(textSeed(`${seed}/${fold}/${epoch}`));
  const order = Int32Array.from(shuffled([...training], random));
  const size = batchSize(training.length);
  const perEpoch = Math.ceil(order.length / size);
  let [loss, hits] = [0, 0];
  for (let from = 0; from < order.length; from += size) {
    const batch = order.subarray(from, from + size);
    const given = batch.map((i) => labels[i]!);
    const transforms = Array.from(batch, () => randomTransform(data.side, mirrors, random));
    const pictures = batchTensor(data, batch, (position) => transforms[position]!);
    const targets = tf.tidy(() => tf.oneHot(tf.tensor1d(given, 'int32'), shape.classes).toFloat() as Tensor2D);
    const dropout = dropoutMask(batch.length, shape.widths.at(-1)!, random);
    const counts = tf.tensor2d(
      Float32Array.from(given, (label) => worth[label]!),
      [batch.length, 1],
    );
    const made = slope(shape, live.adam.weights, pictures, targets, dropout, counts);
    const batchLoss = made.loss.dataSync<'float32'>()[0]!;
    const guesses = made.logits.dataSync<'float32'>();
    given.forEach((label, i) => (hits += argmax(guesses, i * shape.classes, shape.classes) === label ? 1 : 0));
    const finite = Number.isFinite(batchLoss);
    if (finite) {
      live.adam = adamStep(live.adam, made.gradient, PEAK_RATE * caution * schedule(live.adam.step, perEpoch, epochs));
      const { moving } = live;
      live.moving = tf.tidy(() => moving.mul<Tensor1D>(KEPT_MOMENTS).add<Tensor1D>(made.moments.mul(1 - KEPT_MOMENTS)));
      moving.dispose();
    }
    tf.dispose([pictures, targets, dropout, counts, made.loss, made.logits, made.gradient, made.moments]);
    if (!finite) throw new NotFinite(epoch + 1);
    loss += batchLoss * batch.length;
    await hooks.batch(Math.min(order.length, from + size));
  }
  return { loss: loss / order.length, accuracy: hits / order.length };
}

function dropoutMask(images: number, depth: number, random: Random): Tensor2D {
  return tf.tensor2d(
    Float32Array.from({ length: images * depth }, () => (random() < DROPPED ? 0 : 1 / (1 - DROPPED))),
    [images, depth],
  );
}

/** Whether training has ended: all epochs are done, or the validation loss has not improved for a long time. */
function isOver({ epoch, best }: TrainingState, epochs: number): boolean {
  return (
    epoch >= epochs || (best !== null && epoch - best.epoch >= Math.max(PATIENCE_LEAST, Math.ceil(epochs * PATIENCE)))
  );
}

async function train(course: Course, from: TrainingState, hooks: Hooks): Promise<TrainingState> {
  const { shape, labels, validation } = course;
  const worth = worthOf(course);
  const given = validation.map((i) => labels[i]!);
  const live: Live = {
    adam: {
      weights: tf.tensor1d(from.weights),
      first: tf.tensor1d(from.first),
      second: tf.tensor1d(from.second),
      step: from.step,
    },
    moving: tf.tensor1d(from.moving),
  };
  let state = from;
  try {
    while (!isOver(state, course.epochs)) {
      const { loss, accuracy } = await runEpoch(course, live, state.epoch, state.caution, worth, hooks);
      const { weights, first, second, step } = live.adam;
      const net = {
        weights: Float32Array.from(weights.dataSync<'float32'>()),
        moving: Float32Array.from(live.moving.dataSync<'float32'>()),
      };
      const { logits } = await evaluate(course, net, validation, [PLAIN], () => hooks.batch(course.training.length));
      const figures = figuresOf(natural(logits, worth), given, shape.classes);
      if (!Number.isFinite(figures.loss)) throw new NotFinite(state.epoch + 1);
      const epoch = state.epoch + 1;
      const best =
        state.best === null || figures.loss < state.best.loss ? { ...net, epoch, loss: figures.loss } : state.best;
      state = {
        ...net,
        epoch,
        first: Float32Array.from(first.dataSync<'float32'>()),
        second: Float32Array.from(second.dataSync<'float32'>()),
        step,
        best,
        caution: state.caution,
      };
      hooks.epoch(state, {
        fold: course.fold,
        epoch,
        loss,
        accuracy,
        validationLoss: figures.loss,
        validationAccuracy: figures.accuracy,
        validationBalancedAccuracy: figures.balancedAccuracy,
      });
    }
  } finally {
    tf.dispose([live.adam.weights, live.adam.first, live.adam.second, live.moving]);
  }
  return state;
}

/**
 * Trains a net or continues with one. If the loss is not finite, starts again once with a lower learning rate.
 * @throws PlumblineError internal if the loss is not finite at the lower rate either; any error that a hook throws
 */
export async function trainNet(
  course: Course,
  from: TrainingState | null,
  hooks: Hooks,
): Promise<{ net: CnnWeights; epochs: number }> {
  const finish = ({ best, weights, moving, epoch }: TrainingState) => ({
    net: best ?? { weights, moving },
    epochs: epoch,
  });
  try {
    return finish(await train(course, from ?? startOf(course, 1), hooks));
  } catch (error) {
    if (!(error instanceof NotFinite)) throw error;
    if (from?.caution === CAUTION) throw diverged(course.fold, error.epoch);
  }
  hooks.again();
  try {
    return finish(await train(course, startOf(course, CAUTION), hooks));
  } catch (error) {
    throw error instanceof NotFinite ? diverged(course.fold, error.epoch) : error;
  }
}

function diverged(fold: number, epoch: number): PlumblineError {
  return new PlumblineError(
    'internal',
    `Training failed in epoch ${epoch} of fold ${fold + 1}: the loss was not finite, even at a tenth of the learning rate. Check the brightest and darkest images, or use the instant probe.`,
    { details: { fold: fold + 1, epoch } },
  );
}
