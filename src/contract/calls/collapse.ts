/** Diagnosis of predictions, recipes, the lab and watched trainings. */
import { z } from 'zod';
import { call, job, nothing, ofDataset, trustedCall } from '../entry';
import {
  diagnosedSchema,
  filesBesideSchema,
  labStateSchema,
  predictionsSchema,
  recipeViewSchema,
  scriptSchema,
  storedLabSchema,
  storedRecipeSchema,
} from '../model/collapse';
import { labOutcomeSchema, labRunSchema } from '../model/lab';
import { predictionsIdSchema } from '../model/queries';
import { wireReadingSchema } from '../model/recipe';
import { additionsSchema, remedySchema } from '../model/remedy';
import { watchStateSchema } from '../model/training-watch';
import { modelTokenSchema, preprocessingSchema } from '../model/user-model';

export const collapseCalls = {
  /** All sets of predictions: first those of the probes, then the user's own, newest first. */
  'diagnosis.list': call(ofDataset, z.array(predictionsSchema)),
  /** Computed from the stored predictions and the current labels (errors: not-found). `split` null: all images. */
  'diagnosis.get': call(ofDataset.extend({ id: predictionsIdSchema, split: z.string().nullable() }), diagnosedSchema),
  /**
   * Stores and judges a table of predictions (errors: bad-predictions, one sentence; several-models if `model` does not
   * say which one to read).
   */
  'diagnosis.import': call(
    ofDataset.extend({
      name: z.string().min(1).max(500),
      text: z.string().max(200_000_000),
      model: z.string().optional(),
    }),
    predictionsSchema,
  ),
  /**
   * The same from a file, also Parquet and .npy. `names` and `classes` are files with one line for each row and column
   * of a .npy file; without `classes` the columns are the sorted class names.
   */
  'diagnosis.importFile': trustedCall(
    ofDataset.extend({
      path: z.string().min(1),
      names: z.string().nullable(),
      classes: z.string().nullable(),
      model: z.string().optional(),
    }),
    predictionsSchema,
  ),
  /** Only for the user's own predictions. Those of a probe are replaced by its next run. */
  'diagnosis.remove': call(ofDataset.extend({ id: predictionsIdSchema }), nothing),
  /**
   * Turns a model file or folder that the user chose into a token for `jobs.diagnose`, after a first check (errors:
   * bad-model). With `onlyOnnx`, for `labels.checkBackbone`, it must be an ONNX file.
   */
  'diagnosis.model': trustedCall(
    ofDataset.extend({ path: z.string().min(1), onlyOnnx: z.boolean().optional() }),
    z.object({ model: modelTokenSchema, name: z.string() }),
  ),
  /**
   * Predicts every image with the user's model, then stores and judges the predictions. `preprocessing` null: what the
   * model itself specifies, otherwise what works best on a few images. `side`: input size in pixels for a model that
   * takes any size; null: 224.
   */
  'jobs.diagnose': job(
    ofDataset.extend({
      model: modelTokenSchema,
      preprocessing: preprocessingSchema.nullable(),
      side: z.int().min(8).max(2048).nullable(),
    }),
    z.object({ id: predictionsIdSchema }),
  ),
  /** The recipe stored with the data set. Where there is none: the sound recipe, with every field assumed. */
  'recipe.get': call(ofDataset, storedRecipeSchema),
  /** Stored with the user's decisions. `script`: the script that the recipe was read from. */
  'recipe.set': call(
    ofDataset.extend({ reading: wireReadingSchema, script: scriptSchema.nullable() }),
    storedRecipeSchema,
  ),
  /**
   * Reads a Keras or PyTorch training script or a notebook. The script is never run and nothing is stored (errors:
   * bad-script).
   */
  'recipe.readScript': call(ofDataset.extend(scriptSchema.shape), recipeViewSchema),
  /** Reads the files in the folder of a script that it imports (errors: no-permission). */
  'recipe.filesBeside': trustedCall(
    z.object({ path: z.string().min(1), text: z.string().max(1_000_000) }),
    z.object({ beside: filesBesideSchema }),
  ),
  /**
   * Changes a training script so that its warnings are gone, and adds what is chosen. The script is never run, nothing
   * is stored (errors: bad-script).
   */
  'recipe.remedy': call(ofDataset.extend(scriptSchema.shape).extend(additionsSchema.shape), remedySchema),
  /** Reads a recipe file (JSON). Nothing is stored (errors: bad-recipe). */
  'recipe.readFile': call(ofDataset.extend({ text: z.string().max(1_000_000) }), recipeViewSchema),
  /** What follows from a reading: the rules that it breaks, and what a lab would try. */
  'recipe.check': call(ofDataset.extend({ reading: wireReadingSchema }), recipeViewSchema),
  /** A reading as a recipe file. It contains only what was read or entered, so that all other fields stay open. */
  'recipe.export': call(ofDataset.extend({ reading: wireReadingSchema }), z.object({ text: z.string() })),
  /**
   * Finds out, by training, why this recipe performs badly. A lab that was interrupted continues where it stopped, even
   * if the budget is another one.
   */
  'jobs.lab': job(
    ofDataset.extend({ reading: wireReadingSchema, budgetSeconds: z.number().min(1).max(86_400) }),
    z.object({ outcome: labOutcomeSchema, sentence: z.string() }),
  ),
  /** Clients ask for this after each `lab-changed`. */
  'lab.state': call(ofDataset, labStateSchema),
  /** A finished run of the current lab, with its curves. `index`: its position in `lab.state` (errors: not-found). */
  'lab.run': call(ofDataset.extend({ index: z.int().nonnegative() }), labRunSchema),
  /** The last lab that finished, with all runs and their curves. */
  'lab.result': call(
    ofDataset,
    z.object({
      lab: storedLabSchema.nullable(),
      /** Number of its runs that a lab on the same recipe would take over now. */ kept: z.int(),
    }),
  ),
  /**
   * Watches a folder into which `plumbline_watch.py` records trainings, instead of the one before (errors:
   * not-a-folder). A folder that does not exist yet is watched too. `remember`: for `watch.resume`.
   */
  'watch.follow': trustedCall(ofDataset.extend({ path: z.string().min(1), remember: z.boolean() }), nothing),
  /** Watches the folder that was remembered, after a start of the engine (errors: not-a-folder). */
  'watch.resume': call(ofDataset, nothing),
  'watch.stop': call(ofDataset, nothing),
  /** `plumbline_watch.py`, which the user's training script imports. */
  'watch.script': call(nothing, z.object({ text: z.string() })),
  /** Clients ask for this after each `watch-changed`. `run` null: the latest run. */
  'watch.state': call(ofDataset.extend({ run: z.string().nullable() }), watchStateSchema),
} as const;
