/** Tells scripts whose net is trained with a framework that is not read, though they look like PyTorch or Keras. */
import { importsOf } from './imports';
import type { Script } from './syntax';

const FRAMEWORKS: readonly (readonly [name: string, imports: RegExp])[] = [
  ['PaddlePaddle', /^(paddle|paddleclas|ppcls)\b/],
  ['MXNet', /^(mxnet|gluoncv)\b/],
  ['Flax', /^flax\b/],
  ['Haiku', /^haiku\b/],
  ['Equinox', /^equinox\b/],
  ['JAX', /^(jax|optax)\b/],
  ['MindSpore', /^mindspore\b/],
  ['Chainer', /^chainer\b/],
  ['OneFlow', /^oneflow\b/],
  ['Jittor', /^jittor\b/],
  ['MLX', /^mlx\b/],
  ['tinygrad', /^tinygrad\b/],
  ['TFLearn', /^tflearn\b/],
];

const TRAINS_KERAS = /^(fit|fit_generator|train_on_batch|GradientTape|minimize)$/;

/** The name of the framework; null if Keras, TensorFlow or PyTorch trains the net, or no other is imported. */
export function otherFramework(script: Script): string | null {
  const imports = importsOf(script);
  const name = FRAMEWORKS.find(([, pattern]) => imports.some((one) => pattern.test(one)))?.[0];
  if (name === undefined) return null;
  const has = (pattern: RegExp): boolean => imports.some((one) => pattern.test(one));
  const keras = has(/^(tensorflow|keras|tf_keras)\b/) && script.calls.some(({ last }) => TRAINS_KERAS.test(last));
  const torch = has(/^(torch|timm|fastai|lightning|pytorch_lightning|accelerate|transformers)\b/);
  const backward = script.calls.some(({ last }) => last === 'backward');
  // PyTorch may only load the images of a net of JAX, which has no backward().
  return keras || (torch && backward) ? null : name;
}

/** The sentence for a script that is not read. */
export const notRead = (name: string): string =>
  `This script trains with ${name}, which is not read. Enter its settings in the form of the recipe, or give them as a recipe file.`;
