import '../lab/environment';
import { expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/statistics/random';
import { type CnnShape, initialWeights, outputs, slope } from '../../../../src/engine/training/cnn/net';
import { type Tensor1D, type Tensor2D, type Tensor4D, tf } from '../../../../src/engine/training/runtime/tensors';

const SHAPE: CnnShape = { side: 8, channels: 2, classes: 3, widths: [4, 5] };
const IMAGES = 6;

function made() {
  const random = seededRandom(7);
  const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random() * 2 - 1);
  return {
    weights: initialWeights(SHAPE, random).map((value) => value + 0.1 * (random() - 0.5)),
    pictures: tf.tensor4d(numbers(IMAGES * 8 * 8 * 2), [IMAGES, 8, 8, 2]),
    targets: tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1], [IMAGES, 3]),
    dropout: tf.tensor2d(
      numbers(IMAGES * 5).map((value) => (value > -0.6 ? 1.25 : 0)),
      [IMAGES, 5],
    ),
    worth: tf.tensor2d([0.5, 2, 1, 0.5, 2, 0.1], [IMAGES, 1]),
  };
}

/** The same net in tfjs operations, with tfjs's automatic differentiation. */
function plainLoss(weights: Tensor1D, pictures: Tensor4D, targets: Tensor2D, dropout: Tensor2D, worth: Tensor2D) {
  let at = 0;
  const take = (size: number): Tensor1D => {
    const part = weights.slice([at], [size]);
    at += size;
    return part;
  };
  let x = pictures;
  for (const [depth, width] of [
    [2, 4],
    [4, 5],
  ] as const) {
    const scores = tf.conv2d(x, take(9 * depth * width).as4D(3, 3, depth, width), 2, 'same');
    const { mean, variance } = tf.moments(scores, [0, 1, 2]);
    const normal = scores.sub(mean).div(variance.add(1e-3).sqrt());
    x = tf.relu(normal.mul(take(width)).add(take(width)));
  }
  const pooled = x.mean([1, 2]).mul<Tensor2D>(dropout);
  const scores = tf.matMul(pooled, take(15).as2D(5, 3)).add(take(3));
  return tf
    .logSoftmax(scores)
    .mul(targets)
    .sum(1)
    .mul(worth.reshape([-1]))
    .neg()
    .mean();
}

it('has the gradient that tfjs computes for the same net', () => {
  const { weights, pictures, targets, dropout, worth } = made();
  const at = tf.tensor1d(weights);
  const { loss, gradient } = slope(SHAPE, at, pictures, targets, dropout, worth);
  const { value, grad } = tf.valueAndGrad((w) =>
    plainLoss(w as Tensor1D, pictures, targets, dropout, worth).asScalar(),
  )(at);
  expect(loss.dataSync()[0]).toBeCloseTo(value.dataSync()[0]!, 4);
  const ours = gradient.dataSync();
  const theirs = grad.dataSync();
  expect(Math.max(...ours.map(Math.abs))).toBeGreaterThan(0.05);
  expect(Math.max(...ours.map((v, i) => Math.abs(v - theirs[i]!)))).toBeLessThan(2e-4);
});

it('gives the same outputs at inference as in training if the moments are those of the batch', () => {
  const { weights, pictures, targets } = made();
  const at = tf.tensor1d(weights);
  const { logits, moments } = slope(SHAPE, at, pictures, targets, null);
  const used = outputs(SHAPE, at, moments, pictures).logits;
  // FusedBatchNorm returns the variance with divisor n − 1.
  expect(Math.max(...used.sub(logits).abs().dataSync())).toBeLessThan(0.05);
});
