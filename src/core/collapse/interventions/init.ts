import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

const schema = z.enum(['he', 'glorot', 'zeros', 'large', 'small']);
const NAMES: Record<z.infer<typeof schema>, string> = {
  he: 'He',
  glorot: 'Glorot',
  zeros: 'all zero',
  large: 'normal of deviation 1',
  small: 'normal of deviation 1e-4',
};

const values = { init: recipePart({ schema, sound: () => 'he', group: 'net', title: 'Initialization', words: NAMES }) };

export const init = recipeIntervention({
  id: 'init',
  title: 'initialization',
  checklist: 'architecture',
  slows: true,
  values,
  same: (user, sound) => user.init === sound.init || user.init === 'glorot',
  say: (recipe) => NAMES[recipe.init],
});
