/**
 * Static rules: possible faults of a recipe, found without training. A rule says what a choice can do; only the lab
 * shows whether it does so on the data.
 */
import { percent, short } from '../text/numbers';
import { BASE_RULES } from './base-rules';
import type { Recipe } from './interventions/index';
import { NORMALIZATION_NAMES } from './interventions/normalization';
import { customaryRate, optimizerName } from './interventions/optimizer';
import { PREDICTION_NORMALIZATION_NAMES } from './interventions/prediction-normalization';
import { updateSteps } from './recipe';
import { twoDigits, type Rule } from './rule';
import { FEW_STEPS_RULE } from './few-steps';

const LOGITS = new Set<Recipe['output']['loss']>(['cross-entropy-logits', 'binary-cross-entropy-logits']);
const DEEP = 8;
/** A smaller share of the initial values in the moving statistics of batch norm does little harm. */
const MOSTLY_MOVED = 0.25;

export const RULES: readonly Rule[] = [
  ...BASE_RULES,
  {
    id: 'double-activation',
    fields: ['output'],
    check: ({ output }) =>
      (output.activation === 'softmax' || output.activation === 'sigmoid') && LOGITS.has(output.loss)
        ? {
            severity: 'error',
            sentence: `The last layer applies a ${output.activation} and the loss applies its own: the outputs are squashed twice, gradients shrink, and the net may never predict more than one class.`,
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
    check: ({ output }, { classes }, framework) =>
      (classes ?? 2) >= 2 && output.activation === 'sigmoid' && output.loss === 'cross-entropy'
        ? {
            sentence: `A sigmoid scores each class by itself, but the loss compares classes.${framework === 'keras' ? ' Keras divides the outputs by their sum, so the net can learn, but more slowly.' : ' All outputs can rise together.'}`,
            remedy: 'Use softmax.',
          }
        : null,
  },
  {
    id: 'binary-loss-on-classes',
    fields: ['output'],
    check: ({ output }, { classes }) =>
      classes !== null && classes > 2 && output.loss.startsWith('binary')
        ? {
            sentence: `Binary cross-entropy on ${classes} one-hot classes: an output of 0 for all of them is already right in ${classes - 1} of ${classes} cases, and the displayed accuracy is then ${twoDigits(100 - 100 / classes)} %.`,
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
            sentence: 'Squared error on class outputs gives almost no gradient where the net is confident but wrong.',
            remedy: 'Use cross-entropy.',
          }
        : null,
  },
  {
    id: 'rate-too-high',
    fields: ['learningRate', 'optimizer'],
    check: ({ learningRate, optimizer, batchNorm, batchSize, base, schedule, architecture }) => {
      // With batch norm, 0.1 is customary, and more with more than 256 images in a batch (Goyal et al. 2017).
      const scaled = optimizer.kind === 'sgd' && batchNorm ? 0.1 * Math.max(1, batchSize / 256) : 0;
      const times = learningRate / Math.max(customaryRate(optimizer), scaled);
      // One new layer on a frozen base tolerates higher rates than a whole net. With a warm-up and batch norm, Adam at
      // 0.01 is the highest rate of a cycle in many tutorials.
      const warm = schedule === 'warmup-cosine' && batchNorm && optimizer.kind === 'adam' && times <= 5;
      // The batch norm of most pretrained nets is not in the recipe; it tolerates higher rates of SGD.
      const least = base === 'whole' && optimizer.kind === 'sgd' ? 10 : 5;
      // A single linear layer has no ReLU that could die: rates for it are often far higher.
      const probe = base === 'frozen' && architecture.kind === 'linear' && optimizer.kind === 'sgd';
      if (probe ? times <= 100 : base === 'frozen' ? times <= 10 : times < least || warm) return null;
      return {
        severity: times >= 20 ? 'error' : 'warning',
        sentence: `A learning rate of ${twoDigits(learningRate)} is ${twoDigits(times)} times the usual value for ${optimizerName(optimizer)}: weights can overshoot and ReLUs die, so that the net collapses to one class.`,
        remedy: `Start at ${twoDigits(customaryRate(optimizer))}.`,
      };
    },
  },
  {
    id: 'rate-too-low',
    fields: ['learningRate', 'optimizer'],
    check: ({ learningRate, optimizer, base }) =>
      // Without momentum, many tutorials start at 0.001: this is slow, but the net learns. Pretrained nets are often
      // trained with low rates on purpose.
      learningRate <
      ((base === 'none' ? 1 : 0.05) * customaryRate(optimizer)) /
        (optimizer.kind === 'sgd' && optimizer.momentum === 0 ? 200 : 50)
        ? {
            severity: learningRate < customaryRate(optimizer) / 1000 ? 'error' : 'warning',
            sentence: `A learning rate of ${twoDigits(learningRate)} changes the weights too little: the net predicts nearly the same as before training, often one class.`,
            remedy: `Start at ${twoDigits(customaryRate(optimizer))}.`,
          }
        : null,
  },
  {
    id: 'much-weight-decay',
    fields: ['weightDecay'],
    check: ({ weightDecay }) =>
      weightDecay > 0.5
        ? {
            sentence: `A weight decay of ${twoDigits(weightDecay)} is far more than usual: it can keep all weights near 0, so that every image gets the same output.`,
            remedy: 'Use 0.0001 to 0.05.',
          }
        : null,
  },
  FEW_STEPS_RULE,
  {
    id: 'validation-of-last-classes',
    fields: ['validation'],
    check: ({ validation: { share, from } }, { classes }) =>
      from === 'end' && share > 0
        ? {
            // If the classes have equal sizes, at least one class is then held back completely.
            severity: classes !== null && share * classes >= 1 ? 'error' : 'warning',
            sentence: `The last ${percent(share)} of the images are held back, in the order in which they were read. If they were read class by class, validation contains only the last classes, and training few or none of their images.`,
            remedy: 'Shuffle images and labels together before they are split, or hold back a share of each class.',
          }
        : null,
  },
  {
    id: 'raw-input',
    fields: ['normalization'],
    check: ({ normalization, batchNorm, base }) =>
      base === 'none' && normalization === 'raw'
        ? {
            severity: batchNorm ? 'info' : 'warning',
            sentence: `The input is 0–255, so the outputs of the first layer are about a hundred times too large${batchNorm ? '; batch norm corrects this' : ''}.`,
            remedy: 'Subtract the training mean and divide by the training deviation, in training and in prediction.',
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
              'The training images are not shuffled: folders are read class by class, so each batch contains one class and the net forgets all classes but the last.',
            remedy: 'Shuffle the training set in each epoch.',
          },
  },
  {
    id: 'dropout-after-output',
    fields: ['dropout'],
    check: ({ dropout }) =>
      dropout.position === 'after-output' && dropout.rate > 0
        ? {
            severity: 'error',
            sentence:
              'Dropout after the last activation sets the outputs of random classes to 0, even that of the right class.',
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
            sentence: `A dropout of ${dropout.rate} leaves the last layer very few inputs.`,
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
              'Weights that start (almost) equal get equal gradients: all units stay the same, and only the bias of each class is learned.',
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
        ? { sentence: 'Sigmoids between layers pass on at most a quarter of the gradient.', remedy: 'Use ReLU.' }
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
    check: ({ architecture, base }) =>
      base === 'none' && architecture.kind === 'linear'
        ? {
            sentence: 'A linear model on pixels can separate only classes that differ pixel by pixel.',
            remedy: 'Use convolutions.',
          }
        : null,
  },
  {
    id: 'slow-moving-statistics',
    fields: ['batchNormMomentum', 'epochs', 'batchSize'],
    requires: ['batchNorm', 'batchNormMomentum'],
    check: (recipe, { images }) => {
      if (images === null) return null;
      const left = recipe.batchNormMomentum ** updateSteps(recipe, images);
      if (!recipe.batchNorm || left <= 0.05) return null;
      const start = `After so few updates, ${twoDigits(100 * left)} % of batch norm's moving statistics are still their initial values`;
      const remedy = 'Train longer, or lower the momentum of batch norm (Keras 0.99 to 0.9).';
      return left > MOSTLY_MOVED
        ? { sentence: `${start}: the net learns in training, but predicts one class afterwards.`, remedy }
        : { severity: 'info', sentence: `${start}: the net may predict worse than it has learned.`, remedy };
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
              'Vertical flips and large rotations turn a 6 into a 9: use them only if the class stays the same.',
            remedy: 'Leave them out for digits, letters and anything with a top and a bottom.',
          }
        : augmentation.horizontalFlip
          ? {
              severity: 'info',
              sentence: 'Mirroring turns a b into a d: use it only if the class stays the same.',
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
            sentence: `The largest class has ${short(imbalanceRatio)} times the images of the smallest, and nothing compensates for it: always predicting the largest class is the easiest way to a low loss.`,
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
            sentence: `Images are scaled “${NORMALIZATION_NAMES[normalization]}” in training but “${PREDICTION_NORMALIZATION_NAMES[prediction.normalization]}” in prediction: the net gets inputs that it has never seen.`,
            remedy: 'Use the same scaling in both, preferably inside the model.',
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
              'The net predicts in training mode: batch norm uses the statistics of each batch, which can contain a single class or image, and dropout stays on.',
            remedy: 'Call model.eval() before predicting.',
          }
        : null,
  },
  {
    id: 'relu-on-output',
    fields: ['output'],
    check: ({ output }) =>
      output.activation === 'relu'
        ? {
            severity: 'error',
            sentence:
              'The last layer ends with a ReLU: negative outputs become 0 and get no gradient, so classes can be lost for good.',
            remedy: 'Leave the ReLU out.',
          }
        : null,
  },
  {
    id: 'nll-without-log-softmax',
    fields: ['output'],
    check: ({ output }) =>
      output.loss === 'negative-likelihood'
        ? {
            severity: 'error',
            sentence: 'The loss expects the logarithms of probabilities, but the last layer does not give them.',
            remedy: 'End with log_softmax, or use cross-entropy.',
          }
        : null,
  },
  {
    id: 'no-updates',
    fields: ['updates'],
    check: ({ updates }) =>
      updates === 'each-batch'
        ? null
        : {
            severity: 'error',
            sentence:
              updates === 'none'
                ? 'The weights are never updated: the net stays as it was made.'
                : 'The gradients of all batches add up, so each update also repeats all earlier ones.',
            remedy: 'Compute new gradients and update the weights for each batch.',
          },
  },
  {
    id: 'one-output',
    fields: ['units', 'output'],
    check: ({ units, output }, { classes }) =>
      units === 'one' && ((classes ?? 2) > 2 || !output.loss.startsWith('binary'))
        ? {
            severity: 'error',
            sentence:
              'The last layer has one output, so a loss over the classes has nothing to compare and is always 0.',
            remedy:
              classes === null
                ? 'Give the last layer one output for each class.'
                : `Give the last layer ${classes} outputs.`,
          }
        : null,
  },
  {
    id: 'labels-apart',
    fields: ['paired'],
    check: ({ paired }) =>
      paired
        ? null
        : {
            severity: 'error',
            sentence: 'Images and labels are shuffled apart: most images are trained with the label of another image.',
            remedy: 'Shuffle images and labels together.',
          },
  },
];
