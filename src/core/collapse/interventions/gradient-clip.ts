import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

export const gradientClip = recipeIntervention({
  id: 'gradient-clip',
  title: 'gradient clipping',
  checklist: 'learning-rate',
  slows: true,
  values: {
    /** Largest norm of the whole gradient; null: not clipped. */
    gradientClip: recipePart({
      schema: z.number().positive().nullable(),
      sound: () => null,
      group: 'optimization',
      title: 'Gradient norm at most',
    }),
  },
  same: (user) => user.gradientClip === null || user.gradientClip >= 0.5,
  say: (recipe) => (recipe.gradientClip === null ? 'none' : `norm at most ${recipe.gradientClip}`),
});
