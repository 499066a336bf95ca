/** Predictions under diagnosis, the recipe that a data set is trained with, and the lab as it runs and as it ended. */
import { z } from 'zod';
import { diagnosisSchema, diagnosisVerdictSchema } from './diagnosis';
import { labResultSchema, labRunSchema, traceSchema } from './lab';
import { predictionsIdSchema } from './queries';
import { modelShapeSchema, preprocessingSchema, preprocessingTrialSchema } from './user-model';
import { recipeReadingSchema, recipeSchema, recipeWarningSchema } from './recipe';

/** Stands for a model file that the user chose; windows never see its path. */
export const modelTokenSchema = z.string().regex(/^[0-9a-f]{32}$/);

/** One set of predictions, summed up for a list. */
export const predictionsSchema = z.object({
  id: predictionsIdSchema,
  source: z.enum(['probe', 'table', 'model']),
  /** For showing: "Instant probe", or the name of the file. */
  name: z.string(),
  at: z.number(),
  /** True when images or labels have changed since. */
  stale: z.boolean(),
  /** Images with a prediction that are still there. */
  images: z.int(),
  verdict: diagnosisVerdictSchema.pick({ kind: true, sentence: true }),
  accuracy: z.number(),
  balancedAccuracy: z.number(),
  /** One sentence each: what was assumed, left out or is suspicious. */
  notes: z.array(z.string()),
  /** Rows that name no image, and images without a prediction: how many, and at most 100 of them. */
  unmatched: z.object({ count: z.int(), paths: z.array(z.string()) }),
  missing: z.object({ count: z.int(), paths: z.array(z.string()) }),
  /** Null unless a model was run. */
  model: z
    .object({
      shape: modelShapeSchema,
      preprocessing: preprocessingSchema,
      /** How the preprocessing came about. */
      chosen: z.enum(['given', 'told-by-model', 'by-trial']),
      /** How the model does on a few images under every common preprocessing, and on how many. */
      trials: z.array(preprocessingTrialSchema),
      trialImages: z.int(),
      /** One sentence where another preprocessing is clearly better. */
      warning: z.string().nullable(),
    })
    .nullable(),
});
export type PredictionsSummary = z.infer<typeof predictionsSchema>;

export const diagnosedSchema = z.object({
  predictions: predictionsSchema,
  /** Of the whole, or of the split that was asked for. */
  diagnosis: diagnosisSchema,
  /** Splits that have predictions, in the usual order; empty where the data set has none. */
  splits: z.array(z.object({ name: z.string(), images: z.int() })),
});
export type Diagnosed = z.infer<typeof diagnosedSchema>;

/** A recipe as it was read, with what follows from it before anything is trained. */
export const recipeViewSchema = z.object({
  reading: recipeReadingSchema,
  warnings: z.array(recipeWarningSchema),
  /** Where it differs from the recipe that is sound for these data: what a lab would try. */
  differences: z.array(
    z.object({ id: z.string(), title: z.string(), user: z.string(), sound: z.string(), line: z.int().nullable() }),
  ),
  /** What of the data set is at fault and no lab tries, with why. */
  untried: z.array(z.object({ id: z.string(), title: z.string(), reason: z.string() })),
  /** What every field falls back to. */
  sound: recipeSchema,
  /** Updates that this training makes on the images of the data set. */
  userSteps: z.int(),
});
export type RecipeView = z.infer<typeof recipeViewSchema>;

/** The script that a recipe was read from, kept for showing its lines. */
export const scriptSchema = z.object({ name: z.string().max(500), text: z.string().max(1_000_000) });

export const storedRecipeSchema = recipeViewSchema.extend({
  script: scriptSchema.nullable(),
  /** When it was kept; null while there is none and everything is assumed. */
  at: z.number().nullable(),
});
export type StoredRecipe = z.infer<typeof storedRecipeSchema>;

const runHeadSchema = labRunSchema.omit({ traces: true });

/** The lab of a data set as it is now. */
export const labStateSchema = z.object({
  /** Null while none runs. */
  running: z
    .object({
      job: z.string(),
      startedAt: z.number(),
      budgetSeconds: z.number(),
      /** Null until it is measured. */
      yardstick: labResultSchema.shape.yardstick.nullable(),
      /** Finished ones in order; their curves by `lab.run`. `resumed` of them come from a lab that was cut off. */
      runs: z.array(runHeadSchema),
      resumed: z.int(),
      /**
       * About how many there will be, with those to come: the lab asks on as the answers come in. Null at the start.
       */
      expected: z.int().nullable(),
      /** Seconds that are left, about; null at the start. */
      secondsLeft: z.number().nullable(),
      /** The net in training. */
      current: z.object({ title: z.string(), seed: z.int(), traces: z.array(traceSchema) }).nullable(),
    })
    .nullable(),
  /** Class names in the order of a trace's `predicted`. */
  classes: z.array(z.string()),
});
export type LabState = z.infer<typeof labStateSchema>;

/**
 * Of the JSON files that hold one of these whole. A field may be added under this version; none changes its meaning or
 * goes.
 */
export const DIAGNOSIS_SCHEMA = 'plumbline.diagnosis/1';
export const LAB_SCHEMA = 'plumbline.lab/1';

/** The last lab that came to its end. */
export const storedLabSchema = z.object({
  at: z.number(),
  seconds: z.number(),
  budgetSeconds: z.number(),
  /** True when images or labels have changed since. */
  stale: z.boolean(),
  /** Class names in the order of a trace's `predicted`. */
  classes: z.array(z.string()),
  reading: recipeReadingSchema,
  warnings: z.array(recipeWarningSchema),
  /** Runs that were taken over from a lab that was cut off. */
  resumed: z.int(),
  result: labResultSchema,
});
export type StoredLab = z.infer<typeof storedLabSchema>;
