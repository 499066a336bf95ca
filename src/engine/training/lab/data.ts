import type { Augmentation, Normalization, Recipe } from '../../../core/collapse/interventions/index';
import { inputForUse, inputName } from '../../../core/collapse/base-input';
import { shuffled, type Random } from '../../../core/statistics/random';
import { trainsBase } from '../../../core/collapse/tuning';
import { augmented } from './augment';
import type { TailWeights } from './tail';
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
  /**
   * What a pretrained base puts out for the images, by the name of the base's input: images × channels. Then the side is
   * 1, and there are no pixels.
   */
  readonly features?: ReadonlyMap<string, Float32Array>;
  /** Present if the last part of the base can be trained. */
  readonly tuning?: Tuning;
}

/** The last part of a pretrained base, and what it gets for the images. */
export interface Tuning {
  readonly weights: TailWeights;
  /** By the name of the base's input: images × side × side × channels. */
  readonly maps: ReadonlyMap<string, Float32Array>;
  readonly side: number;
  readonly channels: number;
}

interface Moments {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** How a net sees the images: their pixels, shifted and scaled per channel, or what a base puts out for them. */
export type Seen = Moments | { readonly features: Float32Array; readonly form: Pick<LabData, 'side' | 'channels'> };

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
function affineOf(data: LabData, normalization: Normalization, images: readonly number[]): Moments {
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
    case 'caffe':
      return { mean: IMAGENET.mean.slice(0, data.channels), std: all(1) };
    case 'twice':
      return { mean: all(0), std: all(255 * 255) };
  }
}

/** The last part of the base if the recipe trains it, or null. */
export const tuningOf = ({ tuning }: LabData, recipe: Recipe): Tuning | null =>
  tuning !== undefined && trainsBase(recipe) ? tuning : null;

/**
 * How a net sees images.
 * @param use in training or when the net is used
 * @param images the training images
 */
export function seenBy(data: LabData, recipe: Recipe, use: 'training' | 'prediction', images: readonly number[]): Seen {
  const input = use === 'training' ? recipe : inputForUse(recipe);
  if (data.features === undefined) return affineOf(data, input.normalization, images);
  const form = tuningOf(data, recipe) ?? data;
  const features = ('maps' in form ? form.maps : data.features).get(inputName(recipe.baseScale, input));
  if (features === undefined) throw new Error('The base was not run on this input.');
  return { features, form };
}

/** Images as a net sees them, as one tensor: images × side × side × channels. */
export function imageTensor(data: LabData, images: readonly number[], seen: Seen): Tensor4D {
  const form = 'features' in seen ? seen.form : data;
  const size = imageSize(form);
  const values = new Float32Array(images.length * size);
  const shape: [number, number, number, number] = [images.length, form.side, form.side, form.channels];
  if ('features' in seen) {
    images.forEach((image, row) => values.set(seen.features.subarray(image * size, (image + 1) * size), row * size));
    return tf.tensor4d(values, shape);
  }
  const { mean, std } = seen;
  images.forEach((image, row) => {
    for (let i = 0; i < size; i++)
      values[row * size + i] = (data.pixels[image * size + i]! - mean[i % data.channels]!) / std[i % data.channels]!;
  });
  return tf.tensor4d(values, shape);
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
  /** How the net sees the training images. */
  readonly seen: Seen;
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
  const seen = seenBy(data, recipe, 'training', trainedOn);
  const next = batchOrder(recipe, labels, data.classes, random);
  const weightOf =
    recipe.imbalance === 'class-weights' ? classWeights(labels, data.classes) : Array<number>(data.classes).fill(1);
  const moved = data.features === undefined && augments(recipe.augmentation);
  const all = moved ? null : imageTensor(data, trainedOn, seen);
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
      seen,
    );
  };
  return {
    trainedOn,
    seen,
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
