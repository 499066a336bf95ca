import { z } from 'zod';
import { recipeIntervention, recipePart, type RecipeOf } from './intervention';

const lossSchema = z.enum([
  /** Expects probabilities. */
  'cross-entropy',
  /** Applies the softmax itself. */
  'cross-entropy-logits',
  /** Per class on one-hot labels; expects probabilities. */
  'binary-cross-entropy',
  /** Per class on one-hot labels; applies the sigmoid itself. */
  'binary-cross-entropy-logits',
  'mean-squared-error',
  /** Minus the output of the right class; expects log-probabilities. */
  'negative-likelihood',
]);
type Loss = z.infer<typeof lossSchema>;

const LOSS_NAMES: Record<Loss, string> = {
  'cross-entropy': 'cross-entropy on probabilities',
  'cross-entropy-logits': 'cross-entropy on logits (applies softmax)',
  'binary-cross-entropy': 'binary cross-entropy on probabilities',
  'binary-cross-entropy-logits': 'binary cross-entropy on logits (applies sigmoid)',
  'mean-squared-error': 'mean squared error',
  'negative-likelihood': 'negative log-likelihood without a logarithm',
};

/** Last activation and loss are one choice: only together are they right or wrong. */
const values = {
  'output.activation': recipePart({
    schema: z.enum(['none', 'softmax', 'sigmoid', 'relu']),
    sound: () => 'none',
    group: 'output',
    title: 'Last activation',
  }),
  'output.loss': recipePart({
    schema: lossSchema,
    sound: () => 'cross-entropy-logits',
    group: 'output',
    title: 'Loss',
    words: LOSS_NAMES,
  }),
};
type Recipe = RecipeOf<typeof values>;

const OUTPUTS: Partial<Record<`${Recipe['output']['activation']} ${Loss}`, string>> = {
  'none cross-entropy-logits': 'categorical',
  'softmax cross-entropy': 'categorical',
  'none binary-cross-entropy-logits': 'per class',
  'sigmoid binary-cross-entropy': 'per class',
};

/**
 * Equal for two outputs that are the same function: softmax before a loss on probabilities, and no activation before a
 * loss on logits.
 */
export const outputMeaning = ({ output: { activation, loss } }: Recipe): string =>
  OUTPUTS[`${activation} ${loss}`] ?? `${activation} ${loss}`;

export const output = recipeIntervention({
  id: 'output',
  title: 'last activation and loss',
  checklist: 'architecture',
  values,
  same: (user, sound) => outputMeaning(user) === outputMeaning(sound),
  say: ({ output: { activation, loss } }) =>
    `${activation === 'none' ? 'no activation' : activation} before ${LOSS_NAMES[loss]}`,
});
