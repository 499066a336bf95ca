import { z } from 'zod';
import type { base } from './base';
import { recipeIntervention, recipePart, type RecipeOf } from './intervention';
import { SCALE_NAMES, scaleSchema } from './scales';

export const normalizationSchema = z.enum([
  /** Mean and standard deviation of the training images, per channel. */
  'standard',
  ...scaleSchema.options,
  /** Divided by 255, then scaled again as if the pixels were still 0–255. */
  'twice',
]);
type Normalization = z.infer<typeof normalizationSchema>;

export const NORMALIZATION_NAMES: Record<Normalization, string> = {
  standard: 'training mean and deviation',
  ...SCALE_NAMES,
  twice: 'scaled twice',
};

const centred = (name: Normalization): boolean => !['raw', 'unit', 'caffe', 'twice'].includes(name);

const values = {
  normalization: recipePart({
    schema: normalizationSchema,
    sound: ({ expects }) => expects ?? 'standard',
    group: 'feeding',
    title: 'Input normalization',
    words: NORMALIZATION_NAMES,
  }),
};
type Recipe = RecipeOf<typeof values & typeof base.values>;

export const inputNormalization = recipeIntervention({
  id: 'normalization',
  title: 'normalization',
  checklist: 'data',
  slows: true,
  values,
  same: (user: Recipe, sound: Recipe) =>
    user.normalization === sound.normalization ||
    (user.base === 'none' && centred(user.normalization) && centred(sound.normalization)),
  say: (recipe: Recipe) => NORMALIZATION_NAMES[recipe.normalization],
});
