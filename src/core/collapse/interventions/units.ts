import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

const schema = z.enum(['one-per-class', 'one']);
const NAMES: Record<z.infer<typeof schema>, string> = { 'one-per-class': 'one for each class', one: 'only one' };

const values = {
  /** Outputs of the last layer. With one output, a loss over the classes has nothing to compare and is always 0. */
  units: recipePart({
    schema,
    sound: () => 'one-per-class',
    later: true,
    group: 'output',
    title: 'Outputs',
    words: NAMES,
  }),
};

export const units = recipeIntervention({
  id: 'units',
  title: 'outputs of the last layer',
  checklist: 'architecture',
  values,
  same: (user, sound) => user.units === sound.units,
  say: (recipe) => NAMES[recipe.units],
});
