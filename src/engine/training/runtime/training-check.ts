/**
 * A minimal training, of one hidden layer on generated data, to check that TensorFlow loads, trains and can be
 * cancelled.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { seededRandom } from '../../../core/statistics/random';
import type { TaskRunner } from '../protocol/tasks';
import { tf } from './tensors';

const IMAGES = 64;
const PIXELS = 64;

/** @returns the cross-entropy before the first step and after the last one */
export const trainingCheck: TaskRunner<'training-check'> = async ({ steps }, { signal, progress }) => {
  const random = seededRandom(1);
  const pixels = Float32Array.from({ length: IMAGES * PIXELS }, () => random() - 0.5);
  const labels = Int32Array.from({ length: IMAGES }, (_, i) =>
    pixels[i * PIXELS]! + pixels[i * PIXELS + 1]! > 0 ? 1 : 0,
  );
  const x = tf.tensor2d(pixels, [IMAGES, PIXELS]);
  const y = tf.oneHot(tf.tensor1d(labels, 'int32'), 2);
  const hidden = tf.variable(tf.randomNormal([PIXELS, 32], 0, 0.15, 'float32', 2));
  const output = tf.variable(tf.randomNormal([32, 2], 0, 0.2, 'float32', 3));
  const optimizer = tf.train.adam(0.01);
  const cost = (): ReturnType<typeof tf.scalar> =>
    tf.losses.softmaxCrossEntropy(y, tf.relu(x.matMul(hidden)).matMul(output));
  const loss = (): number => tf.tidy(() => cost().dataSync()[0] ?? Number.NaN);
  const firstLoss = loss();
  for (let step = 1; step <= steps; step++) {
    optimizer.minimize(cost, false, [hidden, output]);
    progress({ stage: 'train', done: step, total: steps });
    await nextTurn();
    signal.throwIfAborted();
  }
  return { firstLoss, lastLoss: loss() };
};
