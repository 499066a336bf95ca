import { counted } from '../text/numbers';
import { compareConfigurations, type Difference } from './choices';
import { FAULTS, type Recipe } from './interventions/index';
import type { RecipeSetting } from './interventions/intervention';
import { soundBeside, soundRecipe } from './recipe';
import { labSteps } from './tuning';
import { untriedChoices, type Untried } from './untried';

/** By id of the data intervention: whether any image has its fault. */
export type DataFaults = Readonly<Record<string, boolean>>;

/** Faults that occur in the data set but not in the images that the lab trains on. The lab cannot test them. */
export const untriedFaults = (whole: DataFaults, sampled: DataFaults, images: number): Untried[] =>
  FAULTS.filter(({ id }) => whole[id] === true && sampled[id] !== true).map(({ id, title }) => ({
    id,
    title,
    reason: `none among the ${counted(images, 'image')} that the lab trains on`,
  }));

/**
 * Which faulty images are kept in training: the user keeps all, the sound configuration leaves out those with a fault.
 */
export function dataChoices(faults: DataFaults): Record<'user' | 'sound', Readonly<Record<string, boolean>>> {
  const kept = (keeps: (id: string) => boolean): Readonly<Record<string, boolean>> =>
    Object.fromEntries(FAULTS.map(({ id }) => [id, keeps(id)]));
  return { user: kept(() => true), sound: kept((id) => faults[id] !== true) };
}

/**
 * The differences between a recipe and the sound one for this data, and what the lab cannot train of it. The lab tests
 * the differences if the sound recipe itself learns well enough.
 */
export function foreseen(
  recipe: Recipe,
  userSteps: number,
  setting: RecipeSetting,
  faults: DataFaults,
): { readonly differences: readonly Difference[]; readonly untried: readonly Untried[] } {
  const kept = dataChoices(faults);
  const steps = labSteps(recipe);
  const user = { recipe, steps: Math.min(userSteps, steps), kept: kept.user };
  const sound = { recipe: soundBeside(soundRecipe(setting), recipe), steps, kept: kept.sound };
  return {
    differences: compareConfigurations(user, sound).differences,
    untried: untriedChoices(user, sound),
  };
}

/** Three seeds each of the sound recipe and the user's, and two controls. */
const BASE_RUNS = 8;
/** For each further choice: it is broken and repaired, in some cases with three seeds. */
const RUNS_EACH = 6;

/**
 * The approximate number of nets that a lab trains for this number of differences. The real number depends on the
 * results.
 */
export const foreseenRuns = (differences: number): number => BASE_RUNS + RUNS_EACH * Math.max(0, differences - 1);
