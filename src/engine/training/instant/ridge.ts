/**
 * Ridge regression on feature rows with exact leave-one-out predictions, also without the duplicates of an image, from
 * one eigendecomposition for all penalties. The rows may be divided into ranges: what is computed from all rows is a sum
 * over ranges.
 */
import { matMul, preciseEigen, symmetricEigen } from '../runtime/linear-algebra';
import { readNumbers, type Tensor2D, tf } from '../runtime/tensors';
import { solveInPlace } from './elimination';
import { memoryRows, overRows, pickRows, type RowStore } from './rows';
import { addTo, type RidgeBasis, type RidgeFit, type RowSums, type TargetSums } from './sums';

/**
 * Most members of a duplicate group that are trained on. More add no information, and the cost of the closed form grows
 * with their square.
 */
export const GROUP_MOST = 200;
/**
 * With more images, the eigenvectors are computed with 64-bit numbers. The error of 32 bits grows with the number of
 * images, and 64 bits take three times as long: 1.1 instead of 0.35 s with 1,200 landmarks.
 */
const ROUNDED_MOST = 20_000;

/** All images have weight 1, but of a large group of duplicates only the first members are used. */
export function trainingWeights(images: number, groups: readonly Int32Array[]): Float64Array {
  const weights = new Float64Array(images).fill(1);
  for (const group of groups) for (const i of group.subarray(GROUP_MOST)) weights[i] = 0;
  return weights;
}

/** Images with their rows after `rotateRows`. */
export interface RidgeRows {
  readonly store: RowStore;
  /** Weight of each image in the fit; 0 = predicted only. */
  readonly weights: Float64Array;
  /** count × classes, the values to predict: 1 for the class and 0 elsewhere, or probabilities. */
  readonly targets: Float32Array;
}

/** A group of images that are left out together, with what `RidgeRows` has of them. */
export interface RowsLeftOut {
  /** Position of each member in the range whose scores are computed; −1 for a member in another range. */
  readonly places: Int32Array;
  readonly rows: Float32Array;
  readonly weights: Float64Array;
  readonly targets: Float32Array;
}

export interface LeaveOneOut {
  /** images × classes: scores (1 = this class, 0 = another) predicted without the image and its group. */
  readonly scores: Float32Array;
  readonly penalty: number;
  /** Weighted mean squared error of the scores. Of a range: its share in this mean. */
  readonly error: number;
}

const weightColumn = (weights: Float64Array, from: number, count: number): Tensor2D =>
  tf.tensor2d(Float32Array.from(weights.subarray(from, from + count)), [count, 1]);

/**
 * Sums over the rows of one range. Products of a chunk of rows are computed with 32 bits, sums of chunks with 64.
 * @param centre close to the mean of all rows, so that the products are not dominated by the mean
 */
export function rowSums(store: RowStore, weights: Float64Array, centre: Float32Array): RowSums {
  const { width } = store;
  const rows = new Float64Array(width);
  const products = new Float64Array(width * width);
  const origin = tf.tensor2d(centre, [1, width]);
  overRows(store, (chunk, from) => {
    const centred = chunk.sub<Tensor2D>(origin);
    const weighted = centred.mul<Tensor2D>(weightColumn(weights, from, chunk.shape[0]));
    addTo(rows, weighted.sum(0).dataSync<'float32'>());
    addTo(products, matMul(weighted, centred, true).dataSync<'float32'>());
  });
  origin.dispose();
  return { images: store.count, weight: weights.reduce((sum, weight) => sum + weight, 0), rows, products };
}

/** @param centre the one that the sums were computed with */
export function solveBasis({ images, weight, rows, products }: RowSums, centre: Float32Array): RidgeBasis {
  const rank = rows.length;
  const offset = rows.map((sum) => sum / weight);
  const scatter = products.map((sum, at) => sum - weight * offset[Math.floor(at / rank)]! * offset[at % rank]!);
  const { values, vectors } = images > ROUNDED_MOST ? preciseEigen(scatter, rank) : roundedEigen(scatter, rank);
  return {
    images,
    rank,
    weight,
    mean: centre.map((value, d) => value + offset[d]!),
    vectors,
    spectrum: Float64Array.from(values, (value) => Math.max(0, value)),
  };
}

function roundedEigen(matrix: Float64Array, size: number): { values: Float32Array; vectors: Float32Array } {
  const tensor = tf.tensor2d(Float32Array.from(matrix), [size, size]);
  const { values, vectors } = symmetricEigen(tensor);
  const numbers = vectors.dataSync<'float32'>();
  tf.dispose([tensor, vectors]);
  return { values, vectors: numbers };
}

/** Centres the rows and transforms them into the eigenbasis. @param to may be the same store as `from` */
export function rotateRows(from: RowStore, { rank, mean, vectors }: RidgeBasis, to: RowStore): void {
  const matrix = tf.tensor2d(vectors, [rank, rank]);
  const centre = tf.tensor2d(mean, [1, rank]);
  overRows(from, (chunk, at) => to.write(at, matMul(chunk.sub<Tensor2D>(centre), matrix).dataSync<'float32'>()));
  tf.dispose([matrix, centre]);
}

export function targetSums({ store, weights, targets }: RidgeRows): TargetSums {
  const classes = targets.length / store.count;
  const rows = new Float64Array(store.width);
  const sums = new Float64Array(classes);
  const products = new Float64Array(store.width * classes);
  targets.forEach((target, at) => (sums[at % classes]! += weights[Math.floor(at / classes)]! * target));
  overRows(store, (chunk, from) => {
    const [count] = chunk.shape;
    const weighted = tf
      .tensor2d(targets.subarray(from * classes, (from + count) * classes), [count, classes])
      .mul<Tensor2D>(weightColumn(weights, from, count));
    addTo(rows, matMul(chunk, weightColumn(weights, from, count), true).dataSync<'float32'>());
    addTo(products, matMul(chunk, weighted, true).dataSync<'float32'>());
  });
  return { rows, targets: sums, products };
}

/** A group whose members are all in one range. */
export function leftOutOf({ store, weights, targets }: RidgeRows, places: Int32Array): RowsLeftOut {
  const classes = targets.length / store.count;
  return {
    places,
    rows: pickRows(store, places),
    weights: Float64Array.from(places, (place) => weights[place]!),
    targets: pickRows(memoryRows(targets, classes), places),
  };
}

/**
 * The first kernel principal components, images × `dimensions`.
 * @param store after `rotateRows`
 */
export function firstComponents(store: RowStore, dimensions: number): Float32Array {
  const out = new Float32Array(store.count * dimensions);
  overRows(store, (chunk, from) => {
    const last = chunk.slice([0, store.width - dimensions], [-1, dimensions]);
    out.set(last.reverse(1).dataSync<'float32'>(), from * dimensions);
  });
  return out;
}

/** What a fit with one penalty multiplies rows with; callers dispose of the tensors. */
function shrunk({ basis, classes, covariance }: RidgeFit, penalty: number) {
  const { spectrum, rank } = basis;
  return {
    /** (S + λ)⁻¹, one value for each direction. */
    shrink: tf.tensor1d(Float32Array.from(spectrum, (value) => 1 / (value + penalty))),
    /** rank × classes. */
    coefficients: tf.tensor2d(
      Float32Array.from(covariance, (value, at) => value / (spectrum[Math.floor(at / classes)]! + penalty)),
      [rank, classes],
    ),
  };
}

/**
 * Scores of every image of a range by a model fitted without it. The intercept is refitted too, so the leverage includes
 * it: ŷ₋ᵢ = (ŷᵢ − hᵢᵢ yᵢ) / (1 − hᵢᵢ) with hᵢᵢ = wᵢ (1/Σw + fᵢ (S + λ)⁻¹ fᵢᵀ) (Allen 1974; Cawley & Talbot 2003), and
 * the block form of it for groups.
 * @param groups with at least one member in this range; all other images are left out singly
 */
export function leaveOneOut(
  fit: RidgeFit,
  { store, weights, targets }: RidgeRows,
  groups: Iterable<RowsLeftOut>,
  penalty: number,
): LeaveOneOut {
  const { classes, mean, basis } = fit;
  const { shrink, coefficients } = shrunk(fit, penalty);
  const scores = new Float32Array(store.count * classes);
  overRows(store, (chunk, from) => {
    const fitted = matMul(chunk, coefficients).dataSync<'float32'>();
    const own = matMul(chunk.square<Tensor2D>(), shrink.reshape<Tensor2D>([-1, 1])).dataSync<'float32'>();
    for (let i = 0; i < own.length; i++) {
      const h = weights[from + i]! * (own[i]! + 1 / basis.weight);
      for (let k = 0; k < classes; k++) {
        const at = (from + i) * classes + k;
        scores[at] = (fitted[i * classes + k]! + mean[k]! - h * targets[at]!) / Math.max(1e-6, 1 - h);
      }
    }
  });
  for (const group of groups) {
    const values = groupScores(fit, shrink, coefficients, group);
    group.places.forEach((place, at) => {
      if (place >= 0) scores.set(values.subarray(at * classes, (at + 1) * classes), place * classes);
    });
  }
  tf.dispose([shrink, coefficients]);
  return { scores, penalty, error: squaredError(scores, targets, classes, weights, basis.weight) };
}

/** Sum of the weighted squared errors of all classes, divided by the total weight. */
export function squaredError(
  scores: Float32Array,
  targets: Float32Array,
  classes: number,
  weights: Float64Array,
  total: number,
): number {
  let error = 0;
  scores.forEach((score, at) => (error += (weights[Math.floor(at / classes)]! * (score - targets[at]!) ** 2) / total));
  return error;
}

/**
 * Scores of a group's members by a model fitted without the whole group. T are the members that are trained on; with
 * H_ij = w_j (1/Σw + f_i (S + λ)⁻¹ f_jᵀ), ŷ₋G = ŷ_G − H_GT (I − H_TT)⁻¹ (y_T − ŷ_T).
 */
function groupScores(
  { basis, classes, mean }: RidgeFit,
  shrink: ReturnType<typeof shrunk>['shrink'],
  coefficients: Tensor2D,
  { places, rows: values, weights, targets }: RowsLeftOut,
): Float32Array {
  const count = places.length;
  const trained = Int32Array.from(weights.keys()).filter((i) => weights[i]! > 0);
  const size = trained.length;
  const rows = tf.tensor2d(values, [count, basis.rank]);
  const out = readNumbers(() => matMul(rows, coefficients).add(tf.tensor1d(Float32Array.from(mean))));
  if (size === 0) {
    rows.dispose();
    return out;
  }
  const products = readNumbers(() => matMul(rows, tf.gather(rows, trained).mul<Tensor2D>(shrink), false, true));
  rows.dispose();
  const hat = (member: number, j: number): number =>
    (products[member * size + j]! + 1 / basis.weight) * weights[trained[j]!]!;
  const system = new Float64Array(size * size);
  const residuals = new Float64Array(size * classes);
  trained.forEach((member, i) => {
    for (let j = 0; j < size; j++) system[i * size + j] = (i === j ? 1 : 0) - hat(member, j);
    for (let k = 0; k < classes; k++) {
      const at = member * classes + k;
      residuals[i * classes + k] = targets[at]! - out[at]!;
    }
  });
  solveInPlace(system, residuals, size, classes);
  for (let member = 0; member < count; member++) {
    for (let j = 0; j < size; j++) {
      const reach = hat(member, j);
      for (let k = 0; k < classes; k++) out[member * classes + k]! -= reach * residuals[j * classes + k]!;
    }
  }
  return out;
}
