import { z } from 'zod';
import { PlumblineError } from '../../contract/errors';
import type { ChoiceSource, WireReading } from '../../contract/model/recipe';
import { RECIPE_VALUES, type Recipe, type RecipeField } from './interventions/index';
import { fieldAndPart, type RecipeSetting, type RecipeValue } from './interventions/intervention';

/** A recipe as it was read, with the source of each field. */
export type RecipeReading = Omit<WireReading, 'recipe' | 'sources'> & {
  recipe: Recipe;
  sources: Record<RecipeField, ChoiceSource>;
};

/** The notes that accuse the script of nothing. The others are among the warnings. */
export const plainNotes = ({ notes }: Pick<WireReading, 'notes'>): WireReading['notes'] =>
  notes.filter((one) => one.fault === undefined);

const ASSUMED: ChoiceSource = { how: 'assumed', line: null, text: null };

export const RECIPE_FIELDS: readonly RecipeField[] = [...new Set(RECIPE_VALUES.map((one) => one.field))];

/** Builds an object with the structure of a recipe: `leaf` makes each value, `join` combines the parts of a field. */
function shaped<T>(
  leaf: (value: RecipeValue) => T,
  join: (parts: Readonly<Record<string, T>>) => T,
): Record<string, T> {
  const fields: [string, T][] = RECIPE_FIELDS.map((field) => {
    const values = RECIPE_VALUES.filter((one) => one.field === field);
    const parts = values.flatMap((one): [string, T][] => {
      const [, part] = fieldAndPart(one.path);
      return part === undefined ? [] : [[part, leaf(one)]];
    });
    return [field, parts.length === 0 ? leaf(values[0]!) : join(Object.fromEntries(parts))];
  });
  return Object.fromEntries(fields);
}

export const recipeSchema = z.object(
  shaped<z.ZodType>(
    (value) => value.schema,
    (parts) => z.object(parts),
  ),
) as unknown as z.ZodObject<{ [F in RecipeField]: z.ZodType<Recipe[F]> }>;

/**
 * The recipe that should learn anything that can be learned. The lab confirms this on the data before it judges another
 * recipe.
 */
export const soundRecipe = (setting: RecipeSetting): Recipe =>
  shaped<unknown>(
    (value) => value.sound(setting),
    (parts) => parts,
  ) as Recipe;

const ANY_SETTING: RecipeSetting = { images: 1, imbalanceRatio: 1 };

/**
 * The sound recipe for a net like the one of this recipe: with a pretrained base, it trains new layers on the frozen
 * base, whose input is scaled as the base expects.
 * @param sound of a net that is trained from scratch
 */
export function soundBeside(sound: Recipe, { base = 'none', baseScale = 'symmetric' }: Partial<Recipe>): Recipe {
  if (base === 'none') return sound;
  const differs = RECIPE_VALUES.flatMap((one) => {
    const withBase = one.sound({ ...ANY_SETTING, expects: baseScale });
    return withBase === one.sound(ANY_SETTING) ? [] : [[fieldAndPart(one.path), withBase] as const];
  });
  const fields: Record<string, unknown> = { ...sound };
  for (const [[field, part], value] of differs)
    fields[field] = part === undefined ? value : { ...(fields[field] as object), [part]: value };
  return fields as Recipe;
}

/** No augmentation at all, which is what a sound recipe has on any data. */
export const NO_AUGMENTATION: Recipe['augmentation'] = soundRecipe(ANY_SETTING).augmentation;

/**
 * Number of weight updates: epochs × batches. Images that are held back do not count; the last batch of an epoch may be
 * smaller.
 */
export function updateSteps(
  {
    epochs,
    batchSize,
    stepsPerEpoch,
    validation,
  }: Pick<Recipe, 'epochs' | 'batchSize' | 'stepsPerEpoch' | 'validation'>,
  images: number,
): number {
  return (
    epochs * (stepsPerEpoch ?? Math.max(1, Math.ceil((images - Math.floor(images * validation.share)) / batchSize)))
  );
}

/** Number of weight updates of a training on these images, or on what its script loads by name if that is known. */
export const userUpdates = ({ recipe, ownData }: Pick<RecipeReading, 'recipe' | 'ownData'>, images: number): number =>
  updateSteps(recipe, ownData?.images ?? images);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A recipe that an earlier version stored can lack whole fields or parts of a field. They are taken from `sound`. */
function completed(given: Partial<Recipe>, sound: Recipe): Recipe {
  const fields = RECIPE_FIELDS.map((field): [string, unknown] => {
    const [own, ours] = [given[field], sound[field]];
    return [field, isObject(own) && isObject(ours) ? { ...ours, ...own } : own === undefined ? ours : own];
  });
  return Object.fromEntries(fields) as Recipe;
}

/** The sound values of fields that recipes of earlier versions do not have. They do not depend on the data. */
const LATER: Readonly<Partial<Recipe>> = Object.fromEntries(
  RECIPE_VALUES.filter((one) => one.later).map((one) => [one.field, one.sound(ANY_SETTING)]),
);

/** A recipe as an earlier version would have written it: without later fields that have their sound value. */
export const withoutLater = (recipe: Recipe): Partial<Recipe> =>
  Object.fromEntries(
    Object.entries(recipe).filter(
      ([field, value]) => LATER[field as RecipeField] === undefined || LATER[field as RecipeField] !== value,
    ),
  );

/**
 * Checks the recipe in a reading that came from another process.
 * @throws PlumblineError `bad-request` naming the first field that is wrong
 */
export function readingOf(reading: WireReading): RecipeReading {
  const recipe = recipeSchema.safeParse({ ...LATER, ...reading.recipe });
  if (!recipe.success)
    throw new PlumblineError(
      'bad-request',
      `The recipe does not have the expected form: ${recipe.error.issues[0]?.path.join('.') ?? ''}.`,
      {
        cause: recipe.error,
      },
    );
  const sources = RECIPE_FIELDS.map((field) => {
    const source = reading.sources[field] ?? (field in LATER ? ASSUMED : undefined);
    if (source === undefined) throw new PlumblineError('bad-request', `The recipe has no source for “${field}”.`);
    return [field, source];
  });
  return { ...reading, recipe: recipe.data, sources: Object.fromEntries(sources) as RecipeReading['sources'] };
}

/**
 * Completes a reading: each field that is not given gets its sound value and is marked as assumed.
 * @param sound of a net that is trained from scratch
 */
export function completeReading(
  given: Partial<Recipe>,
  sources: Partial<Record<RecipeField, ChoiceSource>>,
  sound: Recipe,
  rest: Pick<RecipeReading, 'framework' | 'notes' | 'ownData'>,
): RecipeReading {
  const all = Object.fromEntries(RECIPE_FIELDS.map((field) => [field, sources[field] ?? ASSUMED]));
  return { ...rest, recipe: completed(given, soundBeside(sound, given)), sources: all as RecipeReading['sources'] };
}

/** A recipe file can contain any part of a recipe. */
const recipeFileSchema = z.strictObject({
  ...recipeSchema.partial().shape,
  schema: z.literal('plumbline.recipe/1').optional(),
});

/**
 * Reads a recipe file. Fields that it leaves out are taken from `sound` and marked as assumed.
 * @param json the parsed file
 * @throws PlumblineError `bad-recipe` naming the first field that is wrong
 */
export function readRecipeFile(json: unknown, sound: Recipe): RecipeReading {
  const parsed = recipeFileSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue && issue.path.length > 0 ? `“${issue.path.join('.')}” in the recipe` : 'The recipe';
    throw new PlumblineError('bad-recipe', `${where} cannot be read: ${issue?.message ?? 'it is not a recipe'}.`);
  }
  const given = Object.fromEntries(
    RECIPE_FIELDS.flatMap((field) => (parsed.data[field] === undefined ? [] : [[field, parsed.data[field]]])),
  );
  const sources = Object.fromEntries(
    Object.entries(given).map(([field, value]) => [
      field,
      { how: 'read' as const, line: null, text: JSON.stringify(value) },
    ]),
  );
  return completeReading(given, sources, sound, { framework: null, notes: [] });
}
