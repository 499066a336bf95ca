import { counted } from '../../text/numbers';
import { recipeIntervention, type RecipeOf } from './intervention';
import type { steps } from './steps';

type Recipe = RecipeOf<typeof steps.values>;

export const batchSizeChoice = recipeIntervention({
  id: 'batch-size',
  title: 'batch size',
  checklist: 'learning-rate',
  slows: true,
  keepsSound: true,
  values: {},
  fields: ['batchSize'],
  same: (user: Recipe) => user.batchSize >= 8 && user.batchSize <= 128,
  take: (_: Recipe, from: Recipe) => ({ batchSize: from.batchSize }),
  say: (recipe: Recipe) => counted(recipe.batchSize, 'image'),
});
