import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

export const shuffle = recipeIntervention({
  id: 'shuffle',
  title: 'shuffling',
  checklist: 'learning-rate',
  values: { shuffle: recipePart({ schema: z.boolean(), sound: () => true, group: 'feeding', title: 'Shuffle' }) },
  same: (user, sound) => user.shuffle === sound.shuffle,
  say: (recipe) => (recipe.shuffle ? 'shuffled' : 'sorted by class'),
});
