import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

const schema = z.enum(['each-batch', 'summed', 'none']);
const NAMES: Record<z.infer<typeof schema>, string> = {
  'each-batch': 'after each batch',
  summed: 'with the sum of all gradients so far (no zero_grad)',
  none: 'never',
};

const values = {
  /** Whether the gradients reach the weights: `none` is a loop without backward or step, or with all weights frozen. */
  updates: recipePart({
    schema,
    sound: () => 'each-batch',
    later: true,
    group: 'optimization',
    title: 'Weights are updated',
    words: NAMES,
  }),
};

export const updates = recipeIntervention({
  id: 'updates',
  title: 'updates of the weights',
  checklist: 'learning-rate',
  values,
  same: (user, sound) => user.updates === sound.updates,
  say: (recipe) => NAMES[recipe.updates],
});
