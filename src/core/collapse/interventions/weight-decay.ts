import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

export const weightDecay = recipeIntervention({
  id: 'weight-decay',
  title: 'weight decay',
  checklist: 'learning-rate',
  slows: true,
  values: {
    weightDecay: recipePart({
      schema: z.number().min(0).max(10),
      sound: () => 0,
      group: 'regularization',
      title: 'Weight decay',
    }),
  },
  same: (user) => user.weightDecay <= 1e-3,
  say: (recipe) => String(recipe.weightDecay),
});
