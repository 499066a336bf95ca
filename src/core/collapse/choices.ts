/** Compares two configurations, and takes single choices from one into the other. */
import { optimizer } from './interventions/optimizer';
import { untriedReason } from './untried';
import { CHOICES, type Choice, type ChoiceId, type Configuration } from './interventions/index';

export interface Difference {
  readonly choice: Choice;
  readonly user: string;
  readonly sound: string;
}

export interface Comparison {
  /** The sound configuration, with those choices of the user that are equally good. */
  readonly sound: Configuration;
  /** `sound` with all differing choices of the user: the user's configuration as the lab trains it. */
  readonly user: Configuration;
  readonly differences: readonly Difference[];
}

function taken(choice: Choice, onto: Configuration, from: Configuration): Configuration {
  const { recipe, steps = onto.steps, kept } = choice.take(onto, from);
  return { recipe: { ...onto.recipe, ...recipe }, steps, kept: { ...onto.kept, ...kept } };
}

/**
 * The differences between two configurations, one entry per choice. A choice of the user that is as good as the sound
 * one is not a difference, and neither is one that the lab cannot train.
 */
export function compareConfigurations(user: Configuration, sound: Configuration): Comparison {
  const trained = CHOICES.filter((one) => untriedReason(one, user.recipe) === null);
  const base = trained
    .filter((one) => !one.keepsSound && one.same(user, sound))
    .reduce((onto, one) => taken(one, onto, user), sound);
  const differing = trained.filter((one) => !one.same(user, sound));
  return {
    sound: base,
    user: takeChoices(base, user, new Set(differing.map((one) => one.id))),
    differences: differing.map((one) => ({ choice: one, user: one.say(user), sound: one.say(base) })),
  };
}

/** `onto` with the named choices taken from `from`. */
export function takeChoices(onto: Configuration, from: Configuration, ids: ReadonlySet<ChoiceId>): Configuration {
  return CHOICES.filter((one) => ids.has(one.id)).reduce((made, one) => taken(one, made, from), onto);
}

/**
 * What a choice is in the sound configuration with these choices of the user. It can differ from both: without the
 * user's optimizer, the learning rate is the one that means the same to the sound optimizer. An optimizer that is used
 * at another rate than in the recipe that it comes from is named with the rate.
 */
export const sayAmong = (
  { sound, user }: Pick<Comparison, 'sound' | 'user'>,
  ids: readonly ChoiceId[],
  choice: Choice,
): string => {
  const made = takeChoices(sound, user, new Set(ids));
  const { learningRate } = made.recipe;
  const from = ids.includes(choice.id) ? user : sound;
  const otherRate = choice.id === optimizer.id && learningRate !== from.recipe.learningRate;
  return choice.say(made) + (otherRate ? ` at a rate of ${Number(learningRate.toPrecision(3))}` : '');
};
