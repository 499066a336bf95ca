/** Feature views of one data set, which turn rasters into squared distances to landmark images. */
import type { Random } from '../../../core/statistics/random';
import type { RasterArea } from '../../../core/images/raster';
import { COLOUR_WIDTH, colourFeatures } from './colour-view';
import type { LandmarkComparison } from './comparison';
import { squaredDistances, squaredNorms } from '../runtime/linear-algebra';
import {
  learnPatchView,
  openPatchView,
  type PatchFilters,
  patchFeatures,
  type PatchViewSpec,
  pooledActivations,
  SYMMETRIES,
  type Symmetry,
  symmetricColumns,
} from './patch-view';
import { RASTER_BYTES } from '../../../core/images/raster';
import { pictureTensor } from '../runtime/pictures';
import { readNumbers, type Tensor1D, type Tensor2D, tf } from '../runtime/tensors';

/** Number of pictures from which filters are learned. */
const LEARNED_FROM = 1500;
/** Features with a smaller standard deviation are treated as constant. */
const LEAST_SPREAD = 1e-4;
/**
 * Least relative reduction of the error for treating mirror images as the same picture. Less can happen by chance, and
 * digits such as 2 and 5 must not be mirrored.
 */
const SYMMETRIC_FOR = 0.01;
/** Kernel width for comparing symmetries; see LandmarkComparison.judge. */
const COMPARED_WIDTH = 1.5;
/** Of the pretrained network, relative to all other views together. */
const BACKBONE_WEIGHT = 3;
/** Pictures per batch: smaller batches leave cores idle, larger ones need more memory and are not faster. */
const BATCH = 32;
/** Rows whose distances to the rows before them are computed at a time. */
const BLOCK = 512;

export interface Pictures {
  /** RASTER_BYTES each. */
  readonly rasters: Uint8Array;
  /** The picture's area within its raster. */
  readonly areas: readonly RasterArea[];
  /** Outputs of the pretrained network, images × its width; null where no view uses them. */
  readonly embeddings: Float32Array | null;
}

export type ViewSpec = { readonly name: string } & (
  { readonly kind: 'patches'; readonly spec: PatchViewSpec } | { readonly kind: 'colour' }
);

/** One view of the pictures, scaled so that its features have a total variance of 1 over the landmarks. */
export interface FeatureView {
  readonly name: string;
  readonly kind: ViewSpec['kind'] | 'backbone';
  /** Squared distances, count × landmarks. */
  readonly distances: (pictures: Pictures) => Float32Array;
  readonly dispose: () => void;
}

/** A view in the process that fitted it. `S` is its state: plain data, from which another process opens the view. */
export interface FittedView<S = unknown> extends FeatureView {
  /** landmarks × landmarks squared distances. */
  readonly between: Float32Array;
  readonly state: () => S;
}

/** What a colour or patch view learned. */
export interface ViewState {
  readonly name: string;
  readonly learned: Learned;
  readonly symmetry: Symmetry;
  /** Mean and factor of each feature. */
  readonly mean: Float32Array;
  readonly scale: Float32Array;
  /** landmarks × features, scaled. */
  readonly points: Float32Array;
}

/** What the features are computed with before they are scaled. */
type Learned = { readonly kind: 'colour' } | (PatchFilters & { readonly kind: 'patches'; readonly grey: boolean });

interface Variant {
  readonly symmetry: Symmetry;
  readonly width: number;
  /** Computes the features from the measured activations. */
  readonly of: (measured: Tensor2D) => Tensor2D;
}

interface Raw {
  readonly width: number;
  readonly measure: (pictures: Pictures) => Tensor2D;
  readonly variants: readonly Variant[];
  readonly dispose: () => void;
}

function learn(spec: ViewSpec, grey: boolean, landmarks: Pictures, random: Random): Learned {
  if (spec.kind === 'colour') return { kind: 'colour' };
  const pictures = pictureTensor(someOf(landmarks.rasters, LEARNED_FROM), grey);
  const filters = learnPatchView(spec.spec, pictures, random);
  pictures.dispose();
  return { kind: 'patches', grey, ...filters };
}

function rawFeatures(learned: Learned): Raw {
  if (learned.kind === 'colour') {
    const measure = ({ rasters, areas }: Pictures): Tensor2D =>
      tf.tensor2d(colourFeatures(rasters, areas), [areas.length, COLOUR_WIDTH]);
    return {
      width: COLOUR_WIDTH,
      measure,
      variants: [{ symmetry: 'none', width: COLOUR_WIDTH, of: (measured) => measured }],
      dispose: () => undefined,
    };
  }
  const { spec, grey } = learned;
  const view = openPatchView(learned);
  return {
    width: view.width,
    measure: ({ rasters }) => pooledActivations(view, pictureTensor(rasters, grey)),
    variants: (spec.mirrored ? SYMMETRIES : (['none'] as const)).map((symmetry) => {
      const columns = symmetricColumns(spec, symmetry);
      return { symmetry, width: columns[0]!.length, of: (measured) => patchFeatures(measured, columns) };
    }),
    dispose: () => tf.dispose([view.filters, view.pooling]),
  };
}

/** Evenly spaced rasters, at most `most` of them. */
function someOf(rasters: Uint8Array, most: number): Uint8Array {
  const count = rasters.length / RASTER_BYTES;
  if (count <= most) return rasters;
  const out = new Uint8Array(most * RASTER_BYTES);
  for (let i = 0; i < most; i++) {
    const from = Math.floor((i * count) / most) * RASTER_BYTES;
    out.set(rasters.subarray(from, from + RASTER_BYTES), i * RASTER_BYTES);
  }
  return out;
}

function batches({ rasters, areas }: Pictures): Pictures[] {
  const parts: Pictures[] = [];
  for (let from = 0; from < areas.length; from += BATCH) {
    const to = Math.min(areas.length, from + BATCH);
    parts.push({
      rasters: rasters.subarray(from * RASTER_BYTES, to * RASTER_BYTES),
      areas: areas.slice(from, to),
      embeddings: null,
    });
  }
  return parts;
}

interface Scaling {
  readonly mean: Tensor1D;
  readonly scale: Tensor1D;
}

/** Features are standardized and divided by √width, so that the mean squared distance is about 2 for any width. */
function scalingOf(features: Tensor2D): Scaling {
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(features, 0);
    const spread = variance.sqrt();
    const scale = tf
      .where(spread.greater(LEAST_SPREAD), spread.maximum(LEAST_SPREAD).reciprocal(), tf.zerosLike(spread))
      .div<Tensor1D>(Math.sqrt(features.shape[1]));
    return { mean: mean as Tensor1D, scale };
  });
}

function scaled(features: Tensor2D, { mean, scale }: Scaling): Tensor2D {
  return features.sub(mean).mul<Tensor2D>(scale);
}

/** Squared distances of all pairs of rows. Each pair is computed once, apart from those within a block of rows. */
export function distancesBetween(points: Tensor2D): Float32Array {
  const count = points.shape[0];
  const between = new Float32Array(count * count);
  for (let from = 0; from < count; from += BLOCK) {
    const to = Math.min(count, from + BLOCK);
    const part = readNumbers(() => {
      const before = points.slice([0, 0], [to, -1]);
      return squaredDistances(
        points.slice([from, 0], [to - from, -1]),
        before,
        squaredNorms(before).reshape<Tensor2D>([1, -1]),
      );
    });
    for (let i = from; i < to; i++)
      for (let j = 0; j < i; j++) between[i * count + j] = between[j * count + i] = part[(i - from) * to + j]!;
  }
  return between;
}

/**
 * The symmetry with the lowest error on this view alone. Another mirror image is added only if it reduces the error
 * clearly.
 */
async function chooseVariant(
  variants: readonly Variant[],
  measured: Tensor2D,
  { some, judge }: LandmarkComparison,
): Promise<Variant> {
  let best = variants[0]!;
  if (variants.length === 1) return best;
  let least = Infinity;
  const picked = tf.tidy(() => tf.gather(measured, some));
  for (const variant of variants) {
    const points = tf.tidy(() => {
      const features = variant.of(picked);
      return scaled(features, scalingOf(features));
    });
    const error = await judge(distancesBetween(points), COMPARED_WIDTH);
    points.dispose();
    if (error > least * (1 - SYMMETRIC_FOR)) continue;
    best = variant;
    least = error;
  }
  picked.dispose();
  return best;
}

/** Learns a view from landmark pictures. `step` is called after each batch, to report progress and to yield. */
export async function fitView(
  spec: ViewSpec,
  grey: boolean,
  landmarks: Pictures,
  random: Random,
  comparison: LandmarkComparison,
  step: (done: number) => Promise<void>,
): Promise<FittedView<ViewState>> {
  const learned = learn(spec, grey, landmarks, random);
  const raw = rawFeatures(learned);
  const values = new Float32Array(landmarks.areas.length * raw.width);
  let done = 0;
  for (const part of batches(landmarks)) {
    values.set(
      readNumbers(() => raw.measure(part)),
      done * raw.width,
    );
    done += part.areas.length;
    await step(done);
  }
  const measured = tf.tensor2d(values, [done, raw.width]);
  const variant = await chooseVariant(raw.variants, measured, comparison);
  const { mean, scale, points } = tf.tidy(() => {
    const features = variant.of(measured);
    const scaling = scalingOf(features);
    return { ...scaling, points: scaled(features, scaling) };
  });
  measured.dispose();
  const { symmetry } = variant;
  const name = symmetry === 'none' ? spec.name : `${spec.name} (symmetric ${symmetry})`;
  return {
    ...viewOf({ name, kind: spec.kind, raw, variant, mean, scale, points }),
    between: distancesBetween(points),
    state: () => ({
      name,
      learned,
      symmetry,
      mean: mean.dataSync<'float32'>(),
      scale: scale.dataSync<'float32'>(),
      points: points.dataSync<'float32'>(),
    }),
  };
}

/** A view that another process fitted. */
export function openView({ name, learned, symmetry, mean, scale, points }: ViewState): FeatureView {
  const raw = rawFeatures(learned);
  return viewOf({
    name,
    kind: learned.kind,
    raw,
    variant: raw.variants.find((variant) => variant.symmetry === symmetry)!,
    mean: tf.tensor1d(mean),
    scale: tf.tensor1d(scale),
    points: tf.tensor2d(points, [points.length / mean.length, mean.length]),
  });
}

function viewOf({
  name,
  kind,
  raw,
  variant,
  mean,
  scale,
  points,
}: Pick<FeatureView, 'name' | 'kind'> &
  Scaling & { readonly raw: Raw; readonly variant: Variant; readonly points: Tensor2D }): FeatureView {
  const norms = tf.tidy(() => squaredNorms(points).reshape<Tensor2D>([1, -1]));
  return {
    name,
    kind,
    distances: (pictures) =>
      readNumbers(() =>
        squaredDistances(
          scaled(
            tf.concat2d(
              batches(pictures).map((part) => tf.tidy(() => variant.of(raw.measure(part)))),
              0,
            ),
            { mean, scale },
          ),
          points,
          norms,
        ),
      ),
    dispose: () => {
      raw.dispose();
      tf.dispose([mean, scale, points, norms]);
    },
  };
}

/**
 * Weights of views in the joined distance. All patch views have the same weight, the colour view a quarter of it: alone
 * it predicts little, but it adds much to the others. The pretrained network has three times the weight of all others
 * together.
 */
export function viewWeights(views: readonly Pick<FeatureView, 'kind'>[]): number[] {
  const raw: number[] = views.map(({ kind }) => (kind === 'backbone' ? 0 : kind === 'colour' ? 0.25 : 1));
  const others = raw.reduce((sum, weight) => sum + weight, 0);
  const all = raw.map((weight) => (weight > 0 ? weight : BACKBONE_WEIGHT * Math.max(others, 1)));
  const total = all.reduce((sum, weight) => sum + weight, 0);
  return all.map((weight) => weight / total);
}

/** Weighted sum of squared distance matrices. */
export function joined(matrices: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const out = new Float32Array(matrices[0]?.length ?? 0);
  matrices.forEach((matrix, v) => {
    const weight = weights[v]!;
    for (let i = 0; i < out.length; i++) out[i]! += weight * matrix[i]!;
  });
  return out;
}
