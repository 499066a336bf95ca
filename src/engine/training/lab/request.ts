import { createHash } from 'node:crypto';
import type { LabRun, Yardstick } from '../../../contract/model/lab';
import type { RecipeReading } from '../../../core/collapse/recipe';
import type { RecipeWarning } from '../../../contract/model/recipe';
import { CHOICES, FAULTS } from '../../../core/collapse/interventions/index';
import type { LabCandidates, RecipeSetting } from '../../../core/collapse/interventions/intervention';
import { isHeldOut, selectLabImages, type LabSelection } from '../../../core/collapse/lab-images';
import { userUpdates, withoutLater } from '../../../core/collapse/recipe';
import { isTuned, labSteps } from '../../../core/collapse/tuning';
import { recipeWarnings, suspectedChoices } from '../../../core/collapse/warnings';
import { seededRandom } from '../../../core/statistics/random';
import { LAB_VERSION, type LabInput } from '../protocol/lab';

/** All readable images of a data set. Arrays are indexed by the position of the image. */
export interface LabCohort extends LabCandidates {
  readonly widths: Int32Array;
  readonly heights: Int32Array;
}

export interface PreparedLab {
  readonly input: LabInput;
  /**
   * For each image of the lab, its position in the cohort. The training process asks for rasters by the index into this
   * array.
   */
  readonly images: Int32Array;
  readonly dividedAgain: boolean;
  /** Warnings of the static rules, which need no training. */
  readonly warnings: readonly RecipeWarning[];
}

/** The seed determines which images a lab uses. A resumed lab must use the same. */
const SEED = 1;

/** The images that a lab uses from this data set. */
export const labSelection = (cohort: LabCandidates): LabSelection => selectLabImages(cohort, seededRandom(SEED));

/**
 * The properties of a data set on which its sound recipe depends. Scripts and recipe files are read with it before a
 * lab runs.
 */
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
 * Prepares the input of the task `lab` from a data set and a recipe.
 * @param base the form of a row of embeddings, if the recipe has a pretrained base
 * @param earlier the yardstick and the runs of an interrupted lab on the same data and recipe
 */
export function prepareLab(
  cohort: LabCohort,
  reading: RecipeReading,
  budgetSeconds: number,
  earlier: { yardstick: Yardstick | null; done: readonly LabRun[] } = { yardstick: null, done: [] },
  base: LabInput['base'] = null,
): PreparedLab {
  const selection = labSelection(cohort);
  const images = Int32Array.from(new Set([...selection.training, ...selection.validation, ...selection.leaked]));
  const place = new Map(Array.from(images, (image, i) => [image, i]));
  const places = (of: readonly number[]): Int32Array => Int32Array.from(of, (image) => place.get(image)!);
  const pick = (from: ArrayLike<number>): Int32Array => images.map((image) => from[image]!);
  const setting = recipeSetting(cohort);
  const warnings = recipeWarnings(reading, setting);
  return {
    images,
    dividedAgain: selection.dividedAgain,
    warnings,
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
      base,
      userSteps: userUpdates(reading, setting.images),
      budgetSeconds,
      soundSteps: null,
      lines: linesOf(reading),
      suspects: suspectedChoices(warnings),
      yardstick: earlier.yardstick,
      done: [...earlier.done],
    },
  };
}

/**
 * A hash of everything that the runs of a lab depend on: pictures, labels, the split of the images, the recipe and the
 * version of the code.
 * @param trainedOn key of the pictures and labels
 */
export function labFingerprint(trainedOn: string, { input, images }: PreparedLab): string {
  const { labels, groups, training, validation, leaked, faulty, recipe, userSteps } = input;
  // Labs of earlier versions trained no base; all others keep their fingerprint.
  const tuned = isTuned(recipe) ? [labSteps(recipe)] : [];
  const hash = createHash('sha256').update(
    JSON.stringify([LAB_VERSION, trainedOn, withoutLater(recipe), userSteps, ...tuned]),
  );
  for (const part of [images, labels, groups, training, validation, leaked, ...FAULTS.map(({ id }) => faulty[id]!)])
    hash.update(`\n${part.join(' ')}`);
  return hash.digest('hex').slice(0, 32);
}
