import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

const values = {
  /** False: images and labels were shuffled or sorted apart, so an image is trained with the label of another. */
  paired: recipePart({
    schema: z.boolean(),
    sound: () => true,
    later: true,
    group: 'feeding',
    title: 'Labels stay with their images',
  }),
};

export const pairing = recipeIntervention({
  id: 'pairing',
  title: 'labels and images',
  checklist: 'data',
  values,
  same: (user, sound) => user.paired === sound.paired,
  say: (recipe) => (recipe.paired ? 'together' : 'shuffled apart'),
});
