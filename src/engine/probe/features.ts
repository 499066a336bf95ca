/** The views of one data set, joined: what turns rasters into squared distances to landmark images. */
import type { Random } from '../../core/random';
import { type Area, COLOUR_WIDTH, colourFeatures } from './colour-view';
import { squaredDistances, squaredNorms } from './linear-algebra';
import { learnPatchView, type PatchViewSpec, patchFeatures } from './patch-view';
import { pictureTensor, RASTER_BYTES } from './pictures';
import { numbersOf, type Tensor1D, type Tensor2D, tf } from './tensors';

/** Pictures that filters are learned from. */
const LEARNED_FROM = 1500;
/** A feature that spreads less is taken as constant. */
const LEAST_SPREAD = 1e-4;
/** Pictures at a time: activations of more fall out of the processor's cache. */
const BATCH = 16;

export interface Pictures {
  /** 64×64×3 bytes each. */
  readonly rasters: Uint8Array;
  /** Where each picture lies in its raster. */
  readonly areas: readonly Area[];
}

export type ViewSpec = { readonly name: string } & ({ readonly kind: 'patches'; readonly spec: PatchViewSpec } | { readonly kind: 'colour' });

/** One way of seeing the pictures, scaled so that all its features together have unit spread over the landmarks. */
export interface View {
  readonly name: string;
  readonly kind: ViewSpec['kind'];
  /** landmarks × landmarks squared distances. */
  readonly between: Float32Array;
  /** Milliseconds per picture that its features took. */
  readonly cost: number;
  /** Squared distances, count × landmarks. */
  readonly distances: (pictures: Pictures) => Float32Array;
  readonly dispose: () => void;
}

interface Raw {
  readonly width: number;
  readonly of: (pictures: Pictures) => Tensor2D;
  readonly dispose: () => void;
}

function rawFeatures(spec: ViewSpec, grey: boolean, landmarks: Pictures, random: Random): Raw {
  if (spec.kind === 'colour') {
    return { width: COLOUR_WIDTH, of: ({ rasters, areas }) => tf.tensor2d(colourFeatures(rasters, areas), [areas.length, COLOUR_WIDTH]), dispose: () => undefined };
  }
  const pictures = pictureTensor(someOf(landmarks.rasters, LEARNED_FROM), grey);
  const view = learnPatchView(spec.spec, pictures, random);
  pictures.dispose();
  return { width: view.width, of: ({ rasters }) => patchFeatures(view, pictureTensor(rasters, grey)), dispose: () => tf.dispose([view.filters, view.pooling]) };
}

/** Every nth raster, so that at most `most` are left. */
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
    parts.push({ rasters: rasters.subarray(from * RASTER_BYTES, to * RASTER_BYTES), areas: areas.slice(from, to) });
  }
  return parts;
}

/**
 * Learns a view from landmark pictures. `step` is called now and then, to report and to yield.
 * Features are standardized over the landmarks and divided by √width: a squared distance then is about 2, whatever the width.
 */
export async function fitView(spec: ViewSpec, grey: boolean, landmarks: Pictures, random: Random, step: (done: number) => Promise<void>): Promise<View> {
  const { width, of, dispose } = rawFeatures(spec, grey, landmarks, random);
  const values = new Float32Array(landmarks.areas.length * width);
  let spent = 0;
  let done = 0;
  for (const part of batches(landmarks)) {
    const from = performance.now();
    values.set(numbersOf(() => of(part)), done * width);
    spent += performance.now() - from;
    done += part.areas.length;
    await step(done);
  }
  const raw = tf.tensor2d(values, [done, width]);
  const { mean, scale, points, norms } = tf.tidy(() => {
    const { mean: centre, variance } = tf.moments(raw, 0);
    const spread = variance.sqrt();
    const factor = tf.where(spread.greater(LEAST_SPREAD), spread.maximum(LEAST_SPREAD).reciprocal(), tf.zerosLike(spread)).div(Math.sqrt(width));
    const scaled = raw.sub(centre).mul<Tensor2D>(factor);
    return { mean: centre as Tensor1D, scale: factor as Tensor1D, points: scaled, norms: squaredNorms(scaled).reshape<Tensor2D>([1, -1]) };
  });
  raw.dispose();
  const between = numbersOf(() => squaredDistances(points, points, norms));
  for (let i = 0; i < done; i++) between[i * done + i] = 0;
  return {
    name: spec.name,
    kind: spec.kind,
    between,
    cost: spent / Math.max(1, done),
    distances: (pictures) => numbersOf(() => squaredDistances(tf.concat2d(batches(pictures).map((part) => tf.tidy(() => of(part))), 0).sub(mean).mul<Tensor2D>(scale), points, norms)),
    dispose: () => {
      dispose();
      tf.dispose([mean, scale, points, norms]);
    },
  };
}

/** Parts that views have in the joined distance: patches alike, colour half as much as one of them. */
export function viewWeights(views: readonly View[]): number[] {
  const raw = views.map((view) => (view.kind === 'colour' ? 0.5 : 1));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => weight / total);
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

