/** The registry of what the lab can change: one entry is one choice of the recipe or one remedy of the data. */
import type { Augmentation, Recipe, RecipeField } from '../../contract/model/recipe';
import { counted } from '../text/numbers';
import { customaryRate } from './recipe';
import {
  ACTIVATION_NAMES,
  IMBALANCE_NAMES,
  INIT_NAMES,
  LOSS_NAMES,
  MODE_NAMES,
  NORMALIZATION_NAMES,
  optimizerName,
  PREDICTION_NORMALIZATION_NAMES,
  SCHEDULE_NAMES,
} from './recipe-words';

export const CHOICE_IDS = [
  'architecture',
  'activation',
  'batch-norm',
  'batch-norm-momentum',
  'init',
  'dropout',
  'output',
  'optimizer',
  'learning-rate',
  'schedule',
  'weight-decay',
  'gradient-clip',
  'steps',
  'batch-size',
  'shuffle',
  'normalization',
  'horizontal-flip',
  'vertical-flip',
  'rotation',
  'shift',
  'zoom',
  'brightness',
  'noise',
  'imbalance',
  'prediction-normalization',
  'prediction-mode',
  'flagged-labels',
  'duplicates',
] as const;
export type ChoiceId = (typeof CHOICE_IDS)[number];

/** One training run of the lab, fully said: the recipe, how long, and on which of the images. */
export interface Configuration {
  readonly recipe: Recipe;
  /** Weight updates; counts instead of the recipe's epochs, for the lab trains on a part of the images. */
  readonly steps: number;
  /** Images flagged as wrongly labelled, and all but one of each duplicate group, are trained on. */
  readonly flaggedLabels: boolean;
  readonly duplicates: boolean;
}

export interface Choice {
  readonly id: ChoiceId;
  /** A noun phrase: "learning rate". */
  readonly title: string;
  /** Fields of the recipe that hold it; empty for the data. */
  readonly fields: readonly RecipeField[];
  /** Whether both do the same, or the user's is as customary as the sound one. */
  same(user: Configuration, sound: Configuration): boolean;
  /** `onto` with this choice made as in `from`. */
  take(onto: Configuration, from: Configuration): Configuration;
  say(configuration: Configuration): string;
}

type Edit = (recipe: Recipe, from: Recipe) => Partial<Recipe>;

const withRecipe = (onto: Configuration, part: Partial<Recipe>): Configuration => ({
  ...onto,
  recipe: { ...onto.recipe, ...part },
});

function choice(
  id: ChoiceId,
  title: string,
  fields: readonly RecipeField[],
  same: (user: Recipe, sound: Recipe) => boolean,
  edit: Edit,
  say: (recipe: Recipe) => string,
): Choice {
  return {
    id,
    title,
    fields,
    same: (user, sound) => same(user.recipe, sound.recipe),
    take: (onto, from) => withRecipe(onto, edit(onto.recipe, from.recipe)),
    say: ({ recipe }) => say(recipe),
  };
}

/** A choice that is one field of the recipe. */
function field<F extends RecipeField>(
  id: ChoiceId,
  title: string,
  name: F,
  same: (user: Recipe[F], sound: Recipe[F]) => boolean,
  say: (value: Recipe[F]) => string,
): Choice {
  return choice(
    id,
    title,
    [name],
    (user, sound) => same(user[name], sound[name]),
    (_, from) => ({ [name]: from[name] }),
    (recipe) => say(recipe[name]),
  );
}

function augmentation<F extends keyof Augmentation>(
  id: ChoiceId,
  title: string,
  name: F,
  harmlessUpTo: number,
  say: (value: Augmentation[F]) => string,
): Choice {
  const same = (user: Recipe, sound: Recipe): boolean =>
    Math.abs(Number(user.augmentation[name]) - Number(sound.augmentation[name])) <= harmlessUpTo;
  const edit: Edit = (recipe, from) => ({ augmentation: { ...recipe.augmentation, [name]: from.augmentation[name] } });
  return choice(id, title, ['augmentation'], same, edit, (recipe) => say(recipe.augmentation[name]));
}

/** How far the rate is from what its own optimizer stands: 1 is customary, 50 is fifty times too high. */
const ratio = (recipe: Recipe): number => recipe.learningRate / customaryRate(recipe.optimizer);

const OUTPUTS: Partial<Record<`${Recipe['output']['activation']} ${Recipe['output']['loss']}`, string>> = {
  'none cross-entropy-logits': 'categorical',
  'softmax cross-entropy': 'categorical',
  'none binary-cross-entropy-logits': 'per class',
  'sigmoid binary-cross-entropy': 'per class',
};

/**
 * Two outputs of one meaning are one function: softmax before a loss on probabilities, none before a loss on logits.
 */
export const outputMeaning = ({ output }: Pick<Recipe, 'output'>): string =>
  OUTPUTS[`${output.activation} ${output.loss}`] ?? `${output.activation} ${output.loss}`;

const centred = (name: Recipe['normalization']): boolean => name !== 'raw' && name !== 'unit';

const architectureName = ({ kind, layers, width }: Recipe['architecture']): string =>
  kind === 'linear'
    ? 'linear, no hidden layer'
    : `${kind === 'conv' ? counted(layers, 'convolution') : counted(layers, 'dense layer')}, ${width} wide`;

const soundlyDeep = ({ kind, layers, width }: Recipe['architecture']): boolean =>
  kind === 'conv' && layers >= 2 && layers <= 6 && width >= 8;

/** Weights and a sampler do the same; on even classes they do nothing. */
const balanced = (value: Recipe['imbalance']): boolean => value === 'class-weights' || value === 'balanced-sampler';

const DATA: readonly Choice[] = [
  {
    id: 'flagged-labels',
    title: 'labels flagged as wrong',
    fields: [],
    same: (user, sound) => user.flaggedLabels === sound.flaggedLabels,
    take: (onto, from) => ({ ...onto, flaggedLabels: from.flaggedLabels }),
    say: ({ flaggedLabels }) => (flaggedLabels ? 'kept in training' : 'taken out of training'),
  },
  {
    id: 'duplicates',
    title: 'duplicates',
    fields: [],
    same: (user, sound) => user.duplicates === sound.duplicates,
    take: (onto, from) => ({ ...onto, duplicates: from.duplicates }),
    say: ({ duplicates }) => (duplicates ? 'kept in training' : 'one of each group in training'),
  },
];

const STEPS: Choice = {
  id: 'steps',
  title: 'update steps',
  fields: ['epochs', 'batchSize', 'stepsPerEpoch'],
  same: (user, sound) => user.steps >= 0.75 * sound.steps,
  take: (onto, from) => ({ ...onto, steps: from.steps }),
  say: ({ steps }) => counted(steps, 'update'),
};

/** Taken in this order: the learning rate is relative to what the optimizer stands, so the optimizer comes first. */
export const CHOICES: readonly Choice[] = [
  field(
    'architecture',
    'architecture',
    'architecture',
    (user, sound) => soundlyDeep(user) && soundlyDeep(sound),
    architectureName,
  ),
  field(
    'activation',
    'hidden activation',
    'activation',
    (user, sound) => user === sound || ['leaky-relu', 'elu'].includes(user),
    (value) => ACTIVATION_NAMES[value],
  ),
  field(
    'batch-norm',
    'batch norm',
    'batchNorm',
    (user, sound) => user === sound,
    (value) => (value ? 'on' : 'off'),
  ),
  choice(
    'batch-norm-momentum',
    'momentum of batch norm',
    ['batchNormMomentum'],
    (user, sound) => !user.batchNorm || Math.abs(user.batchNormMomentum - sound.batchNormMomentum) <= 0.05,
    (_, from) => ({ batchNormMomentum: from.batchNormMomentum }),
    (recipe) => String(recipe.batchNormMomentum),
  ),
  field(
    'init',
    'initialization',
    'init',
    (user, sound) => user === sound || user === 'glorot',
    (value) => INIT_NAMES[value],
  ),
  field(
    'dropout',
    'dropout',
    'dropout',
    (user) => user.rate === 0 || (user.rate <= 0.3 && user.position === 'before-output'),
    ({ rate, position }) =>
      rate === 0
        ? 'none'
        : `${rate} ${position === 'after-output' ? 'after the last activation' : 'before the last layer'}`,
  ),
  choice(
    'output',
    'last activation and loss',
    ['output'],
    (user, sound) => outputMeaning(user) === outputMeaning(sound),
    (_, from) => ({ output: from.output }),
    ({ output }) =>
      `${output.activation === 'none' ? 'no activation' : output.activation} before ${LOSS_NAMES[output.loss]}`,
  ),
  choice(
    'optimizer',
    'optimizer',
    ['optimizer'],
    (user, sound) =>
      user.optimizer.kind === sound.optimizer.kind &&
      (user.optimizer.kind !== 'sgd' || user.optimizer.momentum === sound.optimizer.momentum),
    (recipe, from) => ({ optimizer: from.optimizer, learningRate: customaryRate(from.optimizer) * ratio(recipe) }),
    (recipe) => optimizerName(recipe.optimizer),
  ),
  choice(
    'learning-rate',
    'learning rate',
    ['learningRate'],
    (user, sound) => ratio(user) / ratio(sound) <= 4 && ratio(sound) / ratio(user) <= 4,
    (recipe, from) => ({ learningRate: customaryRate(recipe.optimizer) * ratio(from) }),
    (recipe) => `${Number(recipe.learningRate.toPrecision(3))} with ${optimizerName(recipe.optimizer)}`,
  ),
  field(
    'schedule',
    'learning-rate schedule',
    'schedule',
    (user, sound) => user === sound,
    (value) => SCHEDULE_NAMES[value],
  ),
  field(
    'weight-decay',
    'weight decay',
    'weightDecay',
    (user) => user <= 1e-3,
    (value) => String(value),
  ),
  field(
    'gradient-clip',
    'gradient clipping',
    'gradientClip',
    (user) => user === null || user >= 0.5,
    (value) => (value === null ? 'none' : `norm at most ${value}`),
  ),
  STEPS,
  field(
    'batch-size',
    'batch size',
    'batchSize',
    (user) => user >= 8 && user <= 128,
    (value) => counted(value, 'image'),
  ),
  field(
    'shuffle',
    'shuffling',
    'shuffle',
    (user, sound) => user === sound,
    (value) => (value ? 'shuffled' : 'sorted by class'),
  ),
  choice(
    'normalization',
    'normalization',
    ['normalization'],
    (user, sound) =>
      user.normalization === sound.normalization || (centred(user.normalization) && centred(sound.normalization)),
    (_, from) => ({ normalization: from.normalization }),
    (recipe) => NORMALIZATION_NAMES[recipe.normalization],
  ),
  augmentation('horizontal-flip', 'horizontal flips', 'horizontalFlip', 0, (value) => (value ? 'on' : 'off')),
  augmentation('vertical-flip', 'vertical flips', 'verticalFlip', 0, (value) => (value ? 'on' : 'off')),
  augmentation('rotation', 'rotation', 'rotation', 15, (value) => `up to ${value}°`),
  augmentation('shift', 'shifts', 'shift', 0.1, (value) => `up to ${value} of the side`),
  augmentation('zoom', 'zoom', 'zoom', 0.1, (value) => `up to ${value}`),
  augmentation('brightness', 'brightness changes', 'brightness', 0.1, (value) => `up to ${value} of the range`),
  augmentation('noise', 'added noise', 'noise', 0.02, (value) => `deviation ${value} of the range`),
  field(
    'imbalance',
    'class balance',
    'imbalance',
    (user, sound) => user === sound || sound === 'none' || (balanced(user) && balanced(sound)),
    (value) => IMBALANCE_NAMES[value],
  ),
  choice(
    'prediction-normalization',
    'normalization when predicting',
    ['prediction'],
    ({ prediction, normalization }) =>
      prediction.normalization === 'same' || prediction.normalization === normalization,
    (recipe, from) => ({ prediction: { ...recipe.prediction, normalization: from.prediction.normalization } }),
    ({ prediction }) => PREDICTION_NORMALIZATION_NAMES[prediction.normalization],
  ),
  choice(
    'prediction-mode',
    'mode when predicting',
    ['prediction'],
    (user, sound) => user.prediction.mode === sound.prediction.mode,
    (recipe, from) => ({ prediction: { ...recipe.prediction, mode: from.prediction.mode } }),
    ({ prediction }) => MODE_NAMES[prediction.mode],
  ),
  ...DATA,
];

/**
 * Where the user's choice is as good as the sound one, these keep the sound one all the same: theirs may cost time, and
 * ours is what the data need.
 */
const KEPT_SOUND: ReadonlySet<ChoiceId> = new Set(['architecture', 'batch-size', 'steps', 'shift']);

export interface Difference {
  readonly choice: Choice;
  readonly user: string;
  readonly sound: string;
}

export interface Comparison {
  /** The sound configuration with every choice of the user's that is as good. */
  readonly sound: Configuration;
  /** `sound` with every difference taken from the user: his own configuration as the lab trains it. */
  readonly user: Configuration;
  readonly differences: readonly Difference[];
}

/**
 * Where two configurations differ, one entry a choice. Choices that are as customary as the sound ones are no
 * difference.
 */
export function compareConfigurations(user: Configuration, sound: Configuration): Comparison {
  const base = CHOICES.filter((one) => !KEPT_SOUND.has(one.id) && one.same(user, sound)).reduce(
    (onto, one) => one.take(onto, user),
    sound,
  );
  const differing = CHOICES.filter((one) => !one.same(user, sound));
  return {
    sound: base,
    user: takeChoices(base, user, new Set(differing.map((one) => one.id))),
    differences: differing.map((one) => ({ choice: one, user: one.say(user), sound: one.say(base) })),
  };
}

/** `onto` with the named choices made as in `from`. */
export function takeChoices(onto: Configuration, from: Configuration, ids: ReadonlySet<ChoiceId>): Configuration {
  return CHOICES.filter((one) => ids.has(one.id)).reduce((made, one) => one.take(made, from), onto);
}
