/** Choices of a recipe that the lab cannot train, so that no experiment contains them. */
import { CHOICES, type Choice, type ChoiceId, type Configuration, type Recipe } from './interventions/index';
import { base } from './interventions/base';
import { baseStatistics } from './interventions/base-statistics';
import { predictionMode } from './interventions/prediction-mode';
import { isTuned, notTuned, PARTLY_TUNED } from './tuning';

/** Something that the lab did not train. */
export interface Untried {
  readonly id: ChoiceId;
  readonly title: string;
  readonly reason: string;
  /** The lab trains it, but less of it than the user. */
  readonly partly?: true;
}

/**
 * Why the lab leaves a choice of the user's recipe as it is in the sound one. Null if the lab trains it.
 */
export function untriedReason(choice: Pick<Choice, 'id' | 'fields'>, recipe: Recipe): string | null {
  if (recipe.base === 'none') return null;
  if (choice.id === base.id) return notTuned(recipe);
  if (choice.id === baseStatistics.id || choice.id === predictionMode.id)
    return 'the lab always uses the stored statistics of the base’s batch norm';
  return choice.fields.includes('augmentation') ? 'the base sees each image only once, unchanged' : null;
}

/** The choices in which two configurations differ, and which the lab does not train, or not as far as the user. */
export const untriedChoices = (user: Configuration, sound: Configuration): Untried[] =>
  CHOICES.flatMap((choice): Untried[] => {
    const reason = choice.same(user, sound) ? null : untriedReason(choice, user.recipe);
    if (reason !== null)
      return [{ id: choice.id, title: choice.title, reason: `yours: ${choice.say(user)}; ${reason}` }];
    return choice.id === base.id && user.recipe.base === 'whole' && isTuned(user.recipe)
      ? [{ id: choice.id, title: 'training of the whole base', reason: PARTLY_TUNED, partly: true }]
      : [];
  });
