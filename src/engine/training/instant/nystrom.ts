/** Nyström features of the Gaussian kernel (Williams & Seeger 2001), from squared distances to landmarks. */
import { cholesky, matMul, preciselyEach, preciseMatMul, solveTriangular } from '../runtime/linear-algebra';
import { type Tensor2D, tf, withDoubles } from '../runtime/tensors';

/** Added to the diagonal of the landmarks' kernel (which is 1), so that it can be factored with 32-bit numbers. */
const JITTER = 1e-3;

/** What turns distances into features. It is computed once: another processor would round it differently. */
export interface Nystrom {
  readonly landmarks: number;
  /** Kernel exp(−gamma · distance). */
  readonly gamma: number;
  /** landmarks × landmarks. */
  readonly transform: Float32Array;
  /** Mean of the features over the landmarks, which is close to the mean over all images. */
  readonly centre: Float32Array;
}

/** @param between squared distances of the landmarks to each other, landmarks × landmarks */
export function nystromOf(between: Float32Array, gamma: number): Nystrom {
  const landmarks = Math.sqrt(between.length);
  const [transform, centre] = tf.tidy(() => {
    const kernel = tf.tensor2d(between, [landmarks, landmarks]).mul<Tensor2D>(-gamma).exp<Tensor2D>();
    const lower = cholesky(kernel.add<Tensor2D>(tf.eye(landmarks).mul(JITTER)));
    const matrix = solveTriangular(lower, tf.eye(landmarks)).transpose<Tensor2D>();
    return [matrix, matMul(kernel.mean<Tensor2D>(0, true), matrix)] as const;
  });
  const made = {
    landmarks,
    gamma,
    transform: transform.dataSync<'float32'>(),
    centre: centre.dataSync<'float32'>(),
  };
  tf.dispose([transform, centre]);
  return made;
}

/**
 * Turns squared distances, images × landmarks, into features of the same shape. Computed with 64 bits, so that they do
 * not depend on which images are processed together.
 */
export function nystromFeatures({ landmarks, gamma, transform }: Nystrom, distances: Float32Array): Float32Array {
  return withDoubles((doubles) => {
    const { from, round, widen } = doubles;
    const squares = widen(distances, [distances.length / landmarks, landmarks]);
    const kernel = preciselyEach(
      doubles,
      'Exp',
      preciselyEach(doubles, 'Mul', squares, from(Float64Array.of(-gamma), [1])),
    );
    return round(preciseMatMul(doubles, kernel, widen(transform, [landmarks, landmarks])));
  });
}
