import { z } from 'zod';
import type { base } from './base';
import { recipeIntervention, recipePart, type RecipeOf } from './intervention';

const schema = z.enum(['rgb', 'bgr']);
const NAMES: Record<z.infer<typeof schema>, string> = { rgb: 'red first', bgr: 'blue first, as cv2 reads images' };

const values = {
  /** The order of the channels before `normalization`, which turns it for bases that expect blue first. */
  channels: recipePart({
    schema,
    sound: () => 'rgb',
    later: true,
    group: 'feeding',
    title: 'Order of the channels',
    words: NAMES,
  }),
};
type Recipe = RecipeOf<typeof values & typeof base.values>;

export const channels = recipeIntervention({
  id: 'channels',
  title: 'order of the channels',
  checklist: 'data',
  values,
  // A net that is trained from scratch learns from any order.
  same: (user: Recipe, sound: Recipe) => user.base === 'none' || user.channels === sound.channels,
  say: (recipe: Recipe) => NAMES[recipe.channels],
});
