import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

export const batchNorm = recipeIntervention({
  id: 'batch-norm',
  title: 'batch norm',
  checklist: 'architecture',
  slows: true,
  values: {
    batchNorm: recipePart({ schema: z.boolean(), sound: () => true, group: 'regularization', title: 'Batch norm' }),
  },
  same: (user, sound) => user.batchNorm === sound.batchNorm,
  say: (recipe) => (recipe.batchNorm ? 'on' : 'off'),
});
