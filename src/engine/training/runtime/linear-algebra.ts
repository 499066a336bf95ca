/** Dense linear algebra with TensorFlow's kernels, in 32 bits where nothing else is said. Callers dispose of the tensors. */
import { type Double, type DoubleKernels, kernel, type Tensor2D, tf, withDoubles } from './tensors';

/** Eigenvalues (ascending) and eigenvectors (columns) of a symmetric matrix. */
export function symmetricEigen(matrix: Tensor2D): { values: Float32Array; vectors: Tensor2D } {
  const [values, vectors] = kernel(
    'SelfAdjointEigV2',
    [matrix],
    [
      { name: 'compute_v', kind: 'bool', value: true },
      { name: 'T', kind: 'type' },
    ],
    2,
  );
  const numbers = values!.dataSync<'float32'>();
  values!.dispose();
  return { values: numbers, vectors: vectors as Tensor2D };
}

/** `symmetricEigen` computed with 64 bits. @param matrix size × size */
export function preciseEigen(matrix: Float64Array, size: number): { values: Float64Array; vectors: Float64Array } {
  return withDoubles(({ from, run, read }) => {
    const attributes = [
      { name: 'compute_v', kind: 'bool', value: true },
      { name: 'T', kind: 'type', bits: 64 },
    ] as const;
    const [values, vectors] = run('SelfAdjointEigV2', [from(matrix, [size, size])], attributes, 2);
    return { values: read(values!), vectors: read(vectors!) };
  });
}

/** `matMul` with 64 bits. */
export function preciseMatMul(
  { run }: Pick<DoubleKernels, 'run'>,
  a: Double,
  b: Double,
  transposeA = false,
  transposeB = false,
): Double {
  const attributes = [
    { name: 'transpose_a', kind: 'bool', value: transposeA },
    { name: 'transpose_b', kind: 'bool', value: transposeB },
    { name: 'T', kind: 'type', bits: 64 },
  ] as const;
  return run('MatMul', [a, b], attributes)[0]!;
}

/** A function of one or two 64-bit matrices, number by number; a row or a column is repeated. */
export function preciselyEach(
  { run }: Pick<DoubleKernels, 'run'>,
  name: 'Mul' | 'Sub' | 'Square',
  ...inputs: readonly Double[]
): Double {
  return run(name, inputs, [{ name: 'T', kind: 'type', bits: 64 }])[0]!;
}

/** Lower triangular factor; rows of NaN if the matrix is not positive definite. */
export function cholesky(matrix: Tensor2D): Tensor2D {
  return kernel('Cholesky', [matrix], [{ name: 'T', kind: 'type' }])[0] as Tensor2D;
}

/** The solution X of `lower` X = `right`, or of `lower`ᵀ X = `right`. */
export function solveTriangular(lower: Tensor2D, right: Tensor2D, transposed = false): Tensor2D {
  const attributes = [
    { name: 'lower', kind: 'bool', value: true },
    { name: 'adjoint', kind: 'bool', value: transposed },
    { name: 'T', kind: 'type' },
  ] as const;
  return kernel('MatrixTriangularSolve', [lower, right], attributes)[0] as Tensor2D;
}

/** Rows up to which a triangular matrix is inverted by substitution. */
const SUBSTITUTED_MOST = 256;

/**
 * Inverse of a lower triangular matrix, by halves: most of the work becomes products, which take half the time of
 * substitution.
 */
export function lowerInverse(lower: Tensor2D): Tensor2D {
  const size = lower.shape[0];
  if (size <= SUBSTITUTED_MOST) return solveTriangular(lower, tf.eye(size));
  return tf.tidy(() => {
    const half = size >> 1;
    const rest = size - half;
    const first = lowerInverse(lower.slice([0, 0], [half, half]));
    const last = lowerInverse(lower.slice([half, half], [rest, rest]));
    const below = matMul(last, matMul(lower.slice([half, 0], [rest, half]), first)).neg<Tensor2D>();
    return tf.concat2d([tf.concat2d([first, tf.zeros([half, rest])], 1), tf.concat2d([below, last], 1)], 0);
  });
}

/** tfjs types a product by one factor only; here it is always a matrix. */
export function matMul(a: Tensor2D, b: Tensor2D, transposeA = false, transposeB = false): Tensor2D {
  return tf.matMul<Tensor2D>(a, b, transposeA, transposeB);
}

/** Squared Euclidean norm of each row, rows × 1. */
export function squaredNorms(matrix: Tensor2D): Tensor2D {
  return tf.tidy(() => matrix.square().sum<Tensor2D>(1, true));
}

/**
 * Squared Euclidean distances between the rows of `a` and those of `b`, at least 0.
 * @param normsOfB `squaredNorms(b)` as a row
 */
export function squaredDistances(a: Tensor2D, b: Tensor2D, normsOfB: Tensor2D): Tensor2D {
  return tf.tidy(() =>
    tf.relu(
      squaredNorms(a)
        .add(normsOfB)
        .sub<Tensor2D>(matMul(a, b, false, true).mul(2)),
    ),
  );
}
