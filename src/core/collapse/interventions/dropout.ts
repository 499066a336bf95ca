import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

const values = {
  'dropout.rate': recipePart({
    schema: z.number().min(0).max(0.99),
    sound: () => 0,
    group: 'regularization',
    title: 'Dropout',
  }),
  'dropout.position': recipePart({
    schema: z.enum(['before-output', 'after-output']),
    sound: () => 'before-output',
    group: 'regularization',
    title: 'Dropout stands',
    words: { 'before-output': 'before the last layer', 'after-output': 'after the last activation' },
  }),
};

export const dropout = recipeIntervention({
  id: 'dropout',
  title: 'dropout',
  checklist: 'architecture',
  slows: true,
  values,
  same: (user) => user.dropout.rate === 0 || (user.dropout.rate <= 0.3 && user.dropout.position === 'before-output'),
  say: ({ dropout: { rate, position } }) =>
    rate === 0
      ? 'none'
      : `${rate} ${position === 'after-output' ? 'after the last activation' : 'before the last layer'}`,
});
