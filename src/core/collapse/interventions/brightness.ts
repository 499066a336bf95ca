import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

export const brightnessChange = recipeIntervention({
  id: 'brightness',
  title: 'brightness changes',
  checklist: 'augmentation',
  values: {
    /** Largest change of brightness, as a share of the range. */
    'augmentation.brightness': recipePart({
      schema: z.number().min(0).max(1).default(0),
      sound: () => 0,
      group: 'augmentation',
      title: 'Brightness change up to, share',
    }),
  },
  same: (user, sound) => Math.abs(user.augmentation.brightness - sound.augmentation.brightness) <= 0.1,
  say: (recipe) => `up to ${recipe.augmentation.brightness} of the range`,
});
