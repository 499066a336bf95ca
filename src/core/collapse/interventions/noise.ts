import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

export const noise = recipeIntervention({
  id: 'noise',
  title: 'added noise',
  checklist: 'augmentation',
  values: {
    /** Standard deviation of the added noise, as a share of the range. */
    'augmentation.noise': recipePart({
      schema: z.number().min(0).max(2).default(0),
      sound: () => 0,
      group: 'augmentation',
      title: 'Noise, deviation as a share',
    }),
  },
  same: (user, sound) => Math.abs(user.augmentation.noise - sound.augmentation.noise) <= 0.02,
  say: (recipe) => `deviation ${recipe.augmentation.noise} of the range`,
});
