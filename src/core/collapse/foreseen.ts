import { counted } from '../text/numbers';
import { compareConfigurations, type Difference } from './choices';
import { FAULTS, type ChoiceId, type Recipe } from './interventions/index';
import type { RecipeSetting } from './interventions/intervention';
import { SOUND_STEPS } from './interventions/steps';
import { soundRecipe } from './recipe';

/** By data intervention: whether there are images with its fault. */
export type DataFaults = Readonly<Record<string, boolean>>;

export interface Untried {
  readonly id: ChoiceId;
  readonly title: string;
  readonly reason: string;
}

/** Faults that the data set has, but not the images that a lab trains on: the lab can learn nothing about them. */
export const untriedFaults = (whole: DataFaults, sampled: DataFaults, images: number): Untried[] =>
  FAULTS.filter(({ id }) => whole[id] === true && sampled[id] !== true).map(({ id, title }) => ({
    id,
    title,
    reason: `none among the ${counted(images, 'image')} that the lab trains on`,
  }));

/** Which images are trained on: the user trains on all, the sound configuration leaves out those with a fault. */
export function dataChoices(faults: DataFaults): Record<'user' | 'sound', Readonly<Record<string, boolean>>> {
  const kept = (keeps: (id: string) => boolean): Readonly<Record<string, boolean>> =>
    Object.fromEntries(FAULTS.map(({ id }) => [id, keeps(id)]));
  return { user: kept(() => true), sound: kept((id) => faults[id] !== true) };
}

/**
 * Where a recipe differs from the sound one for these data. A lab tries these differences, if it finds that the sound
 * recipe is good enough.
 */
export function foreseenDifferences(
  recipe: Recipe,
  userSteps: number,
  setting: RecipeSetting,
  faults: DataFaults,
): readonly Difference[] {
  const { user, sound } = dataChoices(faults);
  return compareConfigurations(
    { recipe, steps: Math.min(userSteps, SOUND_STEPS), kept: user },
    { recipe: soundRecipe(setting), steps: SOUND_STEPS, kept: sound },
  ).differences;
}

/** Three seeds of the sound and the user's recipe, and two controls. */
const BASE_RUNS = 8;
/** A break and a repair of each further choice, some of them with three seeds. */
const RUNS_EACH = 6;

/** About how many nets a lab trains to try this number of differences; the real number depends on its results. */
export const foreseenRuns = (differences: number): number => BASE_RUNS + RUNS_EACH * Math.max(0, differences - 1);
