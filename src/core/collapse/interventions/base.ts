import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';
import { SCALE_NAMES, scaleSchema } from './scales';

const schema = z.enum(['none', 'frozen', 'last-blocks', 'whole']);
const NAMES: Record<z.infer<typeof schema>, string> = {
  none: 'none, trained from scratch',
  frozen: 'frozen, only new layers are trained',
  'last-blocks': 'the last blocks are trained too',
  whole: 'all its weights are trained too',
};

const values = {
  /** A net that was trained on other images, and which of its weights the recipe trains. */
  base: recipePart({
    schema,
    sound: ({ expects }) => (expects === undefined ? 'none' : 'frozen'),
    later: true,
    group: 'base',
    title: 'Pretrained base',
    words: NAMES,
  }),
  /** A fact of the base, which no choice changes: the scale that is sound for its input. */
  baseScale: recipePart({
    schema: scaleSchema,
    sound: ({ expects }) => expects ?? 'symmetric',
    later: true,
    group: 'base',
    title: 'Scaling that the base expects',
    words: SCALE_NAMES,
  }),
};

export const base = recipeIntervention({
  id: 'base',
  title: 'training of the base',
  checklist: 'learning-rate',
  values,
  fields: ['base'],
  same: (user, sound) => user.base === sound.base,
  take: (_, from) => ({ base: from.base }),
  say: (recipe) => NAMES[recipe.base],
});
