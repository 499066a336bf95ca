/** Predictions under diagnosis, the recipe that a data set is trained with, and the running and the finished lab. */
import { z } from 'zod';
import { diagnosisSchema, diagnosisVerdictSchema } from './diagnosis';
import { labResultSchema, labRunSchema, traceSchema } from './lab';
import { predictionsIdSchema } from './queries';
import { modelShapeSchema, preprocessingSchema, preprocessingTrialSchema } from './user-model';
import { recipeWarningSchema, wireReadingSchema, wireRecipeSchema } from './recipe';

/** Summary of one set of predictions. */
export const predictionsSchema = z.object({
  id: predictionsIdSchema,
  source: z.enum(['probe', 'table', 'model']),
  /** For display: "Instant probe", or the name of the file. */
  name: z.string(),
  at: z.number(),
  /** True when images or labels have changed since then. */
  stale: z.boolean(),
  /** Images with a prediction that still exist. */
  images: z.int(),
  verdict: diagnosisVerdictSchema.pick({ kind: true, sentence: true }),
  accuracy: z.number(),
  balancedAccuracy: z.number(),
  /** One sentence each about what was assumed, left out or is suspicious. */
  notes: z.array(z.string()),
  /**
   * Rows whose path is not an image of the data set, and images without a prediction: how many there are, and at most
   * 100 of them.
   */
  unmatched: z.object({ count: z.int(), paths: z.array(z.string()) }),
  missing: z.object({ count: z.int(), paths: z.array(z.string()) }),
  /** Null unless a model was run. */
  model: z
    .object({
      shape: modelShapeSchema,
      preprocessing: preprocessingSchema,
      /** How the preprocessing was chosen. */
      chosen: z.enum(['given', 'told-by-model', 'by-trial']),
      /** Results of the model on a few images with each common preprocessing, and the number of these images. */
      trials: z.array(preprocessingTrialSchema),
      trialImages: z.int(),
      /** One sentence where another preprocessing is clearly better; otherwise null. */
      warning: z.string().nullable(),
    })
    .nullable(),
});
export type PredictionsSummary = z.infer<typeof predictionsSchema>;

export const diagnosedSchema = z.object({
  predictions: predictionsSchema,
  /** Of all predictions, or of the requested split. */
  diagnosis: diagnosisSchema,
  /** Splits that have predictions, in the usual order. Empty where the data set has no splits. */
  splits: z.array(z.object({ name: z.string(), images: z.int() })),
});
export type Diagnosed = z.infer<typeof diagnosedSchema>;

/** A recipe as it was read, and what can be said about it before any training. */
export const recipeViewSchema = z.object({
  reading: wireReadingSchema,
  warnings: z.array(recipeWarningSchema),
  /** How it differs from the sound recipe for this data set: what a lab would try. */
  differences: z.array(
    z.object({ id: z.string(), title: z.string(), user: z.string(), sound: z.string(), line: z.int().nullable() }),
  ),
  /** What no lab tries, with the reason. `partly`: the lab tries less of it than the recipe has. */
  untried: z.array(
    z.object({ id: z.string(), title: z.string(), reason: z.string(), partly: z.literal(true).optional() }),
  ),
  /** The sound recipe, which supplies the value of every field that is not known. */
  sound: wireRecipeSchema,
  /** Number of weight updates that this training makes on the images of the data set. */
  userSteps: z.int(),
});
export type RecipeView = z.infer<typeof recipeViewSchema>;

const scriptFileSchema = z.object({ name: z.string().max(500), text: z.string().max(1_000_000) });
export type ScriptFile = z.infer<typeof scriptFileSchema>;

/** Files that a script imports, by their path relative to it. Their definitions are read as if they were in the script. */
export const filesBesideSchema = z.array(scriptFileSchema).max(20);

/** The script that a recipe was read from, stored in order to show its lines and to change them. */
export const scriptSchema = scriptFileSchema.extend({ beside: filesBesideSchema.optional() });
export type TrainingScript = z.infer<typeof scriptSchema>;

export const storedRecipeSchema = recipeViewSchema.extend({
  script: scriptSchema.nullable(),
  /** When it was stored. Null where no recipe is stored and every field is assumed. */
  at: z.number().nullable(),
});
export type StoredRecipe = z.infer<typeof storedRecipeSchema>;

const runHeadSchema = labRunSchema.omit({ traces: true });

/** Current state of the lab of a data set. */
export const labStateSchema = z.object({
  /** Null while no lab runs. */
  running: z
    .object({
      job: z.string(),
      startedAt: z.number(),
      budgetSeconds: z.number(),
      /** Null until it has been measured. */
      yardstick: labResultSchema.shape.yardstick.nullable(),
      /**
       * Finished runs in order; `lab.run` returns their curves. The first `resumed` of them come from a lab that was
       * interrupted.
       */
      runs: z.array(runHeadSchema),
      resumed: z.int(),
      /**
       * Estimated total number of runs. It changes during the lab, because results decide what is trained next. Null at
       * the start.
       */
      expected: z.int().nullable(),
      /** Estimated seconds left; null at the start. */
      secondsLeft: z.number().nullable(),
      /** The net that is being trained. */
      current: z.object({ title: z.string(), seed: z.int(), traces: z.array(traceSchema) }).nullable(),
    })
    .nullable(),
  /** Class names, in the order of a trace's `predicted`. */
  classes: z.array(z.string()),
});
export type LabState = z.infer<typeof labStateSchema>;

/**
 * Schema names of the JSON files that contain one diagnosis or one lab. Within a version, fields may be added, but
 * not removed, and their meaning stays.
 */
export const DIAGNOSIS_SCHEMA = 'plumbline.diagnosis/1';
export const LAB_SCHEMA = 'plumbline.lab/1';

/** The last lab that finished. */
export const storedLabSchema = z.object({
  at: z.number(),
  seconds: z.number(),
  budgetSeconds: z.number(),
  /** True when images or labels have changed since then. */
  stale: z.boolean(),
  /** Class names, in the order of a trace's `predicted`. */
  classes: z.array(z.string()),
  reading: wireReadingSchema,
  warnings: z.array(recipeWarningSchema),
  /** Number of runs that were taken over from an interrupted lab. */
  resumed: z.int(),
  result: labResultSchema,
});
export type StoredLab = z.infer<typeof storedLabSchema>;
