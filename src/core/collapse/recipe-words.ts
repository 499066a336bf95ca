/** Names of the values of a recipe, as every form, sentence and table shows them. */
import type { Recipe } from '../../contract/model/recipe';

export const NORMALIZATION_NAMES: Record<Recipe['normalization'], string> = {
  standard: 'training mean and deviation',
  unit: '0 to 1',
  symmetric: '−1 to 1',
  imagenet: 'ImageNet’s mean and deviation',
  raw: 'none, 0 to 255',
};

export const PREDICTION_NORMALIZATION_NAMES: Record<Recipe['prediction']['normalization'], string> = {
  ...NORMALIZATION_NAMES,
  same: 'as in training',
};

export const INIT_NAMES: Record<Recipe['init'], string> = {
  he: 'He',
  glorot: 'Glorot',
  zeros: 'all zero',
  large: 'normal of deviation 1',
  small: 'normal of deviation 1e-4',
};

export const ACTIVATION_NAMES: Record<Recipe['activation'], string> = {
  relu: 'ReLU',
  'leaky-relu': 'leaky ReLU',
  elu: 'ELU',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  none: 'none',
};

export const LOSS_NAMES: Record<Recipe['output']['loss'], string> = {
  'cross-entropy': 'cross-entropy on probabilities',
  'cross-entropy-logits': 'cross-entropy on logits (applies softmax)',
  'binary-cross-entropy': 'binary cross-entropy on probabilities',
  'binary-cross-entropy-logits': 'binary cross-entropy on logits (applies sigmoid)',
  'mean-squared-error': 'mean squared error',
};

export const OPTIMIZER_NAMES: Record<Recipe['optimizer']['kind'], string> = {
  sgd: 'SGD',
  adam: 'Adam',
  rmsprop: 'RMSprop',
};

export const SCHEDULE_NAMES: Record<Recipe['schedule'], string> = {
  constant: 'constant',
  'warmup-cosine': 'warm-up, then cosine',
  cosine: 'cosine',
  step: 'step',
  exponential: 'exponential',
  plateau: 'falls on a plateau',
};

export const VALIDATION_NAMES: Record<Recipe['validation']['from'], string> = {
  everywhere: 'images from everywhere',
  end: 'the last images, unshuffled',
};

export const IMBALANCE_NAMES: Record<Recipe['imbalance'], string> = {
  none: 'no weights',
  'class-weights': 'class weights',
  'balanced-sampler': 'balanced sampler',
  focal: 'focal loss',
};

export const MODE_NAMES: Record<Recipe['prediction']['mode'], string> = {
  predict: 'prediction (model.eval)',
  train: 'left in training mode',
};

/** "SGD with momentum 0.9". */
export const optimizerName = ({ kind, momentum }: Recipe['optimizer']): string =>
  kind === 'sgd' && momentum > 0 ? `SGD with momentum ${momentum}` : OPTIMIZER_NAMES[kind];
