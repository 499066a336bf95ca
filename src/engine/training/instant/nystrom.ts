/**
 * Nyström features of the Gaussian kernel (Williams & Seeger 2001). An image has one kernel value for each landmark; its
 * features are these values times `transform`. They are never written: what is computed from them is computed from the
 * kernel values, with one product of all rows less.
 */
import { cholesky, solveTriangular } from '../runtime/linear-algebra';
import { type Tensor2D, tf } from '../runtime/tensors';

/** Added to the diagonal of the landmarks' kernel (which is 1), so that it can be factored with 32-bit numbers. */
const JITTER = 1e-3;

/** It is computed once: another processor would round it differently. */
export interface Nystrom {
  readonly landmarks: number;
  /** Kernel exp(−gamma · distance). */
  readonly gamma: number;
  /** From kernel values to features, landmarks × landmarks. */
  readonly transform: Float32Array;
  /** Mean of the kernel values over the landmarks, which is close to the mean over all images. */
  readonly centre: Float32Array;
}

/** @param between squared distances of the landmarks to each other, landmarks × landmarks */
export function nystromOf(between: Float32Array, gamma: number): Nystrom {
  const landmarks = Math.sqrt(between.length);
  const [transform, centre] = tf.tidy(() => {
    const kernel = tf.tensor2d(between, [landmarks, landmarks]).mul<Tensor2D>(-gamma).exp<Tensor2D>();
    const lower = cholesky(kernel.add<Tensor2D>(tf.eye(landmarks).mul(JITTER)));
    return [solveTriangular(lower, tf.eye(landmarks)).transpose<Tensor2D>(), kernel.mean<Tensor2D>(0, true)] as const;
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

/** Turns squared distances into kernel values. */
export const kernelValues = ({ gamma }: Pick<Nystrom, 'gamma'>, distances: Float32Array): Float32Array =>
  distances.map((distance) => Math.exp(-gamma * distance));
