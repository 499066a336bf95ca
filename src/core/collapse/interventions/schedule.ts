import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

const schema = z.enum(['constant', 'warmup-cosine', 'cosine', 'step', 'exponential', 'plateau']);
const NAMES: Record<z.infer<typeof schema>, string> = {
  constant: 'constant',
  'warmup-cosine': 'warm-up, then cosine',
  cosine: 'cosine',
  step: 'step',
  exponential: 'exponential',
  plateau: 'falls on a plateau',
};

const values = {
  schedule: recipePart({
    schema,
    sound: () => 'warmup-cosine',
    group: 'optimization',
    title: 'Learning-rate schedule',
    words: NAMES,
  }),
};

export const schedule = recipeIntervention({
  id: 'schedule',
  title: 'learning-rate schedule',
  checklist: 'learning-rate',
  values,
  same: (user, sound) => user.schedule === sound.schedule,
  say: (recipe) => NAMES[recipe.schedule],
});
