import { z } from 'zod';
import { recipeIntervention, recipePart, type RecipeOf } from './intervention';
import { customaryRate, optimizerName, rateRatio, type optimizer } from './optimizer';

const values = {
  learningRate: recipePart({
    schema: z.number().positive().max(1e6),
    sound: () => 2e-3,
    group: 'optimization',
    title: 'Learning rate',
  }),
};
type Recipe = RecipeOf<typeof values & typeof optimizer.values>;

export const learningRate = recipeIntervention({
  id: 'learning-rate',
  title: 'learning rate',
  checklist: 'learning-rate',
  slows: true,
  values,
  same: (user: Recipe, sound: Recipe) =>
    rateRatio(user) / rateRatio(sound) <= 4 && rateRatio(sound) / rateRatio(user) <= 4,
  take: (onto: Recipe, from: Recipe) => ({ learningRate: customaryRate(onto.optimizer) * rateRatio(from) }),
  say: (recipe: Recipe) => `${Number(recipe.learningRate.toPrecision(3))} with ${optimizerName(recipe.optimizer)}`,
});
