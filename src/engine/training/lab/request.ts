import { createHash } from 'node:crypto';
import type { LabRun } from '../../../contract/model/lab';
import type { RecipeReading } from '../../../core/collapse/recipe';
import type { RecipeWarning } from '../../../contract/model/recipe';
import { CHOICES, FAULTS } from '../../../core/collapse/interventions/index';
import type { LabCandidates, RecipeSetting } from '../../../core/collapse/interventions/intervention';
import { isHeldOut, selectLabImages, type LabSelection } from '../../../core/collapse/lab-images';
import { updateSteps } from '../../../core/collapse/recipe';
import { recipeWarnings } from '../../../core/collapse/rules';
import type { Yardstick } from '../../../core/collapse/yardstick';
import { seededRandom } from '../../../core/statistics/random';
import { LAB_VERSION, type LabInput } from '../protocol/lab';

/** All readable images of a data set, by position. */
export interface LabCohort extends LabCandidates {
  readonly widths: Int32Array;
  readonly heights: Int32Array;
}

export interface PreparedLab {
  readonly input: LabInput;
  /** Position in the cohort of each image of the lab: whose raster index i asks for. */
  readonly images: Int32Array;
  /** What the static rules say of the recipe before anything is trained. */
  readonly warnings: readonly RecipeWarning[];
}

/** The seed decides which images a lab takes: a resumed one must take the same. */
const SEED = 1;

/** The images that a lab of this data set takes. */
export const labSelection = (cohort: LabCandidates): LabSelection => selectLabImages(cohort, seededRandom(SEED));

/** What of a data set decides which recipe is sound for it: for reading scripts and recipe files before the lab. */
export function recipeSetting({
  labels,
  classes,
  splits,
}: Pick<LabCohort, 'labels' | 'classes' | 'splits'>): RecipeSetting & { readonly classes: number } {
  const counts = Array<number>(classes).fill(0);
  let images = 0;
  for (let i = 0; i < labels.length; i++) {
    if (isHeldOut(splits[i] ?? null)) continue;
    counts[labels[i]!]! += 1;
    images++;
  }
  const present = counts.filter((count) => count > 0);
  return { images, classes, imbalanceRatio: present.length < 2 ? 1 : Math.max(...present) / Math.min(...present) };
}

function linesOf({ sources }: Pick<RecipeReading, 'sources'>): LabInput['lines'] {
  const lines: Record<string, number> = {};
  for (const { id, fields } of CHOICES) {
    const line = fields.map((field) => sources[field].line).find((one) => one !== null);
    if (line) lines[id] = line;
  }
  return lines;
}

/**
 * Everything that the task `lab` needs, from a data set and a recipe.
 * @param earlier the yardstick and the runs of a lab on the same data and recipe that was cut off
 */
export function prepareLab(
  cohort: LabCohort,
  reading: RecipeReading,
  budgetSeconds: number,
  earlier: { yardstick: Yardstick | null; done: readonly LabRun[] } = { yardstick: null, done: [] },
): PreparedLab {
  const selection = labSelection(cohort);
  const images = Int32Array.from(new Set([...selection.training, ...selection.validation, ...selection.leaked]));
  const place = new Map(Array.from(images, (image, i) => [image, i]));
  const places = (of: readonly number[]): Int32Array => Int32Array.from(of, (image) => place.get(image)!);
  const pick = (from: ArrayLike<number>): Int32Array => images.map((image) => from[image]!);
  const setting = recipeSetting(cohort);
  return {
    images,
    warnings: recipeWarnings(reading, setting),
    input: {
      widths: pick(cohort.widths),
      heights: pick(cohort.heights),
      labels: pick(cohort.labels),
      classes: cohort.classes,
      groups: pick(cohort.groups),
      training: places(selection.training),
      validation: places(selection.validation),
      leaked: places(selection.leaked),
      faulty: Object.fromEntries(FAULTS.map(({ id }) => [id, places(selection.faulty[id] ?? [])])),
      recipe: reading.recipe,
      userSteps: updateSteps(reading.recipe, setting.images),
      budgetSeconds,
      soundSteps: null,
      lines: linesOf(reading),
      yardstick: earlier.yardstick,
      done: [...earlier.done],
    },
  };
}

/**
 * Identifies what the runs of a lab depend on: pictures, labels, the part that each image has, the recipe and the code.
 * @param contentKey of the images and labels
 */
export function labFingerprint(contentKey: string, { input, images }: PreparedLab): string {
  const { labels, groups, training, validation, leaked, faulty, recipe, userSteps } = input;
  const hash = createHash('sha256').update(JSON.stringify([LAB_VERSION, contentKey, recipe, userSteps]));
  for (const part of [images, labels, groups, training, validation, leaked, ...FAULTS.map(({ id }) => faulty[id]!)])
    hash.update(`\n${part.join(' ')}`);
  return hash.digest('hex').slice(0, 32);
}
