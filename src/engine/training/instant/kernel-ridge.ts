/**
 * Kernel ridge regression on the full kernel matrix, with exact leave-one-out predictions. Each penalty needs a Cholesky
 * factor of its own. A few of them cost less than one eigendecomposition: on 2,699 images 0.25 s each against 4 s.
 */
import { cholesky, lowerInverse, matMul, symmetricEigen } from '../runtime/linear-algebra';
import { readNumbers, type Tensor2D, tf } from '../runtime/tensors';
import { solveInPlace } from './elimination';
import { type LeaveOneOut, squaredError } from './ridge';

/** An image of weight 0 gets this weight, so that its score can be computed in the same way as the others'. */
const LEAST_WEIGHT = 1e-6;
/** Factors that are kept, one for each penalty used last: at 4,000 images each needs 64 MB. */
const KEPT = 4;
/** More directions than asked for make the subspace iteration converge. */
const SPARE_DIRECTIONS = 32;
const ITERATIONS = 8;

/** B⁻¹ = MᵀM for B = √W K √W + λI, and what the intercept needs. */
interface Factor {
  readonly penalty: number;
  readonly inverseRoot: Tensor2D;
  /** B⁻¹ √W 1, images × 1. */
  readonly intercept: Tensor2D;
  readonly interceptValues: Float32Array;
  /** 1ᵀ √W B⁻¹ √W 1. */
  readonly sum: number;
  /** Diagonal of B⁻¹. */
  readonly diagonal: Float32Array;
}

export class KernelRidge {
  readonly weights: Float64Array;
  private readonly kernel: Float32Array;
  private readonly groups: readonly Int32Array[];
  private readonly roots: Float32Array;
  private readonly total: number;
  private factors: Factor[] = [];

  /**
   * @param kernel images × images
   * @param weights of the images in the fit; 0 = predicted only
   * @param groups lists of images that are left out together; all others are left out singly
   */
  constructor(kernel: Float32Array, weights: Float64Array, groups: readonly Int32Array[]) {
    this.kernel = kernel;
    this.weights = weights;
    this.groups = groups;
    this.roots = Float32Array.from(weights, (weight) => Math.sqrt(Math.max(LEAST_WEIGHT, weight)));
    this.total = weights.reduce((sum, weight) => sum + weight, 0);
  }

  get images(): number {
    return this.weights.length;
  }

  /** The same kernel and groups with other weights. */
  reweighted(weights: Float64Array): KernelRidge {
    return new KernelRidge(this.kernel, weights, this.groups);
  }

  /**
   * Scores of every image by a model fitted without it. With G = B⁻¹ − uuᵀ/s, u = B⁻¹√W1 and s = 1ᵀ√Wu, the residual
   * of a left-out image is (G√Wy)ᵢ / (√wᵢ Gᵢᵢ) (Cawley & Talbot 2003, with an intercept), and the block form of it for
   * groups.
   * @param targets images × classes, the values to predict: 1 for the class and 0 elsewhere, or probabilities
   */
  leaveOneOut(targets: Float32Array, penalty: number): LeaveOneOut {
    const { images, roots } = this;
    const classes = targets.length / images;
    const factor = this.factorFor(penalty);
    const { inverseRoot, intercept, interceptValues, sum, diagonal } = factor;
    const solved = readNumbers(() => {
      const right = tf.tensor2d(targets, [images, classes]).mul<Tensor2D>(tf.tensor2d(roots, [images, 1]));
      const offset = matMul(intercept, matMul(intercept, right, true)).div<Tensor2D>(sum);
      return matMul(inverseRoot, matMul(inverseRoot, right), true).sub(offset);
    });
    const own = diagonal.map((value, i) => Math.max(1e-9, value - interceptValues[i]! ** 2 / sum));
    const scores = new Float32Array(targets.length);
    for (let i = 0; i < images; i++) {
      const divisor = roots[i]! * own[i]!;
      for (let k = i * classes; k < (i + 1) * classes; k++) scores[k] = targets[k]! - solved[k]! / divisor;
    }
    for (const group of this.groups) this.leaveOutGroup(group, factor, { solved, own, targets, classes, scores });
    return { scores, penalty, error: squaredError(scores, targets, classes, this.weights, this.total) };
  }

  /** Mean effect of an image's own label on its fitted score, 0–1: effective degrees of freedom divided by images. */
  meanLeverage(penalty: number): number {
    const { diagonal } = this.factorFor(penalty);
    return 1 - (penalty * diagonal.reduce((sum, value) => sum + value, 0)) / this.images;
  }

  /**
   * The first kernel principal components, images × `dimensions`, by subspace iteration (Halko, Martinsson & Tropp
   * 2011).
   */
  principalComponents(dimensions: number, seed: number): Float32Array {
    const { images } = this;
    const width = Math.min(images, dimensions + SPARE_DIRECTIONS);
    return readNumbers(() => {
      const kernel = tf.tensor2d(this.kernel, [images, images]);
      const centred = (columns: Tensor2D): Tensor2D => columns.sub<Tensor2D>(columns.mean(0, true));
      const applied = (columns: Tensor2D): Tensor2D => centred(matMul(kernel, centred(columns)));
      // The eigenvectors of the Gram matrix make columns orthonormal without a QR decomposition.
      const rotated = (columns: Tensor2D, gram: Tensor2D, power: number): Tensor2D => {
        const { values, vectors } = symmetricEigen(gram);
        const least = Math.max(1e-12, values.at(-1)! * 1e-6);
        const scales = values.map((value) => (value > least ? value ** power : 0));
        return matMul(columns, vectors).mul<Tensor2D>(tf.tensor1d(scales));
      };
      const orthonormal = (columns: Tensor2D): Tensor2D => rotated(columns, matMul(columns, columns, true), -0.5);
      let basis = orthonormal(tf.randomNormal([images, width], 0, 1, 'float32', seed));
      for (let round = 0; round < ITERATIONS; round++) basis = orthonormal(applied(basis));
      const components = rotated(basis, matMul(basis, applied(basis), true), 0.5);
      return components.slice([0, width - dimensions], [-1, dimensions]).reverse(1);
    });
  }

  dispose(): void {
    for (const { inverseRoot, intercept } of this.factors) tf.dispose([inverseRoot, intercept]);
    this.factors = [];
  }

  private factorFor(penalty: number): Factor {
    const known = this.factors.find((factor) => factor.penalty === penalty);
    if (known !== undefined) return known;
    const { images, roots } = this;
    const { inverseRoot, intercept, squares } = tf.tidy(() => {
      const column = tf.tensor2d(roots, [images, 1]);
      const scaled = tf
        .tensor2d(this.kernel, [images, images])
        .mul<Tensor2D>(column)
        .mul<Tensor2D>(column.reshape([1, images]));
      const root = lowerInverse(cholesky(scaled.add<Tensor2D>(tf.eye(images).mul(penalty))));
      return {
        inverseRoot: root,
        intercept: matMul(root, matMul(root, column), true),
        squares: root.square().sum(0),
      };
    });
    const diagonal = squares.dataSync<'float32'>();
    squares.dispose();
    const interceptValues = intercept.dataSync<'float32'>();
    const sum = interceptValues.reduce((total, value, i) => total + value * roots[i]!, 0);
    const factor = { penalty, inverseRoot, intercept, interceptValues, sum, diagonal };
    this.factors.push(factor);
    if (this.factors.length > KEPT) {
      const oldest = this.factors.shift()!;
      tf.dispose([oldest.inverseRoot, oldest.intercept]);
    }
    return factor;
  }

  /** The members that are not trained on do not change each other's scores. */
  private leaveOutGroup(
    group: Int32Array,
    { inverseRoot, interceptValues, sum }: Factor,
    {
      solved,
      own,
      targets,
      classes,
      scores,
    }: { solved: Float32Array; own: Float32Array; targets: Float32Array; classes: number; scores: Float32Array },
  ): void {
    const trained = group.filter((i) => this.weights[i]! > 0);
    const size = trained.length;
    if (size === 0) return;
    const products = readNumbers(() => {
      const columns = tf.gather(inverseRoot, trained, 1);
      return matMul(tf.gather(inverseRoot, group, 1), columns, true);
    });
    const inverse = (row: number, column: number): number =>
      products[row * size + column]! - (interceptValues[group[row]!]! * interceptValues[trained[column]!]!) / sum;
    const places = Array.from(trained, (i) => group.indexOf(i));
    const system = Float64Array.from({ length: size * size }, (_, at) =>
      inverse(places[Math.floor(at / size)]!, at % size),
    );
    const residuals = new Float64Array(size * classes);
    trained.forEach((i, at) => residuals.set(solved.subarray(i * classes, (i + 1) * classes), at * classes));
    solveInPlace(system, residuals, size, classes);
    group.forEach((i, row) => {
      const at = trained.indexOf(i);
      for (let k = 0; k < classes; k++) {
        let residual = at < 0 ? solved[i * classes + k]! : residuals[at * classes + k]!;
        if (at < 0) {
          for (let j = 0; j < size; j++) residual -= inverse(row, j) * residuals[j * classes + k]!;
          residual /= own[i]!;
        }
        scores[i * classes + k] = targets[i * classes + k]! - residual / this.roots[i]!;
      }
    });
  }
}
