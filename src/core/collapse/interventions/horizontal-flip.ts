import { z } from 'zod';
import { recipeIntervention, value } from './intervention';

export const horizontalFlip = recipeIntervention({
  id: 'horizontal-flip',
  title: 'horizontal flips',
  checklist: 'augmentation',
  values: {
    'augmentation.horizontalFlip': value({
      schema: z.boolean().default(false),
      sound: () => false,
      group: 'augmentation',
      title: 'Horizontal flips',
    }),
  },
  same: (user, sound) => user.augmentation.horizontalFlip === sound.augmentation.horizontalFlip,
  say: (recipe) => (recipe.augmentation.horizontalFlip ? 'on' : 'off'),
});
