import { z } from 'zod';
import type { base } from './base';
import { recipeIntervention, recipePart, type RecipeOf } from './intervention';

const schema = z.enum(['stored', 'batch']);
const NAMES: Record<z.infer<typeof schema>, string> = {
  stored: 'those that came with its weights',
  batch: 'those of each batch (training mode)',
};

const values = {
  /** Mean and variance that the batch norm of a pretrained base uses while the recipe trains. */
  baseStatistics: recipePart({
    schema,
    sound: () => 'stored',
    later: true,
    group: 'base',
    title: 'Statistics of its batch norm',
    words: NAMES,
  }),
};
type Recipe = RecipeOf<typeof values & typeof base.values>;

export const baseStatistics = recipeIntervention({
  id: 'base-statistics',
  title: 'batch norm of the base',
  checklist: 'architecture',
  values,
  same: (user: Recipe, sound: Recipe) => user.base === 'none' || user.baseStatistics === sound.baseStatistics,
  say: (recipe: Recipe) => NAMES[recipe.baseStatistics],
});
