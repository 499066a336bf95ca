import type { Trace } from '../../../contract/model/lab';
import { imageTensor, type Feed, type LabData } from './data';
import { forward, type Net } from './net';
import type { Update } from './optimizer';
import { tf, type Tensor } from '../runtime/tensors';

/** Number of training images for which the outputs of the layers are measured. */
const WATCHED = 64;

interface Look {
  readonly net: Net;
  readonly feed: Feed;
  readonly data: LabData;
  /** Validation images, and the net's predictions for them. */
  readonly shown: readonly number[];
  readonly answers: Int32Array;
  readonly step: number;
  readonly loss: number;
  readonly update: Update | null;
}

interface Watched {
  readonly dead: number | null;
  readonly variation: number;
}

const numberIn = (tensor: Tensor): number => tensor.dataSync()[0]!;

/**
 * The share of units that are 0 for every image, and the mean standard deviation of a unit over the images. Must be
 * called within a tidy.
 */
function watch(output: Tensor, relu: boolean): Watched {
  const variation = numberIn(tf.mean(tf.sqrt(tf.moments(output, 0).variance)));
  const butLast = output.shape.map((_, axis) => axis).slice(0, -1);
  return {
    dead: relu ? 1 - numberIn(tf.mean(tf.max(tf.cast(tf.greater(output, 0), 'float32'), butLast))) : null,
    variation,
  };
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

function balancedAccuracy(
  labels: ArrayLike<number>,
  images: readonly number[],
  answers: Int32Array,
  classes: number,
): number {
  const hits = Array<number>(classes).fill(0);
  const counts = Array<number>(classes).fill(0);
  images.forEach((image, i) => {
    counts[labels[image]!]! += 1;
    if (answers[i] === labels[image]) hits[labels[image]!]! += 1;
  });
  const present = counts.filter((count) => count > 0).length;
  return hits.reduce((sum, hit, k) => sum + (counts[k]! > 0 ? hit / counts[k]! : 0), 0) / Math.max(1, present);
}

/** Measures a net during training: its predictions, and the state of its layers. */
export function lookAt({ net, feed, data, shown, answers, step, loss, update }: Look): Trace {
  const watched: Watched[] = [];
  const every = Math.max(1, Math.floor(feed.trainedOn.length / WATCHED));
  const sample = feed.trainedOn.filter((_, i) => i % every === 0).slice(0, WATCHED);
  const images = imageTensor(data, sample, feed.seen);
  tf.tidy(() => {
    forward(net, images, {
      moments: 'moving',
      dropout: null,
      seeOutput: (layer, output) =>
        watched.push(watch(output, layer.name !== 'output' && net.recipe.activation === 'relu')),
    });
  });
  images.dispose();
  const predicted = Array<number>(data.classes).fill(0);
  for (const answer of answers) predicted[answer]! += 1 / Math.max(1, answers.length);
  return {
    step,
    loss: finite(loss),
    balancedAccuracy: balancedAccuracy(data.labels, shown, answers, data.classes),
    predicted,
    layers: net.layers.map((layer, i) => {
      const at = net.variables.indexOf(layer.weights);
      const size = tf.tidy(() => tf.norm(layer.weights as Tensor).dataSync()[0]!);
      return {
        name: layer.name,
        gradient: finite(update?.gradients[at]),
        updateRatio: finite(update && size > 0 ? update.updates[at]! / size : undefined),
        dead: finite(watched[i]?.dead ?? undefined),
        variation: finite(watched[i]?.variation),
      };
    }),
  };
}
