import type { Augmentation, Normalization, Recipe } from '../../../core/collapse/interventions/index';
import { shuffled, type Random } from '../../../core/statistics/random';
import { augmented } from './augment';
import { tf, type Tensor1D, type Tensor2D, type Tensor4D } from '../runtime/tensors';

/** The images of one lab at low resolution, with their split into training and validation. */
export interface LabData {
  readonly classes: number;
  /** Side of the square images, pixels. */
  readonly side: number;
  /** 1 (grey) or 3. */
  readonly channels: number;
  /** Images × side × side × channels, 0–255. */
  readonly pixels: Uint8Array;
  readonly labels: ArrayLike<number>;
  /** Indices of images. Validation images are neither flagged nor leaked. */
  readonly training: readonly number[];
  readonly validation: readonly number[];
  /** Validation images that have a duplicate in the training part. */
  readonly leaked: readonly number[];
  /** By id of the data intervention: the training images that it leaves out. */
  readonly faulty: Readonly<Record<string, ReadonlySet<number>>>;
}

interface Moments {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const IMAGENET: Moments = {
  mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
  std: [0.229 * 255, 0.224 * 255, 0.225 * 255],
};

export const imageSize = ({ side, channels }: Pick<LabData, 'side' | 'channels'>): number => side * side * channels;

function trainingMoments(data: LabData, images: readonly number[]): Moments {
  const size = imageSize(data);
  const sums = new Float64Array(data.channels);
  const squares = new Float64Array(data.channels);
  for (const image of images) {
    for (let i = 0; i < size; i++) {
      const value = data.pixels[image * size + i]!;
      sums[i % data.channels]! += value;
      squares[i % data.channels]! += value * value;
    }
  }
  const count = Math.max(1, images.length * data.side * data.side);
  const mean = [...sums].map((sum) => sum / count);
  // The deviation is at least 1: dividing a nearly constant channel by its own deviation would only amplify noise.
  return { mean, std: mean.map((m, c) => Math.max(1, Math.sqrt(Math.max(0, squares[c]! / count - m * m)))) };
}

/** Shift and scale per channel that a normalization applies to 0–255 values. */
export function affineOf(data: LabData, normalization: Normalization, images: readonly number[]): Moments {
  const all = (value: number): number[] => Array<number>(data.channels).fill(value);
  switch (normalization) {
    case 'standard':
      return trainingMoments(data, images);
    case 'imagenet':
      return data.channels === 3 ? IMAGENET : { mean: [0.449 * 255], std: [0.226 * 255] };
    case 'unit':
      return { mean: all(0), std: all(255) };
    case 'symmetric':
      return { mean: all(127.5), std: all(127.5) };
    case 'raw':
      return { mean: all(0), std: all(1) };
  }
}

/** Normalized images as one tensor: images × side × side × channels. */
export function imageTensor(data: LabData, images: readonly number[], { mean, std }: Moments): Tensor4D {
  const size = imageSize(data);
  const values = new Float32Array(images.length * size);
  images.forEach((image, row) => {
    for (let i = 0; i < size; i++)
      values[row * size + i] = (data.pixels[image * size + i]! - mean[i % data.channels]!) / std[i % data.channels]!;
  });
  return tf.tensor4d(values, [images.length, data.side, data.side, data.channels]);
}

export interface Batch {
  readonly images: Tensor4D;
  readonly labels: Tensor2D;
  readonly weights: Tensor1D;
}

export interface Feed {
  /** Training images, sorted by class and then by index. */
  readonly trainedOn: readonly number[];
  /** The next batch; the caller disposes of it. */
  readonly next: () => Batch;
  /** The normalization of training images. */
  readonly moments: Moments;
  readonly dispose: () => void;
}

const augments = (augmentation: Augmentation): boolean =>
  Object.values(augmentation).some((value) => value !== false && value !== 0);

/** n / (K · n_c), 0 for classes without an image. */
function classWeights(labels: readonly number[], classes: number): number[] {
  const counts = Array<number>(classes).fill(0);
  for (const label of labels) counts[label]! += 1;
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 0 : labels.length / (present * count)));
}

/** Returns a function that gives the positions of the next batch in the training images. */
function batchOrder(recipe: Recipe, labels: readonly number[], classes: number, random: Random): () => number[] {
  const positions = labels.map((_, i) => i);
  const size = Math.min(recipe.batchSize, labels.length);
  if (recipe.imbalance === 'balanced-sampler') {
    const byClass = Array.from({ length: classes }, (_, k) => positions.filter((i) => labels[i] === k)).filter(
      (list) => list.length > 0,
    );
    return () =>
      Array.from({ length: size }, () => {
        const list = byClass[Math.floor(random() * byClass.length)]!;
        return list[Math.floor(random() * list.length)]!;
      });
  }
  let order: number[] = [];
  return () => {
    if (order.length === 0) order = recipe.shuffle ? shuffled(positions, random) : [...positions];
    return order.splice(0, size);
  };
}

/**
 * Makes the batches that a recipe describes. Without shuffling, images come sorted by class, as they are read from
 * folders.
 * @param labelOf the label to train an image with; controls pass other labels
 */
export function makeFeed(
  data: LabData,
  images: readonly number[],
  labelOf: (image: number) => number,
  recipe: Recipe,
  random: Random,
): Feed {
  const trainedOn = images.toSorted((a, b) => labelOf(a) - labelOf(b) || a - b);
  const labels = trainedOn.map(labelOf);
  const moments = affineOf(data, recipe.normalization, trainedOn);
  const next = batchOrder(recipe, labels, data.classes, random);
  const weightOf =
    recipe.imbalance === 'class-weights' ? classWeights(labels, data.classes) : Array<number>(data.classes).fill(1);
  const moved = augments(recipe.augmentation);
  const all = moved ? null : imageTensor(data, trainedOn, moments);
  const picked = (rows: readonly number[]): Tensor4D => {
    if (all) return tf.tidy(() => tf.gather(all, tf.tensor1d([...rows], 'int32')));
    const changed = augmented(
      data,
      rows.map((row) => trainedOn[row]!),
      recipe.augmentation,
      random,
    );
    return imageTensor(
      { ...data, pixels: changed },
      rows.map((_, i) => i),
      moments,
    );
  };
  return {
    trainedOn,
    moments,
    next: () => {
      const rows = next();
      const own = rows.map((row) => labels[row]!);
      const oneHot = new Float32Array(rows.length * data.classes);
      own.forEach((label, i) => (oneHot[i * data.classes + label] = 1));
      return {
        images: picked(rows),
        labels: tf.tensor2d(oneHot, [rows.length, data.classes]),
        weights: tf.tensor1d(own.map((label) => weightOf[label]!)),
      };
    },
    dispose: () => tf.dispose(all ?? []),
  };
}
