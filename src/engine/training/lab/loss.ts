import type { Recipe } from '../../../core/collapse/interventions/index';
import type { Random } from '../../../core/statistics/random';
import { softmaxCrossEntropy } from './layers';
import { dropOut } from './net';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../runtime/tensors';

const EPSILON = 1e-7;
/** The exponent of the focal loss (Lin et al. 2017). */
const FOCUS = 2;

const clipped = (p: Tensor): Tensor => tf.clipByValue(p, EPSILON, 1 - EPSILON);

/** The last layer's outputs after the last activation. */
function activated(outputs: Tensor2D, activation: Recipe['output']['activation']): Tensor2D {
  if (activation === 'softmax') return tf.softmax(outputs);
  if (activation === 'sigmoid') return tf.sigmoid(outputs);
  return activation === 'relu' ? tf.relu(outputs) : outputs;
}

/** max(x, 0) − x·y + ln(1 + e^−|x|): a form that neither overflows nor takes the logarithm of 0. */
function binaryFromLogits(x: Tensor, labels: Tensor): Tensor {
  return tf.mean(tf.add(tf.sub(tf.relu(x), tf.mul(x, labels)), tf.log1p(tf.exp(tf.neg(tf.abs(x))))), 1);
}

/**
 * The formula of Keras: rows are divided by their sum and clipped, so outputs that are not probabilities also give a
 * number.
 */
function categorical(p: Tensor, labels: Tensor): Tensor {
  return tf.neg(tf.sum(tf.mul(labels, tf.log(clipped(tf.div(p, tf.sum(p, 1, true))))), 1));
}

function binary(p: Tensor, labels: Tensor): Tensor {
  const safe = clipped(p);
  return tf.neg(tf.mean(tf.add(tf.mul(labels, tf.log(safe)), tf.mul(tf.sub(1, labels), tf.log(tf.sub(1, safe)))), 1));
}

/**
 * The loss of a batch exactly as the recipe says, even if it is wrong: a softmax before a loss that includes one is
 * applied twice. An activation and a loss that belong together are computed from the logits, as in Keras and PyTorch.
 * @param outputs of the last layer, before its activation; one column if the recipe has one output
 * @param weights one per image
 */
export function lossOf(recipe: Recipe, outputs: Tensor2D, oneHot: Tensor2D, weights: Tensor1D, random: Random): Tensor {
  const single = recipe.units === 'one';
  // The softmax over one output is always 1, so the loss is 0 whatever the output is.
  if (single && !recipe.output.loss.startsWith('binary')) return tf.mean(tf.mul(outputs, 0));
  return outputLoss(recipe, outputs, single ? tf.slice(oneHot, [0, 1], [oneHot.shape[0], 1]) : oneHot, weights, random);
}

function outputLoss(recipe: Recipe, outputs: Tensor2D, labels: Tensor2D, weights: Tensor1D, random: Random): Tensor {
  const { activation, loss } = recipe.output;
  const late = recipe.dropout.position === 'after-output' && recipe.dropout.rate > 0;
  const out = (): Tensor =>
    late ? dropOut(activated(outputs, activation), recipe.dropout.rate, random) : activated(outputs, activation);
  const weighted = (perImage: Tensor): Tensor => tf.mean(tf.mul(perImage, weights));
  const fused = !late && activation === 'softmax' && loss === 'cross-entropy';
  if (loss === 'cross-entropy-logits' || fused) {
    const logits = fused ? outputs : out();
    if (recipe.imbalance !== 'focal') return softmaxCrossEntropy(logits, labels, weights);
    const logP = tf.sum(tf.mul(labels, tf.logSoftmax(logits as Tensor2D)), 1);
    return weighted(tf.neg(tf.mul(tf.pow(tf.sub(1, tf.exp(logP)), FOCUS), logP)));
  }
  switch (loss) {
    case 'cross-entropy':
      return weighted(categorical(out(), labels));
    case 'binary-cross-entropy-logits':
      return weighted(binaryFromLogits(out(), labels));
    case 'binary-cross-entropy':
      return weighted(!late && activation === 'sigmoid' ? binaryFromLogits(outputs, labels) : binary(out(), labels));
    case 'mean-squared-error':
      return weighted(tf.mean(tf.squaredDifference(out(), labels), 1));
    case 'negative-likelihood':
      return weighted(tf.neg(tf.sum(tf.mul(out(), labels), 1)));
  }
}
