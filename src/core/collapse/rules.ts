/**
 * What is wrong with a recipe before anything is trained. A rule accuses, the lab proves: each says what it would do,
 * not that it did.
 */
import type { RecipeWarning } from '../../contract/model/recipe';
import { counted, percent } from '../text/numbers';
import type { Recipe, RecipeField } from './interventions/index';
import type { RecipeSetting } from './interventions/intervention';
import { NORMALIZATION_NAMES } from './interventions/normalization';
import { customaryRate, optimizerName } from './interventions/optimizer';
import { PREDICTION_NORMALIZATION_NAMES } from './interventions/prediction-normalization';
import { updateSteps, type RecipeReading } from './recipe';

export interface RuleSetting extends RecipeSetting {
  readonly classes: number;
}

interface Finding {
  readonly sentence: string;
  readonly remedy: string;
  readonly severity?: RecipeWarning['severity'];
}

interface Rule {
  readonly id: string;
  readonly fields: readonly RecipeField[];
  readonly check: (recipe: Recipe, setting: RuleSetting) => Finding | null;
}

const LOGITS = new Set<Recipe['output']['loss']>(['cross-entropy-logits', 'binary-cross-entropy-logits']);
const FEW_STEPS = 100;
const DEEP = 8;

const short = (value: number): string => String(Number(value.toPrecision(2)));

export const RULES: readonly Rule[] = [
  {
    id: 'double-activation',
    fields: ['output'],
    check: ({ output }) =>
      output.activation !== 'none' && LOGITS.has(output.loss)
        ? {
            severity: 'error',
            sentence: `The last layer applies a ${output.activation} and the loss applies its own: the outputs are squashed twice, gradients shrink and the net may never leave one class.`,
            remedy: `Drop the ${output.activation} from the last layer, or use the loss on probabilities.`,
          }
        : null,
  },
  {
    id: 'missing-activation',
    fields: ['output'],
    check: ({ output }) =>
      output.activation === 'none' && (output.loss === 'cross-entropy' || output.loss === 'binary-cross-entropy')
        ? {
            severity: 'error',
            sentence:
              'The loss expects probabilities, but the last layer has no activation: negative outputs count as 0.',
            remedy: 'Add a softmax to the last layer, or say from_logits=True.',
          }
        : null,
  },
  {
    id: 'sigmoid-for-classes',
    fields: ['output'],
    check: ({ output }, { classes }) =>
      classes > 2 && output.activation === 'sigmoid' && output.loss === 'cross-entropy'
        ? {
            severity: 'error',
            sentence:
              'A sigmoid scores each class by itself, but the loss compares classes: all outputs can rise together.',
            remedy: 'Use softmax.',
          }
        : null,
  },
  {
    id: 'binary-loss-on-classes',
    fields: ['output'],
    check: ({ output }, { classes }) =>
      classes > 2 && output.loss.startsWith('binary')
        ? {
            sentence: `Binary cross-entropy on ${classes} one-hot classes: putting out 0 for all of them is already right ${classes - 1} times of ${classes}, and the accuracy shown with it is ${short(100 - 100 / classes)} % for that.`,
            remedy: 'Use categorical cross-entropy with softmax.',
          }
        : null,
  },
  {
    id: 'squared-error',
    fields: ['output'],
    check: ({ output }) =>
      output.loss === 'mean-squared-error'
        ? {
            sentence: 'Squared error on class outputs gives almost no gradient where the net is surely wrong.',
            remedy: 'Use cross-entropy.',
          }
        : null,
  },
  {
    id: 'rate-too-high',
    fields: ['learningRate', 'optimizer'],
    check: ({ learningRate, optimizer }) => {
      const times = learningRate / customaryRate(optimizer);
      if (times < 5) return null;
      return {
        severity: times >= 20 ? 'error' : 'warning',
        sentence: `A learning rate of ${short(learningRate)} is ${short(times)} times what ${optimizerName(optimizer)} usually stands: weights overshoot, ReLUs die, one class remains.`,
        remedy: `Start at ${short(customaryRate(optimizer))}.`,
      };
    },
  },
  {
    id: 'rate-too-low',
    fields: ['learningRate', 'optimizer'],
    check: ({ learningRate, optimizer }) =>
      learningRate < customaryRate(optimizer) / 50
        ? {
            severity: learningRate < customaryRate(optimizer) / 1000 ? 'error' : 'warning',
            sentence: `A learning rate of ${short(learningRate)} hardly moves the weights: the net stays near what its initialization says, often one class.`,
            remedy: `Start at ${short(customaryRate(optimizer))}.`,
          }
        : null,
  },
  {
    id: 'too-few-steps',
    fields: ['epochs', 'batchSize', 'stepsPerEpoch'],
    check: (recipe, { images }) => {
      const steps = updateSteps(recipe, images);
      return steps < FEW_STEPS
        ? {
            severity: steps < 50 ? 'error' : 'warning',
            sentence: `${counted(recipe.epochs, 'epoch')} of ${counted(steps / recipe.epochs, 'batch', 'batches')} ${steps === 1 ? 'is' : 'are'} ${counted(steps, 'weight update')}: too few for any net to learn, and the first thing a net learns is the most frequent class.`,
            remedy: `Train ${Math.ceil((4 * FEW_STEPS * recipe.epochs) / steps)} epochs or more, or use smaller batches.`,
          }
        : null;
    },
  },
  {
    id: 'validation-of-last-classes',
    fields: ['validation'],
    check: ({ validation: { share, from } }, { classes }) =>
      from === 'end' && share > 0
        ? {
            // With even classes at least one is then held back whole.
            severity: share * classes >= 1 ? 'error' : 'warning',
            sentence: `The last ${percent(share)} of the images are held back as they were read. If that was class after class, validation sees the last classes only, and training little or nothing of them.`,
            remedy: 'Shuffle images and labels together before they are split, or hold back a share of each class.',
          }
        : null,
  },
  {
    id: 'raw-input',
    fields: ['normalization'],
    check: ({ normalization, batchNorm }) =>
      normalization === 'raw'
        ? {
            severity: batchNorm ? 'info' : 'warning',
            sentence: `Images go in as 0–255: the first layer's outputs are some hundred times too large${batchNorm ? '; batch norm mends this' : ''}.`,
            remedy: 'Subtract the training mean and divide by the training deviation, in training and in use.',
          }
        : null,
  },
  {
    id: 'unshuffled',
    fields: ['shuffle'],
    check: ({ shuffle }) =>
      shuffle
        ? null
        : {
            severity: 'error',
            sentence:
              'The training images are not shuffled: folders come class by class, so each batch holds one class and the net forgets all but the last.',
            remedy: 'Shuffle the training set anew each epoch.',
          },
  },
  {
    id: 'dropout-after-output',
    fields: ['dropout'],
    check: ({ dropout }) =>
      dropout.position === 'after-output' && dropout.rate > 0
        ? {
            severity: 'error',
            sentence: 'Dropout after the last activation deletes classes at random, the right one too.',
            remedy: 'Put dropout before the last layer.',
          }
        : null,
  },
  {
    id: 'much-dropout',
    fields: ['dropout'],
    check: ({ dropout }) =>
      dropout.rate > 0.6
        ? {
            sentence: `A dropout of ${dropout.rate} leaves little for the last layer to see.`,
            remedy: 'Use 0.2 to 0.5.',
          }
        : null,
  },
  {
    id: 'zero-init',
    fields: ['init'],
    check: ({ init }) =>
      init === 'zeros' || init === 'small'
        ? {
            severity: 'error',
            sentence:
              'Weights that start (almost) equal get equal gradients: every unit stays the same unit, and only the bias of each class is learned.',
            remedy: 'Use the layer’s default initialization (He or Glorot).',
          }
        : null,
  },
  {
    id: 'huge-init',
    fields: ['init'],
    check: ({ init, batchNorm }) =>
      init === 'large'
        ? {
            severity: batchNorm ? 'info' : 'error',
            sentence:
              'Weights drawn with deviation 1 make outputs grow layer by layer: the loss starts in the hundreds.',
            remedy: 'Use the layer’s default initialization (He or Glorot).',
          }
        : null,
  },
  {
    id: 'deep-without-batch-norm',
    fields: ['architecture', 'batchNorm'],
    check: ({ architecture, batchNorm }) =>
      architecture.layers >= DEEP && !batchNorm
        ? {
            sentence: `${architecture.layers} layers without batch norm: signals and gradients fade or grow with depth.`,
            remedy: 'Add batch norm after each convolution, or use fewer layers.',
          }
        : null,
  },
  {
    id: 'saturating-activation',
    fields: ['activation', 'architecture'],
    check: ({ activation, architecture }) =>
      activation === 'sigmoid' && architecture.layers >= 2
        ? { sentence: 'Sigmoids between layers pass at most a quarter of the gradient on.', remedy: 'Use ReLU.' }
        : null,
  },
  {
    id: 'no-activation',
    fields: ['activation', 'architecture'],
    check: ({ activation, architecture }) =>
      activation === 'none' && architecture.kind !== 'linear'
        ? {
            sentence: 'There is no activation between the layers: the whole net is one linear function.',
            remedy: 'Add ReLU after each hidden layer.',
          }
        : null,
  },
  {
    id: 'linear-model',
    fields: ['architecture'],
    check: ({ architecture }) =>
      architecture.kind === 'linear'
        ? {
            sentence: 'A linear model on pixels only tells classes that differ pixel by pixel.',
            remedy: 'Use convolutions.',
          }
        : null,
  },
  {
    id: 'slow-moving-statistics',
    fields: ['batchNormMomentum', 'epochs', 'batchSize'],
    check: (recipe, { images }) => {
      const left = recipe.batchNormMomentum ** updateSteps(recipe, images);
      return recipe.batchNorm && left > 0.05
        ? {
            sentence: `After so few updates batch norm's moving statistics are still ${short(100 * left)} % their starting values: right in training, one class in use.`,
            remedy: 'Train longer, or lower the momentum of batch norm (Keras 0.99 to 0.9).',
          }
        : null;
    },
  },
  {
    id: 'mirrored',
    fields: ['augmentation'],
    check: ({ augmentation }) =>
      augmentation.verticalFlip || augmentation.rotation > 45
        ? {
            severity: 'info',
            sentence:
              'Flips upside down or wide rotations turn a 6 into a 9: only use them where the class stays the same.',
            remedy: 'Leave them out for digits, letters and anything with an up and a down.',
          }
        : augmentation.horizontalFlip
          ? {
              severity: 'info',
              sentence: 'Mirroring turns a b into a d: only use it where the class stays the same.',
              remedy: 'Leave it out for text, digits and left/right classes.',
            }
          : null,
  },
  {
    id: 'no-weights',
    fields: ['imbalance'],
    check: ({ imbalance }, { imbalanceRatio }) =>
      imbalance === 'none' && imbalanceRatio >= 4
        ? {
            sentence: `The largest class has ${short(imbalanceRatio)} times the images of the smallest and nothing makes up for it: always saying the largest is the cheapest answer.`,
            remedy: 'Use class weights n/(K·n_c), a balanced sampler or focal loss.',
          }
        : null,
  },
  {
    id: 'prediction-scaled-otherwise',
    fields: ['prediction', 'normalization'],
    check: ({ prediction, normalization }) =>
      prediction.normalization !== 'same' && prediction.normalization !== normalization
        ? {
            severity: 'error',
            sentence: `Images are scaled “${NORMALIZATION_NAMES[normalization]}” in training but “${PREDICTION_NORMALIZATION_NAMES[prediction.normalization]}” in use: the net sees what it never saw.`,
            remedy: 'Scale them alike; best inside the model.',
          }
        : null,
  },
  {
    id: 'prediction-in-training-mode',
    fields: ['prediction', 'batchNorm', 'dropout'],
    check: ({ prediction, batchNorm, dropout }) =>
      prediction.mode === 'train' && (batchNorm || dropout.rate > 0)
        ? {
            sentence:
              'The net is used in training mode: batch norm takes its statistics from the images it is given, one class or one image at a time, and dropout goes on.',
            remedy: 'Call model.eval() before predicting.',
          }
        : null,
  },
];

/**
 * Every static rule that the recipe breaks, errors first, with the line that it comes from where one is known. Choices
 * that were merely
 * assumed are never accused.
 */
export function recipeWarnings(
  { recipe, sources }: Pick<RecipeReading, 'recipe' | 'sources'>,
  setting: RuleSetting,
): RecipeWarning[] {
  const order = { error: 0, warning: 1, info: 2 };
  return RULES.flatMap(({ id, fields, check }) => {
    const finding = check(recipe, setting);
    const told = fields.filter((name) => sources[name].how !== 'assumed');
    if (!finding || told.length === 0) return [];
    const line = told.map((name) => sources[name].line).find((one) => one !== null) ?? null;
    return [
      {
        rule: id,
        fields: [...fields],
        severity: finding.severity ?? 'warning',
        sentence: finding.sentence,
        remedy: finding.remedy,
        line,
      },
    ];
  }).sort((a, b) => order[a.severity] - order[b.severity]);
}
