/** What a static rule is. */
import type { RecipeWarning } from '../../contract/model/recipe';
import type { Recipe, RecipeField } from './interventions/index';
import type { RecipeSetting } from './interventions/intervention';
import type { RecipeReading } from './recipe';

/** The data set that is open. */
export interface RuleSetting extends RecipeSetting {
  readonly classes: number;
}

/** What a recipe is trained on. Null: not known, so that nothing is said that depends on it. */
export interface TrainedSetting extends Omit<RuleSetting, 'images' | 'classes'> {
  readonly images: number | null;
  readonly classes: number | null;
}

/** What the recipe is trained on: the data set that is open, or what its script loads by name. */
export const trainedSetting = (setting: RuleSetting, { ownData }: Pick<RecipeReading, 'ownData'>): TrainedSetting =>
  ownData ? { images: ownData.images, classes: ownData.classes, imbalanceRatio: 1 } : setting;

interface Finding {
  readonly sentence: string;
  readonly remedy: string;
  readonly severity?: RecipeWarning['severity'];
}

export interface Rule {
  readonly id: string;
  readonly fields: readonly RecipeField[];
  /** Fields that must be known if a script is judged: it must not be blamed for a value that was only assumed. */
  readonly requires?: readonly RecipeField[];
  readonly check: (recipe: Recipe, setting: TrainedSetting, framework: RecipeReading['framework']) => Finding | null;
}

/** A number with two digits. */
export const twoDigits = (value: number): string => String(Number(value.toPrecision(2)));
