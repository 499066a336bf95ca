import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

export const rotation = recipeIntervention({
  id: 'rotation',
  title: 'rotation',
  checklist: 'augmentation',
  values: {
    /** Largest angle, in degrees. */
    'augmentation.rotation': recipePart({
      schema: z.number().min(0).max(180).default(0),
      sound: () => 0,
      group: 'augmentation',
      title: 'Rotation up to, degrees',
    }),
  },
  same: (user, sound) => Math.abs(user.augmentation.rotation - sound.augmentation.rotation) <= 15,
  say: (recipe) => `up to ${recipe.augmentation.rotation}°`,
});
