import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

export const shift = recipeIntervention({
  id: 'shift',
  title: 'shifts',
  checklist: 'augmentation',
  keepsSound: true,
  values: {
    /** Largest shift, as a share of the side. */
    'augmentation.shift': recipePart({
      schema: z.number().min(0).max(1).default(0),
      sound: () => 0,
      group: 'augmentation',
      title: 'Shift up to, share of the side',
    }),
  },
  same: (user, sound) => Math.abs(user.augmentation.shift - sound.augmentation.shift) <= 0.1,
  say: (recipe) => `up to ${recipe.augmentation.shift} of the side`,
});
