/** Reads recipes and training scripts for a data set, and predicts their effects before anything is trained. */
import type { RecipeView, ScriptFile, StoredRecipe } from '../../contract/model/collapse';
import { PlumblineError } from '../../contract/errors';
import { foreseen, untriedFaults, type DataFaults } from '../../core/collapse/foreseen';
import type { Untried } from '../../core/collapse/untried';
import { FAULTS, type RecipeField } from '../../core/collapse/interventions/index';
import type { RecipeSetting } from '../../core/collapse/interventions/intervention';
import {
  completeReading,
  readRecipeFile,
  RECIPE_FIELDS,
  soundBeside,
  soundRecipe,
  userUpdates,
  type RecipeReading,
} from '../../core/collapse/recipe';
import { recipeWarnings } from '../../core/collapse/warnings';
import { joinModules } from '../../core/collapse/script/modules';
import type { SyntaxNode } from '../../core/collapse/script/syntax';
import { readScript } from '../../core/collapse/script/reading';
import type { Catalog } from '../catalog/catalog';
import { flaggedImages } from '../catalog/label-queries';
import { keepRecipe, keptRecipe } from '../catalog/lab';
import { PerReview } from '../catalog/per-review';
import { parsePython } from '../files/python';
import { labSelection, recipeSetting, type LabCohort } from '../training/lab/request';
import { cohortOf } from './cohort';

/**
 * The images as the lab uses them. `flagged` is true for an image whose label is flagged as wrong, unless the user
 * confirmed the label.
 */
export function labCohort(catalog: Catalog): LabCohort {
  const { classes, images, ...cohort } = cohortOf(catalog);
  const flagged = flaggedImages(catalog);
  return { ...cohort, classes: classes.length, flagged: (position) => flagged.has(images[position]!) };
}

/** What a recipe is checked against. */
interface Bench {
  readonly setting: RecipeSetting & { readonly classes: number };
  /** Faults among the images that a lab would train on. */
  readonly faults: DataFaults;
  readonly untried: readonly Untried[];
}

const faultsWhere = (test: (one: (typeof FAULTS)[number]) => boolean): DataFaults =>
  Object.fromEntries(FAULTS.map((one) => [one.id, test(one)]));

const benches = new PerReview<Bench>();

const benchOf = (catalog: Catalog): Bench => benches.get(catalog, '', () => makeBench(catalog));

function makeBench(catalog: Catalog): Bench {
  const cohort = labCohort(catalog);
  const positions = Array.from({ length: cohort.labels.length }, (_, i) => i);
  const whole = faultsWhere(({ fault }) => positions.some((image) => fault.has(image, cohort)));
  const setting = recipeSetting(cohort);
  if (!Object.values(whole).includes(true)) return { setting, faults: whole, untried: [] };
  const { training, faulty } = labSelection(cohort);
  const faults = faultsWhere(({ id }) => (faulty[id] ?? []).length > 0);
  return { setting, faults, untried: untriedFaults(whole, faults, training.length) };
}

/** A recipe view whose recipe is checked. */
type CheckedView = RecipeView & { readonly reading: RecipeReading };

function viewOf(reading: RecipeReading, { setting, faults, untried }: Bench): CheckedView {
  const userSteps = userUpdates(reading, setting.images);
  const ahead = foreseen(reading.recipe, userSteps, setting, faults);
  return {
    reading,
    warnings: recipeWarnings(reading, setting),
    differences: ahead.differences.map(({ choice, user, sound }) => ({
      id: choice.id,
      title: choice.title,
      user,
      sound,
      line: choice.fields.map((field) => reading.sources[field].line).find((line) => line !== null) ?? null,
    })),
    untried: [...untried, ...ahead.untried],
    sound: soundBeside(soundRecipe(setting), reading.recipe),
    userSteps,
  };
}

const told = ({ sources }: Pick<RecipeReading, 'sources'>): RecipeField[] =>
  RECIPE_FIELDS.filter((field) => sources[field].how !== 'assumed');

export const checkedRecipe = (catalog: Catalog, reading: RecipeReading): CheckedView =>
  viewOf(reading, benchOf(catalog));

/** A module node for each file that is valid Python, by its name. */
export async function modulesOf(files: readonly ScriptFile[]): Promise<Map<string, SyntaxNode>> {
  const modules = new Map<string, SyntaxNode>();
  for (const { name, text } of files) {
    const root = await parsePython(text).catch(() => null);
    if (root !== null) modules.set(name, root);
  }
  return modules;
}

/**
 * @param beside files that the script imports, by their path relative to it
 * @throws PlumblineError bad-script
 */
export async function scriptRecipe(
  catalog: Catalog,
  text: string,
  beside: readonly ScriptFile[] = [],
): Promise<RecipeView> {
  const bench = benchOf(catalog);
  try {
    const { root, notes } = joinModules(await parsePython(text), await modulesOf(beside));
    const reading = readScript(root, soundRecipe(bench.setting), bench.setting.classes);
    return viewOf({ ...reading, notes: [...reading.notes, ...notes] }, bench);
  } catch (cause) {
    // The syntax tree is walked recursively: a sum of a hundred thousand terms overflows the stack.
    if (cause instanceof RangeError)
      throw new PlumblineError(
        'bad-script',
        'The script is nested too deeply to be read: it is not a training script.',
        {
          cause,
        },
      );
    throw cause;
  }
}

/** @throws PlumblineError bad-recipe */
export function fileRecipe(catalog: Catalog, text: string): RecipeView {
  const bench = benchOf(catalog);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new PlumblineError(
      'bad-recipe',
      `The recipe is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    );
  }
  return viewOf(readRecipeFile(json, soundRecipe(bench.setting)), bench);
}

/**
 * The recipe that the user stored. A field that the user left open gets the value that is sound for the current data.
 */
export function storedRecipe(catalog: Catalog): StoredRecipe & CheckedView {
  const bench = benchOf(catalog);
  const kept = keptRecipe(catalog);
  const sound = soundRecipe(bench.setting);
  if (!kept)
    return { ...viewOf(completeReading({}, {}, sound, { framework: null, notes: [] }), bench), script: null, at: null };
  const { recipe, sources, ...rest } = kept.reading;
  const given = Object.fromEntries(told(kept.reading).map((field) => [field, recipe[field]]));
  return {
    ...viewOf(completeReading(given, sources, sound, rest), bench),
    script: kept.script,
    at: kept.at,
  };
}

export function storeRecipe(
  catalog: Catalog,
  reading: RecipeReading,
  script: StoredRecipe['script'],
  at: number,
): StoredRecipe {
  keepRecipe(catalog, { reading, script, at });
  return storedRecipe(catalog);
}

/** Writes a reading as a recipe file, with only those fields that were read or entered. */
export function recipeFile(reading: RecipeReading): string {
  const fields = told(reading).map((field) => [field, reading.recipe[field]] as const);
  return `${JSON.stringify({ schema: 'plumbline.recipe/1', ...Object.fromEntries(fields) }, null, 2)}\n`;
}
