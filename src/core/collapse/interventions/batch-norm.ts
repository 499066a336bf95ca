import { z } from 'zod';
import type { architecture } from './architecture';
import type { base } from './base';
import { recipeIntervention, recipePart, type RecipeOf } from './intervention';

const values = {
  /** After each hidden layer; with a pretrained base, after those that follow it. */
  batchNorm: recipePart({
    schema: z.boolean(),
    sound: ({ expects }) => expects === undefined,
    group: 'regularization',
    title: 'Batch norm',
  }),
};
type Recipe = RecipeOf<typeof values & typeof base.values & typeof architecture.values>;

const hasHidden = ({ base, architecture }: Recipe): boolean => base === 'none' || architecture.kind === 'dense';

export const batchNorm = recipeIntervention({
  id: 'batch-norm',
  title: 'batch norm',
  checklist: 'architecture',
  slows: true,
  values,
  same: (user: Recipe, sound: Recipe) => user.batchNorm === sound.batchNorm || !hasHidden(user),
  say: (recipe: Recipe) => (recipe.batchNorm ? 'on' : 'off'),
});
