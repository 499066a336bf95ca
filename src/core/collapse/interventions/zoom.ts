import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

export const zoom = recipeIntervention({
  id: 'zoom',
  title: 'zoom',
  checklist: 'augmentation',
  values: {
    /** Largest change of scale, as a share. */
    'augmentation.zoom': recipePart({
      schema: z.number().min(0).max(0.95).default(0),
      sound: () => 0,
      group: 'augmentation',
      title: 'Zoom up to, share',
    }),
  },
  same: (user, sound) => Math.abs(user.augmentation.zoom - sound.augmentation.zoom) <= 0.1,
  say: (recipe) => `up to ${recipe.augmentation.zoom}`,
});
