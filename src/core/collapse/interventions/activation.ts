import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

const schema = z.enum(['relu', 'leaky-relu', 'elu', 'tanh', 'sigmoid', 'none']);
const NAMES: Record<z.infer<typeof schema>, string> = {
  relu: 'ReLU',
  'leaky-relu': 'leaky ReLU',
  elu: 'ELU',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  none: 'none',
};

const values = {
  activation: recipePart({ schema, sound: () => 'relu', group: 'net', title: 'Hidden activation', words: NAMES }),
};

export const activation = recipeIntervention({
  id: 'activation',
  title: 'hidden activation',
  checklist: 'architecture',
  slows: true,
  values,
  same: (user, sound) => user.activation === sound.activation || ['leaky-relu', 'elu'].includes(user.activation),
  say: (recipe) => NAMES[recipe.activation],
});
