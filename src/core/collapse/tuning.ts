/** Training of a pretrained base itself: what of it the lab trains, and at which cost. */
import type { Recipe } from './interventions/index';
import { SOUND_STEPS } from './interventions/steps';

/** Side in pixels of the pictures that the base gets if a part of it is trained. The time grows with its square. */
export const TUNING_SIDE = 128;
/** Larger batches take a lab of two minutes too long. */
const MOST_BATCH = 64;
/** An update takes 24 to 35 times as long as one of the new layers alone, with batches of 16 to 64. */
const TUNING_STEPS = 100;

type Based = Pick<Recipe, 'base' | 'batchSize'>;

/** Whether a recipe trains weights of its base. */
export const trainsBase = ({ base }: Pick<Recipe, 'base'>): boolean => base === 'whole' || base === 'last-blocks';

/** Whether the lab trains the last block of the base, as the recipe does. */
export const isTuned = (recipe: Based): boolean => trainsBase(recipe) && recipe.batchSize <= MOST_BATCH;

/** Weight updates that the lab makes with the sound recipe beside this one. */
export const labSteps = (recipe: Based): number => (isTuned(recipe) ? TUNING_STEPS : SOUND_STEPS);

/** Why the lab does not train the base; null if it does, or if the recipe does not either. */
export const notTuned = (recipe: Based): string | null =>
  trainsBase(recipe) && !isTuned(recipe)
    ? `with batches of more than ${MOST_BATCH} images this takes the lab too long: it leaves the base as it is`
    : null;

/** What the lab leaves out where a recipe trains the whole base. */
export const PARTLY_TUNED =
  'the lab trains the last block, the convolution after it and the new layers; the blocks before stay frozen';
