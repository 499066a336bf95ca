/** What a static rule is. */
import type { RecipeWarning } from '../../contract/model/recipe';
import type { Recipe, RecipeField } from './interventions/index';
import type { RecipeSetting } from './interventions/intervention';
import type { RecipeReading } from './recipe';

export interface RuleSetting extends RecipeSetting {
  readonly classes: number;
}

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
  readonly check: (recipe: Recipe, setting: RuleSetting, framework: RecipeReading['framework']) => Finding | null;
}

/** A number with two digits. */
export const twoDigits = (value: number): string => String(Number(value.toPrecision(2)));
