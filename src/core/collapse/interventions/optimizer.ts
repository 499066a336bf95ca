import { z } from 'zod';
import { recipeIntervention, recipePart, type RecipeOf } from './intervention';

const kindSchema = z.enum(['sgd', 'adam', 'rmsprop']);
const NAMES: Record<z.infer<typeof kindSchema>, string> = { sgd: 'SGD', adam: 'Adam', rmsprop: 'RMSprop' };

const values = {
  'optimizer.kind': recipePart({
    schema: kindSchema,
    sound: () => 'adam',
    group: 'optimization',
    title: 'Optimizer',
    words: NAMES,
  }),
  'optimizer.momentum': recipePart({
    schema: z.number().min(0).max(0.9999),
    sound: () => 0.9,
    group: 'optimization',
    title: 'Momentum (SGD)',
  }),
};
type Optimizer = RecipeOf<typeof values>['optimizer'];
interface Recipe {
  optimizer: Optimizer;
  learningRate: number;
}

/** "SGD with momentum 0.9". */
export const optimizerName = ({ kind, momentum }: Optimizer): string =>
  kind === 'sgd' && momentum > 0 ? `SGD with momentum ${momentum}` : NAMES[kind];

/**
 * The learning rate that works with an optimizer on a small net: the middle of the customary range. With momentum m, a
 * gradient counts 1/(1 − m) times in plain SGD.
 */
export function customaryRate({ kind, momentum }: Optimizer): number {
  if (kind === 'adam') return 2e-3;
  if (kind === 'rmsprop') return 1e-3;
  return 0.1 * (1 - momentum);
}

/** The learning rate relative to what is customary for its optimizer: 1 is customary, 50 is fifty times too high. */
export const rateRatio = (recipe: Recipe): number => recipe.learningRate / customaryRate(recipe.optimizer);

export const optimizer = recipeIntervention({
  id: 'optimizer',
  title: 'optimizer',
  checklist: 'learning-rate',
  slows: true,
  values,
  same: (user: Recipe, sound: Recipe) =>
    user.optimizer.kind === sound.optimizer.kind &&
    (user.optimizer.kind !== 'sgd' || user.optimizer.momentum === sound.optimizer.momentum),
  take: (onto: Recipe, from: Recipe) => ({
    optimizer: from.optimizer,
    learningRate: customaryRate(from.optimizer) * rateRatio(onto),
  }),
  say: (recipe: Recipe) => optimizerName(recipe.optimizer),
});
