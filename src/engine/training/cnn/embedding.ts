/**
 * One embedding from the nets of all folds. Each net has its own channels, so that distances between images of two
 * folds have no meaning. The same images (anchors) are given to all nets, and the rotation that maps a fold's anchors
 * to those of the first fold is applied to its images (orthogonal Procrustes, Schönemann 1966).
 */
import { matMul, symmetricEigen } from '../runtime/linear-algebra';
import { type Tensor2D, tf } from '../runtime/tensors';

const DIMENSIONS_MOST = 64;
/**
 * Newton–Schulz iterations to the nearest matrix with orthonormal columns. Singular values below 1e-3 of the largest
 * would need more, and do not matter.
 */
const STEPS = 30;

export interface PlacedImages {
  /** images × dimensions. */
  readonly embedding: Float32Array;
  readonly dimensions: number;
  /** Positions of the anchors, anchors × dimensions, centred. */
  readonly frame: Float32Array;
}

/**
 * Computes the positions of images from a net's pooled channels.
 * @param pooled images × depth
 * @param anchors anchors × depth, from the same net
 * @param frame positions of the anchors in the first fold; null in the first fold
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

/** First principal components of the anchors, depth × dimensions. */
function principal(centred: Tensor2D, dimensions: number): Tensor2D {
  const { vectors } = symmetricEigen(matMul(centred, centred, true));
  const depth = vectors.shape[0];
  return vectors.slice<Tensor2D>([0, depth - dimensions], [depth, dimensions]);
}

/** Rotation and scale that map `from` as near as possible to `to`: depth × dimensions. */
function procrustes(from: Tensor2D, to: Tensor2D): Tensor2D {
  const product = matMul(from, to, true);
  let turn = product.div<Tensor2D>(product.norm().add(1e-12));
  for (let step = 0; step < STEPS; step++)
    turn = turn.mul(1.5).sub<Tensor2D>(matMul(turn, matMul(turn, turn, true)).mul(0.5));
  const size = (matrix: Tensor2D) => matrix.norm();
  return turn.mul<Tensor2D>(size(to).div(size(matMul(from, turn)).add(1e-12)));
}
