import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

export const normalizationSchema = z.enum([
  /** Mean and standard deviation of the training images, per channel. */
  'standard',
  /** 0–1. */
  'unit',
  /** −1–1. */
  'symmetric',
  /** 0–1, then ImageNet's mean and standard deviation. */
  'imagenet',
  /** 0–255 as decoded. */
  'raw',
]);
type Normalization = z.infer<typeof normalizationSchema>;

export const NORMALIZATION_NAMES: Record<Normalization, string> = {
  standard: 'training mean and deviation',
  unit: '0 to 1',
  symmetric: '−1 to 1',
  imagenet: 'ImageNet’s mean and deviation',
  raw: 'none, 0 to 255',
};

const centred = (name: Normalization): boolean => name !== 'raw' && name !== 'unit';

const values = {
  normalization: recipePart({
    schema: normalizationSchema,
    sound: () => 'standard',
    group: 'feeding',
    title: 'Input normalization',
    words: NORMALIZATION_NAMES,
  }),
};

export const inputNormalization = recipeIntervention({
  id: 'normalization',
  title: 'normalization',
  checklist: 'data',
  slows: true,
  values,
  same: (user, sound) =>
    user.normalization === sound.normalization || (centred(user.normalization) && centred(sound.normalization)),
  say: (recipe) => NORMALIZATION_NAMES[recipe.normalization],
});
