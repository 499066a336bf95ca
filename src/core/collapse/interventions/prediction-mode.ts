import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

const schema = z.enum(['predict', 'train']);
const NAMES: Record<z.infer<typeof schema>, string> = {
  predict: 'prediction (model.eval)',
  train: 'left in training mode',
};

const values = {
  /** Statistics that batch norm (and dropout) use when the net is used: `train` is PyTorch without model.eval(). */
  'prediction.mode': recipePart({
    schema,
    sound: () => 'predict',
    group: 'use',
    title: 'Mode when predicting',
    words: NAMES,
  }),
};

export const predictionMode = recipeIntervention({
  id: 'prediction-mode',
  title: 'mode when predicting',
  checklist: 'validation',
  values,
  same: (user, sound) => user.prediction.mode === sound.prediction.mode,
  say: ({ prediction }) => NAMES[prediction.mode],
});
