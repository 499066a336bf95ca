/** What was stored before interventions had a registry: ids, order and keys must stay as they are. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { WireReading } from '../../../../src/contract/model/recipe';
import { compareConfigurations } from '../../../../src/core/collapse/choices';
import { CHOICES } from '../../../../src/core/collapse/interventions/index';
import {
  completeReading,
  readingOf,
  readRecipeFile,
  RECIPE_FIELDS,
  soundRecipe,
} from '../../../../src/core/collapse/recipe';
import { recipeForm } from '../../../../src/core/collapse/recipe-form';
import { labFingerprint, prepareLab, recipeSetting, type LabCohort } from '../../../../src/engine/training/lab/request';

interface Stored {
  readonly fields: readonly string[];
  readonly choices: readonly (readonly [id: string, title: string, fields: string])[];
  readonly sound: readonly string[];
  readonly form: readonly object[];
  readonly recipes: readonly {
    readonly file: object;
    readonly reading: string;
    readonly fingerprint: string;
    readonly differences: readonly object[];
  }[];
}
const stored = JSON.parse(await readFile(new URL('stored.json', import.meta.url), 'utf8')) as Stored;

/** Fields that were added since; recipes that were stored before are completed with them. */
const LATER = {
  updates: 'each-batch',
  units: 'one-per-class',
  paired: true,
  base: 'none',
  baseScale: 'symmetric',
  baseStatistics: 'stored',
  channels: 'rgb',
};

const labels = Array.from({ length: 400 }, (_, i) => (i % 10 === 0 ? 1 : 0));
const cohort: LabCohort = {
  labels,
  classes: 2,
  splits: labels.map((_, i) => (i < 300 ? 'train' : 'test')),
  groups: labels.map((_, i) => (i === 7 || i === 9 || i === 307 ? 3 : -1)),
  flagged: (image) => image === 5,
  widths: Int32Array.from(labels, (_, i) => i + 1),
  heights: Int32Array.from(labels, () => 9),
};
const sound = soundRecipe(recipeSetting(cohort));

it('the fields of a recipe and the choices keep their names and their order', () => {
  expect(RECIPE_FIELDS).toEqual(stored.fields);
  expect(CHOICES.map(({ id, title, fields }) => [id, title, fields.join(' ')])).toEqual(stored.choices);
  expect(
    [soundRecipe({ images: 100, imbalanceRatio: 1, side: 16 }), soundRecipe({ images: 5000, imbalanceRatio: 3 })].map(
      (one) => JSON.stringify(one),
    ),
  ).toEqual(stored.sound);
});

it('the form has the same inputs with the same words', () => {
  const form = recipeForm().map(({ title, inputs }) => ({
    title,
    inputs: inputs.map((one) => [
      one.path,
      one.title,
      one.kind,
      one.options.map(({ value, label }) => `${value}: ${label}`).join('; '),
    ]),
  }));
  expect(form).toEqual(stored.form);
});

it.each(stored.recipes)(
  '$file is read as before, describes its differences in the same words, and continues its stored runs',
  (one) => {
    const reading = JSON.parse(one.reading) as WireReading;
    const assumed = { how: 'assumed', line: null, text: null };
    const completed = {
      ...reading,
      recipe: { ...reading.recipe, ...LATER },
      sources: { ...reading.sources, ...Object.fromEntries(Object.keys(LATER).map((field) => [field, assumed])) },
    };
    expect(readingOf(reading)).toEqual(completed);
    expect(readRecipeFile(one.file, sound)).toEqual(completed);
    const prepared = prepareLab(cohort, readingOf(reading), 60);
    expect(labFingerprint('content', prepared)).toBe(one.fingerprint);
    const kept = (all: boolean): Record<string, boolean> => ({ 'flagged-labels': all, duplicates: all });
    const { differences } = compareConfigurations(
      { recipe: prepared.input.recipe, steps: Math.min(prepared.input.userSteps, 400), kept: kept(true) },
      { recipe: sound, steps: 400, kept: kept(false) },
    );
    expect(differences.map((each) => [each.choice.id, each.user, each.sound])).toEqual(one.differences);
  },
);

it('a recipe kept before a field or a part of one was added gets the sound value, in its place', () => {
  const older: Partial<typeof sound> = { ...sound };
  delete older.shuffle;
  const augmentation: Partial<typeof sound.augmentation> = { ...sound.augmentation, rotation: 20 };
  delete augmentation.noise;
  const { recipe } = completeReading({ ...older, augmentation } as Partial<typeof sound>, {}, sound, {
    framework: null,
    notes: [],
  });
  expect(JSON.stringify(recipe)).toBe(
    JSON.stringify({ ...sound, augmentation: { ...sound.augmentation, rotation: 20 } }),
  );
});
