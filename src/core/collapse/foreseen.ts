import type { Recipe } from '../../contract/model/recipe';
import { counted } from '../text/numbers';
import { compareConfigurations, type ChoiceId, type Difference } from './choices';
import { SOUND_STEPS, soundRecipe, type RecipeSetting } from './recipe';

/** What of the images that a lab trains on it would set right. */
export interface DataFaults {
  readonly flaggedLabels: boolean;
  readonly duplicates: boolean;
}

export interface Untried {
  readonly id: ChoiceId;
  readonly title: string;
  readonly reason: string;
}

/**
 * Faults that the data set has and the part of it that a lab trains on has not: nothing can be learned about them
 * there.
 */
export function untriedFaults(whole: DataFaults, sampled: DataFaults, images: number): Untried[] {
  const among = `among the ${counted(images, 'image')} that the lab trains on`;
  return [
    ...(whole.flaggedLabels && !sampled.flaggedLabels
      ? [{ id: 'flagged-labels' as const, title: 'labels flagged as wrong', reason: `none ${among}` }]
      : []),
    ...(whole.duplicates && !sampled.duplicates
      ? [{ id: 'duplicates' as const, title: 'duplicates', reason: `none ${among}` }]
      : []),
  ];
}

/**
 * Where a recipe differs from the one that is sound for the data: what a lab would try, before it measures whether that
 * sound one is enough.
 */
export function foreseenDifferences(
  recipe: Recipe,
  userSteps: number,
  setting: RecipeSetting,
  faults: DataFaults,
): readonly Difference[] {
  const sound = {
    recipe: soundRecipe(setting),
    steps: SOUND_STEPS,
    flaggedLabels: !faults.flaggedLabels,
    duplicates: !faults.duplicates,
  };
  return compareConfigurations(
    { recipe, steps: Math.min(userSteps, SOUND_STEPS), flaggedLabels: true, duplicates: true },
    sound,
  ).differences;
}

/** Three seeds of the sound and the user's recipe, and two controls. */
const BASE_RUNS = 8;
/** A break and a repair of each further choice, some of them with three seeds. */
const RUNS_EACH = 6;

/** About how many nets a lab trains that tries so many differences; the answers decide. */
export const foreseenRuns = (differences: number): number => BASE_RUNS + RUNS_EACH * Math.max(0, differences - 1);
