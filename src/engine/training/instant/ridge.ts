/**
 * Kernel ridge regression on landmarks with exact leave-one-out predictions, also without the duplicates of an image,
 * from one eigendecomposition for all penalties.
 */
import { cholesky, matMul, solveTriangular, symmetricEigen } from '../runtime/linear-algebra';
import { readNumbers, type Tensor2D, tf } from '../runtime/tensors';

const CHUNK = 4096;
/** Added to the diagonal of the landmarks' kernel (which is 1), so that it can be factored with 32-bit numbers. */
const JITTER = 1e-3;
/**
 * Most members of a duplicate group that are trained on. More add no information, and the cost of the closed form grows
 * with their square.
 */
export const GROUP_MOST = 200;

export interface RidgeBasis {
  readonly images: number;
  /** Number of directions. */
  readonly rank: number;
  /** images × rank: centred features in the eigenbasis. */
  readonly rows: Float32Array;
  /** Weighted sum of squares in each direction. */
  readonly spectrum: Float32Array;
  /** Weight of each image in the fit; 0 = predicted only. */
  readonly weights: Float64Array;
}

/** Calls `step` for row chunks of a row-major matrix, as tensors that are disposed of afterwards. */
function overRows(values: Float32Array, width: number, step: (chunk: Tensor2D, from: number) => void): void {
  const images = values.length / width;
  for (let from = 0; from < images; from += CHUNK) {
    const to = Math.min(images, from + CHUNK);
    tf.tidy(() => step(tf.tensor2d(values.subarray(from * width, to * width), [to - from, width]), from));
  }
}

function accumulate(sum: Tensor2D | null, term: Tensor2D): Tensor2D {
  const next = tf.keep(sum ? sum.add<Tensor2D>(term) : term);
  sum?.dispose();
  return next;
}

/**
 * Nyström features of the Gaussian kernel (Williams & Seeger 2001): turns squared distances to the landmarks into
 * features, in place.
 * @param distances images × landmarks
 * @param between landmarks × landmarks
 * @param gamma kernel exp(−gamma · distance)
 */
export function nystromFeatures(
  distances: Float32Array,
  between: Float32Array,
  landmarks: number,
  gamma: number,
): void {
  const transform = tf.tidy(() => {
    const kernel = tf.tensor2d(between, [landmarks, landmarks]).mul<Tensor2D>(-gamma).exp();
    const lower = cholesky(kernel.add<Tensor2D>(tf.eye(landmarks).mul(JITTER)));
    return solveTriangular(lower, tf.eye(landmarks)).transpose<Tensor2D>();
  });
  overRows(distances, landmarks, (chunk, from) => {
    distances.set(matMul(chunk.mul<Tensor2D>(-gamma).exp(), transform).dataSync<'float32'>(), from * landmarks);
  });
  transform.dispose();
}

/**
 * Centres the features and transforms them into the eigenbasis of their weighted scatter matrix.
 * @param features images × rank, row-major; overwritten, because at 200,000 images there is no memory for a second copy
 */
export function ridgeBasis(features: Float32Array, rank: number, weights: Float64Array): RidgeBasis {
  const images = weights.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const weightRows = (from: number, count: number): Tensor2D =>
    tf.tensor2d(Float32Array.from(weights.subarray(from, from + count)), [count, 1]);
  let mean: Tensor2D | null = null;
  overRows(features, rank, (chunk, from) => {
    mean = accumulate(mean, matMul(weightRows(from, chunk.shape[0]).div<Tensor2D>(total), chunk, true));
  });
  const centre = mean as unknown as Tensor2D;
  let scatter: Tensor2D | null = null;
  overRows(features, rank, (chunk, from) => {
    const centred = chunk.sub<Tensor2D>(centre);
    scatter = accumulate(scatter, matMul(centred.mul<Tensor2D>(weightRows(from, chunk.shape[0])), centred, true));
  });
  const { values, vectors } = symmetricEigen(scatter as unknown as Tensor2D);
  overRows(features, rank, (chunk, from) => {
    features.set(matMul(chunk.sub<Tensor2D>(centre), vectors).dataSync<'float32'>(), from * rank);
  });
  tf.dispose([vectors, centre, scatter as unknown as Tensor2D]);
  return { images, rank, rows: features, spectrum: values.map((value) => Math.max(0, value)), weights };
}

/** 1 in the column of the label, 0 elsewhere: images × classes. */
export function oneHot(labels: Int32Array, classes: number): Float32Array {
  const targets = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => (targets[i * classes + label] = 1));
  return targets;
}

export interface LeaveOneOut {
  /** images × classes: scores (1 = this class, 0 = another) predicted without the image and its group. */
  readonly scores: Float32Array;
  readonly penalty: number;
  /** Weighted mean squared error of the scores. */
  readonly error: number;
}

/** Mean effect of an image's own label on its fitted score, 0–1: effective degrees of freedom divided by images. */
function meanLeverage({ spectrum, images }: RidgeBasis, penalty: number): number {
  return spectrum.reduce((sum, value) => sum + value / (value + penalty), 0) / images;
}

/** Effect of an image's own label on its fitted score (hat matrix diagonal). */
function leverages(
  { images, rank, rows, spectrum, weights }: RidgeBasis,
  penalty: number,
  total: number,
): Float32Array {
  const shrink = tf.tensor2d(
    spectrum.map((value) => 1 / (value + penalty)),
    [rank, 1],
  );
  const out = new Float32Array(images);
  overRows(rows, rank, (chunk, from) => {
    out.set(
      matMul(chunk.square<Tensor2D>(), shrink)
        .add(1 / total)
        .dataSync<'float32'>(),
      from,
    );
  });
  shrink.dispose();
  return out.map((value, i) => value * weights[i]!);
}

/**
 * Scores of every image by a model fitted without it, as a function of the penalty. The intercept is refitted too, so
 * the leverage includes it: ŷ₋ᵢ = (ŷᵢ − hᵢᵢ yᵢ) / (1 − hᵢᵢ) with hᵢᵢ = wᵢ (1/Σw + fᵢ (S + λ)⁻¹ fᵢᵀ) (Allen 1974;
 * Cawley & Talbot 2003), and the block form of it for groups.
 * @param targets images × classes, the values to predict: 1 for the class and 0 elsewhere, or probabilities
 * @param groups lists of images that are left out together; all others are left out singly
 */
export function leaveOneOut(
  basis: RidgeBasis,
  targets: Float32Array,
  classes: number,
  groups: readonly Int32Array[],
): (penalty: number) => LeaveOneOut {
  const { images, rank, weights } = basis;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float64Array(classes);
  targets.forEach((target, at) => (mean[at % classes]! += (weights[Math.floor(at / classes)]! / total) * target));
  const centred = targets.map((target, at) => weights[Math.floor(at / classes)]! * (target - mean[at % classes]!));
  let cross: Tensor2D | null = null;
  overRows(basis.rows, rank, (chunk, from) => {
    const part = tf.tensor2d(centred.subarray(from * classes, (from + chunk.shape[0]) * classes), [
      chunk.shape[0],
      classes,
    ]);
    cross = accumulate(cross, matMul(chunk, part, true));
  });
  const covariance = readNumbers(() => cross as unknown as Tensor2D);
  return (penalty) => {
    const own = leverages(basis, penalty, total);
    const coefficients = tf.tensor2d(
      covariance.map((value, at) => value / (basis.spectrum[Math.floor(at / classes)]! + penalty)),
      [rank, classes],
    );
    const scores = new Float32Array(images * classes);
    overRows(basis.rows, rank, (chunk, from) =>
      scores.set(matMul(chunk, coefficients).dataSync<'float32'>(), from * classes),
    );
    coefficients.dispose();
    for (let i = 0; i < images; i++) for (let k = 0; k < classes; k++) scores[i * classes + k]! += mean[k]!;
    const grouped = groups.map((group) => groupScores(basis, scores, targets, classes, penalty, group, total));
    for (let i = 0; i < images; i++) {
      const h = own[i]!;
      for (let k = 0; k < classes; k++)
        scores[i * classes + k] = (scores[i * classes + k]! - h * targets[i * classes + k]!) / Math.max(1e-6, 1 - h);
    }
    groups.forEach((group, g) =>
      group.forEach((i, at) => scores.set(grouped[g]!.subarray(at * classes, (at + 1) * classes), i * classes)),
    );
    return { scores, penalty, error: squaredError(scores, targets, classes, weights, total) };
  };
}

/** Weighted mean of the squared errors, summed over classes. */
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
  basis: RidgeBasis,
  fitted: Float32Array,
  targets: Float32Array,
  classes: number,
  penalty: number,
  group: Int32Array,
  total: number,
): Float32Array {
  const { rank, rows, spectrum, weights } = basis;
  const trained = group.filter((i) => weights[i]! > 0);
  const hat = (from: Int32Array): Float64Array => {
    const values = readNumbers(() => {
      const pick = (list: Int32Array): Tensor2D => {
        const picked = new Float32Array(list.length * rank);
        list.forEach((i, at) => picked.set(rows.subarray(i * rank, (i + 1) * rank), at * rank));
        return tf.tensor2d(picked, [list.length, rank]);
      };
      const shrunk = pick(trained).div<Tensor2D>(tf.tensor1d(spectrum.map((value) => value + penalty)));
      return matMul(pick(from), shrunk, false, true).add(1 / total);
    });
    return Float64Array.from(values, (value, at) => value * weights[trained[at % trained.length]!]!);
  };
  const out = new Float32Array(group.length * classes);
  group.forEach((i, at) => out.set(fitted.subarray(i * classes, (i + 1) * classes), at * classes));
  if (trained.length === 0) return out;
  const size = trained.length;
  const system = hat(trained).map((value, at) => (Math.floor(at / size) === at % size ? 1 : 0) - value);
  const residuals = new Float64Array(size * classes);
  trained.forEach((i, at) => {
    for (let k = 0; k < classes; k++)
      residuals[at * classes + k] = targets[i * classes + k]! - fitted[i * classes + k]!;
  });
  solveInPlace(system, residuals, size, classes);
  const reach = hat(group);
  group.forEach((_, at) => {
    for (let j = 0; j < size; j++)
      for (let k = 0; k < classes; k++) out[at * classes + k]! -= reach[at * size + j]! * residuals[j * classes + k]!;
  });
  return out;
}

/** Kernel ridge regression on Nyström features, for sets with more images than landmarks. */
export class BasisRidge {
  private readonly basis: RidgeBasis;
  private readonly groups: readonly Int32Array[];
  private targets: Float32Array | null = null;
  private solve: ((penalty: number) => LeaveOneOut) | null = null;

  /**
   * @param distances images × landmarks squared distances; overwritten, because at 200,000 images there is no memory for
   * a second copy
   * @param between landmarks × landmarks
   * @param gamma kernel exp(−gamma · distance)
   */
  constructor(
    distances: Float32Array,
    between: Float32Array,
    gamma: number,
    weights: Float64Array,
    groups: readonly Int32Array[],
  ) {
    this.groups = groups;
    const landmarks = Math.sqrt(between.length);
    nystromFeatures(distances, between, landmarks, gamma);
    this.basis = ridgeBasis(distances, landmarks, weights);
  }

  /** See KernelRidge.leaveOneOut. Calls with the same targets share a part of the work. */
  leaveOneOut(targets: Float32Array, classes: number, penalty: number): LeaveOneOut {
    if (this.solve === null || this.targets !== targets) {
      this.solve = leaveOneOut(this.basis, targets, classes, this.groups);
      this.targets = targets;
    }
    return this.solve(penalty);
  }

  meanLeverage(penalty: number): number {
    return meanLeverage(this.basis, penalty);
  }

  /** The first kernel principal components, images × `dimensions`. */
  principalComponents(dimensions: number): Float32Array {
    const { rows, rank, images } = this.basis;
    const out = new Float32Array(images * dimensions);
    for (let i = 0; i < images; i++)
      for (let d = 0; d < dimensions; d++) out[i * dimensions + d] = rows[i * rank + rank - 1 - d]!;
    return out;
  }
}

/** Gaussian elimination with partial pivoting: `right` becomes system⁻¹ · right. */
export function solveInPlace(system: Float64Array, right: Float64Array, size: number, width: number): void {
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(system[row * size + column]!) > Math.abs(system[pivot * size + column]!)) pivot = row;
    swapRows(system, size, column, pivot);
    swapRows(right, width, column, pivot);
    const divisor = Math.abs(system[column * size + column]!) < 1e-9 ? 1e-9 : system[column * size + column]!;
    for (let row = column + 1; row < size; row++) {
      const factor = system[row * size + column]! / divisor;
      if (factor === 0) continue;
      for (let k = column; k < size; k++) system[row * size + k]! -= factor * system[column * size + k]!;
      for (let k = 0; k < width; k++) right[row * width + k]! -= factor * right[column * width + k]!;
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    const divisor = Math.abs(system[row * size + row]!) < 1e-9 ? 1e-9 : system[row * size + row]!;
    for (let k = 0; k < width; k++) {
      let value = right[row * width + k]!;
      for (let j = row + 1; j < size; j++) value -= system[row * size + j]! * right[j * width + k]!;
      right[row * width + k] = value / divisor;
    }
  }
}

function swapRows(values: Float64Array, width: number, a: number, b: number): void {
  if (a === b) return;
  const kept = values.slice(a * width, (a + 1) * width);
  values.copyWithin(a * width, b * width, (b + 1) * width);
  values.set(kept, b * width);
}
