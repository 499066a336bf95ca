import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

/** From this ratio on the sound recipe weights the classes: the class-imbalance check soon warns. */
const WEIGHTED_FROM = 1.5;

const schema = z.enum(['none', 'class-weights', 'balanced-sampler', 'focal']);
type Imbalance = z.infer<typeof schema>;

export const IMBALANCE_NAMES: Record<Imbalance, string> = {
  none: 'no weights',
  'class-weights': 'class weights',
  'balanced-sampler': 'balanced sampler',
  focal: 'focal loss',
};

/** Weights and a sampler do the same; on even classes they do nothing. */
const balanced = (way: Imbalance): boolean => way === 'class-weights' || way === 'balanced-sampler';

/** A sampler or focal loss can replace class weights. */
const INSTEAD: readonly { readonly title: string; readonly recipe: { readonly imbalance: Imbalance } }[] = [
  { title: 'a balanced sampler', recipe: { imbalance: 'balanced-sampler' } },
  { title: 'focal loss', recipe: { imbalance: 'focal' } },
];

export const imbalance = recipeIntervention({
  id: 'imbalance',
  title: 'class balance',
  checklist: 'imbalance',
  slows: true,
  values: {
    imbalance: recipePart({
      schema,
      sound: ({ imbalanceRatio }) => (imbalanceRatio >= WEIGHTED_FROM ? 'class-weights' : 'none'),
      group: 'feeding',
      title: 'Against class imbalance',
      words: IMBALANCE_NAMES,
    }),
  },
  same: (user, sound) =>
    user.imbalance === sound.imbalance ||
    sound.imbalance === 'none' ||
    (balanced(user.imbalance) && balanced(sound.imbalance)),
  say: (recipe) => IMBALANCE_NAMES[recipe.imbalance],
  alternatives: () => INSTEAD,
});
