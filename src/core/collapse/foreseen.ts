import type { Recipe } from '../../contract/recipe';
import { compareConfigurations, type Difference } from './choices';
import { SOUND_STEPS, soundRecipe, type RecipeSetting } from './recipe';

/** What of the data the lab would set right. */
export interface DataFaults {
  readonly flaggedLabels: boolean;
  readonly duplicates: boolean;
}

/** Where a recipe differs from the one that is sound for the data: what a lab would try, before it measures whether that sound one is enough. */
export function foreseenDifferences(recipe: Recipe, userSteps: number, setting: RecipeSetting, faults: DataFaults): readonly Difference[] {
  const sound = { recipe: soundRecipe(setting), steps: SOUND_STEPS, flaggedLabels: !faults.flaggedLabels, duplicates: !faults.duplicates };
  return compareConfigurations({ recipe, steps: Math.min(userSteps, SOUND_STEPS), flaggedLabels: true, duplicates: true }, sound).differences;
}

/** Three seeds of the sound and the user's recipe, and two controls. */
const BASE_RUNS = 8;
/** A break and a repair of each further choice, some of them with three seeds. */
const RUNS_EACH = 6;

/** About how many nets a lab trains that tries so many differences; the answers decide. */
export const foreseenRuns = (differences: number): number => BASE_RUNS + RUNS_EACH * Math.max(0, differences - 1);
