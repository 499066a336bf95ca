/**
 * One embedding from several nets. Each fold's net has channels of its own, so that distances between images of two
 * folds mean nothing; the
 * same images (anchors), shown to all nets, tell how each fold's channels are turned to lie on the first fold's
 * (orthogonal Procrustes,
 * Schönemann 1966).
 */
import { matMul, symmetricEigen } from '../runtime/linear-algebra';
import { type Tensor2D, tf } from '../runtime/tensors';

const DIMENSIONS_MOST = 64;
/**
 * Newton–Schulz steps to the nearest orthonormal columns; singular values below 1e-3 of the largest would need more,
 * and say nothing.
 */
const STEPS = 30;

export interface PlacedImages {
  /** images × dimensions. */
  readonly embedding: Float32Array;
  readonly dimensions: number;
  /** Places of the anchors, anchors × dimensions, centred. */
  readonly frame: Float32Array;
}

/**
 * Places images by a net's pooled channels.
 * @param pooled images × depth
 * @param anchors anchors × depth, by the same net
 * @param frame where the first fold placed the anchors; null in the first fold
 */
export function placed(
  pooled: Float32Array,
  anchors: Float32Array,
  depth: number,
  frame: Float32Array | null,
): PlacedImages {
  const count = anchors.length / depth;
  const images = pooled.length / depth;
  const dimensions = frame ? frame.length / count : Math.min(DIMENSIONS_MOST, depth);
  const turned = tf.tidy(() => {
    const all = tf.tensor2d(anchors, [count, depth]);
    const mean = all.mean<Tensor2D>(0, true);
    const centred = all.sub<Tensor2D>(mean);
    const turn = frame ? procrustes(centred, tf.tensor2d(frame, [count, dimensions])) : principal(centred, dimensions);
    const places = matMul(tf.tensor2d(pooled, [images, depth]).sub<Tensor2D>(mean), turn);
    return [places, matMul(centred, turn)] as const;
  }) as unknown as readonly [Tensor2D, Tensor2D];
  const [embedding, anchored] = turned.map((tensor) => tensor.dataSync<'float32'>());
  tf.dispose([...turned]);
  return { embedding: embedding!, dimensions, frame: frame ?? anchored! };
}

/** The directions in which the anchors differ most, depth × dimensions. */
function principal(centred: Tensor2D, dimensions: number): Tensor2D {
  const { vectors } = symmetricEigen(matMul(centred, centred, true));
  const depth = vectors.shape[0];
  return vectors.slice<Tensor2D>([0, depth - dimensions], [depth, dimensions]);
}

/** The turn of `from` that comes nearest to `to`, and its scale: depth × dimensions. */
function procrustes(from: Tensor2D, to: Tensor2D): Tensor2D {
  const product = matMul(from, to, true);
  let turn = product.div<Tensor2D>(product.norm().add(1e-12));
  for (let step = 0; step < STEPS; step++)
    turn = turn.mul(1.5).sub<Tensor2D>(matMul(turn, matMul(turn, turn, true)).mul(0.5));
  const size = (matrix: Tensor2D) => matrix.norm();
  return turn.mul<Tensor2D>(size(to).div(size(matMul(from, turn)).add(1e-12)));
}
