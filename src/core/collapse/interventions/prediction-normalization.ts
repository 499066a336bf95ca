import { z } from 'zod';
import { recipeIntervention, recipePart, type RecipeOf } from './intervention';
import { NORMALIZATION_NAMES, normalizationSchema, type inputNormalization } from './normalization';

const schema = z.union([normalizationSchema, z.literal('same')]);

export const PREDICTION_NORMALIZATION_NAMES: Record<z.infer<typeof schema>, string> = {
  ...NORMALIZATION_NAMES,
  same: 'as in training',
};

const values = {
  /** How images are scaled when the net is used. */
  'prediction.normalization': recipePart({
    schema,
    sound: () => 'same',
    group: 'use',
    title: 'Normalization when predicting',
    words: PREDICTION_NORMALIZATION_NAMES,
  }),
};
type Recipe = RecipeOf<typeof values & typeof inputNormalization.values>;

export const predictionNormalization = recipeIntervention({
  id: 'prediction-normalization',
  title: 'normalization when predicting',
  checklist: 'validation',
  values,
  same: ({ prediction, normalization: trained }: Recipe) =>
    prediction.normalization === 'same' || prediction.normalization === trained,
  say: ({ prediction }: Recipe) => PREDICTION_NORMALIZATION_NAMES[prediction.normalization],
});
