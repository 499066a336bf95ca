import { z } from 'zod';
import type { batchNorm } from './batch-norm';
import { recipeIntervention, recipePart, type RecipeOf } from './intervention';

const values = {
  /** Share of the old moving statistics kept per step: Keras's `momentum`, 1 − PyTorch's. */
  batchNormMomentum: recipePart({
    schema: z.number().min(0).max(0.99999),
    sound: () => 0.9,
    group: 'regularization',
    title: 'Batch norm: share of old statistics kept',
  }),
};
type Recipe = RecipeOf<typeof values & typeof batchNorm.values>;

export const batchNormMomentum = recipeIntervention({
  id: 'batch-norm-momentum',
  title: 'momentum of batch norm',
  checklist: 'architecture',
  values,
  same: (user: Recipe, sound: Recipe) =>
    !user.batchNorm || Math.abs(user.batchNormMomentum - sound.batchNormMomentum) <= 0.05,
  say: (recipe: Recipe) => String(recipe.batchNormMomentum),
});
