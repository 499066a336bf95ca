import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

export const horizontalFlip = recipeIntervention({
  id: 'horizontal-flip',
  title: 'horizontal flips',
  checklist: 'augmentation',
  values: {
    'augmentation.horizontalFlip': recipePart({
      schema: z.boolean().default(false),
      sound: () => false,
      group: 'augmentation',
      title: 'Horizontal flips',
    }),
  },
  same: (user, sound) => user.augmentation.horizontalFlip === sound.augmentation.horizontalFlip,
  say: (recipe) => (recipe.augmentation.horizontalFlip ? 'on' : 'off'),
});
