import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

export const verticalFlip = recipeIntervention({
  id: 'vertical-flip',
  title: 'vertical flips',
  checklist: 'augmentation',
  values: {
    'augmentation.verticalFlip': recipePart({
      schema: z.boolean().default(false),
      sound: () => false,
      group: 'augmentation',
      title: 'Vertical flips',
    }),
  },
  same: (user, sound) => user.augmentation.verticalFlip === sound.augmentation.verticalFlip,
  say: (recipe) => (recipe.augmentation.verticalFlip ? 'on' : 'off'),
});
