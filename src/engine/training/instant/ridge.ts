/**
 * Ridge regression on feature rows with exact leave-one-out predictions, also without the duplicates of an image, from
 * one eigendecomposition for all penalties. The rows may be divided into ranges: what is computed from all rows is a sum
 * over ranges. All sums, products and solutions have 64 bits, so that their order and the ranges do not matter.
 */
import { preciseEigen, preciselyEach, preciseMatMul } from '../runtime/linear-algebra';
import { type Double, type DoubleKernels, withDoubles } from '../runtime/tensors';
import { solveInPlace } from './elimination';
import { memoryRows, overRows, pickRows, type RowStore } from './rows';
import { addTo, type RidgeBasis, type RidgeFit, type RowSums, type TargetSums } from './sums';

/**
 * Most members of a duplicate group that are trained on. More add no information, and the cost of the closed form grows
 * with their square.
 */
export const GROUP_MOST = 200;

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

/** A column of weights of some rows. */
const weightColumn = ({ from }: DoubleKernels, weights: Float64Array, first: number, count: number): Double =>
  from(weights.subarray(first, first + count), [count, 1]);

/** From the rows of a store to the features that the regression uses. */
export interface FeatureBasis {
  /** Close to the mean of all rows, so that the products are not dominated by the mean. */
  readonly centre: Float32Array;
  /** width × width. */
  readonly transform: Float32Array;
}

/** Column blocks in products of rows with themselves: those below the diagonal are not computed, 6 of 16. */
const BLOCKS = 4;

/** Sums over the rows of one range. */
export function rowSums(store: RowStore, weights: Float64Array, centre: Float32Array): RowSums {
  const { width } = store;
  const rows = new Float64Array(width);
  const products = new Float64Array(width * width);
  const ranges = Array.from({ length: BLOCKS }, (_, i) => ({
    from: Math.floor((i * width) / BLOCKS),
    to: Math.floor(((i + 1) * width) / BLOCKS),
  })).filter(({ from, to }) => to > from);
  overRows(store, (values, first, count) => {
    withDoubles((doubles) => {
      const { read, widen } = doubles;
      const column = weightColumn(doubles, weights, first, count);
      const blocks = ranges.map(({ from, to }) => {
        const own = widen(columnsOf(values, width, from, to), [count, to - from]);
        const centred = preciselyEach(doubles, 'Sub', own, widen(centre.subarray(from, to), [1, to - from]));
        return { from, to, centred, weighted: preciselyEach(doubles, 'Mul', centred, column) };
      });
      blocks.forEach((left, at) => {
        addTo(rows.subarray(left.from, left.to), read(preciseMatMul(doubles, column, left.centred, true)));
        for (const right of blocks.slice(at)) {
          const block = read(preciseMatMul(doubles, left.weighted, right.centred, true));
          const wide = right.to - right.from;
          for (let i = left.from; i < left.to; i++)
            addTo(
              products.subarray(i * width + right.from, i * width + right.to),
              block.subarray((i - left.from) * wide, (i - left.from + 1) * wide),
            );
        }
      });
    });
  });
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) products[i * width + j] = products[j * width + i]!;
  return { images: store.count, weight: weights.reduce((sum, weight) => sum + weight, 0), rows, products };
}

function columnsOf(values: Float32Array, width: number, from: number, to: number): Float32Array {
  const columns = new Float32Array((values.length / width) * (to - from));
  for (let row = 0, at = 0; row < values.length; row += width, at += to - from)
    columns.set(values.subarray(row + from, row + to), at);
  return columns;
}

/** @param features with the centre that the sums were computed with */
export function solveBasis({ images, weight, rows, products }: RowSums, features: FeatureBasis): RidgeBasis {
  const rank = rows.length;
  const offset = rows.map((sum) => sum / weight);
  const scatter = products.map((sum, at) => sum - weight * offset[Math.floor(at / rank)]! * offset[at % rank]!);
  return withDoubles((doubles) => {
    const { from, read, widen } = doubles;
    const transform = widen(features.transform, [rank, rank]);
    const right = preciseMatMul(doubles, from(scatter, [rank, rank]), transform);
    const { values, vectors } = preciseEigen(read(preciseMatMul(doubles, transform, right, true)), rank);
    return {
      images,
      rank,
      weight,
      mean: offset.map((value, d) => value + features.centre[d]!),
      vectors: read(preciseMatMul(doubles, transform, from(vectors, [rank, rank]))),
      spectrum: values.map((value) => Math.max(0, value)),
    };
  });
}

/** Centres the rows and transforms them into the eigenbasis of their features. @param to may be the same store as `from` */
export function rotateRows(from: RowStore, { rank, mean, vectors }: RidgeBasis, to: RowStore): void {
  withDoubles((basis) => {
    const matrix = basis.from(vectors, [rank, rank]);
    const centre = basis.from(mean, [1, rank]);
    overRows(from, (values, first, count) => {
      withDoubles((doubles) => {
        const centred = preciselyEach(doubles, 'Sub', doubles.widen(values, [count, rank]), centre);
        to.write(first, doubles.round(preciseMatMul(doubles, centred, matrix)));
      });
    });
  });
}

export function targetSums({ store, weights, targets }: RidgeRows): TargetSums {
  const classes = targets.length / store.count;
  const rows = new Float64Array(store.width);
  const sums = new Float64Array(classes);
  const products = new Float64Array(store.width * classes);
  targets.forEach((target, at) => (sums[at % classes]! += weights[Math.floor(at / classes)]! * target));
  overRows(store, (values, first, count) => {
    withDoubles((doubles) => {
      const { read, widen } = doubles;
      const column = weightColumn(doubles, weights, first, count);
      const own = widen(values, [count, store.width]);
      const asked = widen(targets.subarray(first * classes, (first + count) * classes), [count, classes]);
      addTo(rows, read(preciseMatMul(doubles, own, column, true)));
      addTo(products, read(preciseMatMul(doubles, own, preciselyEach(doubles, 'Mul', asked, column), true)));
    });
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
  overRows(store, (values, first, count) => {
    for (let i = 0; i < count; i++)
      for (let d = 0; d < dimensions; d++) out[(first + i) * dimensions + d] = values[(i + 1) * store.width - 1 - d]!;
  });
  return out;
}

/** What a fit with one penalty multiplies rows with. */
interface Shrunk {
  /** (S + λ)⁻¹, one value for each direction. */
  readonly shrink: Float64Array;
  /** rank × classes. */
  readonly coefficients: Double;
}

function shrunk({ from }: DoubleKernels, { basis, classes, covariance }: RidgeFit, penalty: number): Shrunk {
  const { spectrum, rank } = basis;
  return {
    shrink: spectrum.map((value) => 1 / (value + penalty)),
    coefficients: from(
      covariance.map((value, at) => value / (spectrum[Math.floor(at / classes)]! + penalty)),
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
  const scores = new Float32Array(store.count * classes);
  withDoubles((model) => {
    const { shrink, coefficients } = shrunk(model, fit, penalty);
    const column = model.from(shrink, [basis.rank, 1]);
    overRows(store, (values, first, count) => {
      const { fitted, own } = withDoubles((doubles) => {
        const rows = doubles.widen(values, [count, basis.rank]);
        return {
          fitted: doubles.read(preciseMatMul(doubles, rows, coefficients)),
          own: doubles.read(preciseMatMul(doubles, preciselyEach(doubles, 'Square', rows), column)),
        };
      });
      for (let i = 0; i < count; i++) {
        const h = weights[first + i]! * (own[i]! + 1 / basis.weight);
        for (let k = 0; k < classes; k++) {
          const at = (first + i) * classes + k;
          scores[at] = (fitted[i * classes + k]! + mean[k]! - h * targets[at]!) / Math.max(1e-6, 1 - h);
        }
      }
    });
    for (const group of groups) {
      const values = groupScores(fit, { shrink, coefficients }, group);
      group.places.forEach((place, at) => {
        if (place >= 0) scores.set(values.subarray(at * classes, (at + 1) * classes), place * classes);
      });
    }
  });
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
  { shrink, coefficients }: Shrunk,
  { places, rows: values, weights, targets }: RowsLeftOut,
): Float64Array {
  const count = places.length;
  const { rank } = basis;
  const trained = Int32Array.from(weights.keys()).filter((i) => weights[i]! > 0);
  const size = trained.length;
  const { out, products } = withDoubles((doubles) => {
    const { from, read, widen } = doubles;
    const rows = widen(values, [count, rank]);
    const fitted = read(preciseMatMul(doubles, rows, coefficients));
    if (size === 0) return { out: fitted, products: fitted };
    const scaled = new Float64Array(size * rank);
    trained.forEach((member, j) => {
      for (let d = 0; d < rank; d++) scaled[j * rank + d] = values[member * rank + d]! * shrink[d]!;
    });
    return { out: fitted, products: read(preciseMatMul(doubles, rows, from(scaled, [size, rank]), false, true)) };
  });
  for (let at = 0; at < out.length; at++) out[at]! += mean[at % classes]!;
  if (size === 0) return out;
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
