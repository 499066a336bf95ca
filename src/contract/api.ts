/**
 * Every call and event between processes, defined once. The engine's handlers, the clients of the window and of the
 * CLI, and the fake engine of the view tests are derived from these maps, and both sides parse with them.
 */
import { z } from 'zod';
import { bytesSchema } from './arrays';
import { call, job, trustedCall, type Entry } from './entry';
import { agreementSchema } from './model/agreement';
import { backboneChoicesSchema, checkedBackboneSchema, ownBackboneSchema } from './model/backbone';
import { checklistItemSchema } from './model/checklist';
import {
  diagnosedSchema,
  labStateSchema,
  predictionsSchema,
  recipeViewSchema,
  scriptSchema,
  storedLabSchema,
  storedRecipeSchema,
} from './model/collapse';
import { wireErrorSchema } from './errors';
import { exportOptionsSchema, exportPlanSchema, exportResultSchema, exportTargetSchema } from './model/export';
import {
  chosenLayoutSchema,
  datasetIdSchema,
  datasetSummarySchema,
  layoutKindSchema,
  namedReadingSchema,
  refusedReadingSchema,
  recentSchema,
  tableColumnsSchema,
  uncheckedSchema,
} from './model/dataset';
import { duplicateGroupSchema, findingSchema, imageFindingSchema, thresholdSchema } from './model/finding';
import { imageCardSchema, imageIdSchema, imageIdsSchema, imageMetadataSchema, imageRecordSchema } from './model/image';
import { jobIdSchema, jobStatusSchema, progressSchema, stageSecondsSchema } from './model/job';
import { imageFilterSchema, imageSortSchema, ownPredictionsIdSchema, predictionsIdSchema } from './model/queries';
import {
  confusionSchema,
  curvePointSchema,
  embeddingMapSchema,
  labelsSummarySchema,
  probeKindSchema,
  suspectFilterSchema,
  similarityStateSchema,
  suspectSchema,
  surroundingsSchema,
  importedEmbeddingSchema,
  ownEmbeddingSchema,
} from './model/labels';
import { labOutcomeSchema, labRunSchema } from './model/lab';
import { watchStateSchema } from './model/training-watch';
import { browseSchema, downloadSchema, listingSchema, promptAnswerSchema, promptSchema } from './model/prompt';
import { modelTokenSchema, preprocessingSchema } from './model/user-model';
import { windowFaultSchema } from './model/window-fault';
import { wireReadingSchema } from './model/recipe';
import { additionsSchema, remedySchema } from './model/remedy';
import { remarkSchema, remarksSchema, remarksSummarySchema } from './model/remarks';
import { reportSchema } from './model/report';
import { savedViewSchema, viewToSaveSchema } from './model/saved-views';
import {
  actSchema,
  actSourceSchema,
  decisionSchema,
  decisionsFormatSchema,
  keptOnesSchema,
  reviewerSchema,
  reviewImportSchema,
  reviewItemSchema,
  reviewStateSchema,
  reviewStatsSchema,
  reviewStepSchema,
} from './model/review';

const nothing = z.object({});
const dataset = z.object({ dataset: datasetIdSchema });
const page = z.object({ offset: z.int().nonnegative(), limit: z.int().min(1).max(1000) });

/** Answered by the engine. */
export const engineApi = {
  'engine.info': call(
    nothing,
    z.object({ version: z.string(), node: z.string(), pid: z.int(), cacheFolder: z.string(), dataFolder: z.string() }),
  ),

  /**
   * Registers a folder (errors: not-a-folder, no-permission, bad-table, …) and detects its layouts. Nothing is indexed
   * yet. With `labels`, this is the chosen layout from now on; with null, the folder is read as detected again.
   */
  'dataset.open': trustedCall(
    z.object({ root: z.string().min(1), note: z.string().optional(), labels: namedReadingSchema.nullish() }),
    z.object({ dataset: datasetIdSchema }),
  ),
  /**
   * Unpacks a copy of an archive, or of a folder of archives, into the cache folder; sends `unpacking` meanwhile. Then
   * `dataset.open` with the same path opens the copy (errors: bad-archive, no-images, disk-full, cancelled, busy).
   */
  'archives.unpack': trustedCall(z.object({ path: z.string().min(1) }), nothing),
  'archives.cancel': call(nothing, nothing),
  /**
   * Writes the sample data set into the cache folder unless it is there; sends `sample` meanwhile. `note` says what was
   * planted in it (errors: disk-full, cache-unwritable).
   */
  'samples.write': trustedCall(nothing, z.object({ root: z.string(), note: z.string() })),
  'dataset.reopen': call(dataset, z.object({ dataset: datasetIdSchema })),
  'dataset.recents': call(nothing, z.array(recentSchema)),
  'dataset.forget': call(dataset, nothing),
  'dataset.summary': call(dataset, datasetSummarySchema),
  /**
   * Reads the folder anew as the user chooses, now and in later runs; null: as detected. An index that is running is
   * stopped first (errors: layout-impossible, bad-table, busy).
   */
  'dataset.chooseLayout': call(dataset.extend({ choice: chosenLayoutSchema.nullable() }), nothing),
  /**
   * The columns of a table of the folder that the summary names; none for several tables that are read together
   * (errors: not-found).
   */
  'dataset.tableColumns': call(dataset.extend({ table: z.string() }), tableColumnsSchema),

  /** The columns of a table of a folder that is not open (errors: not-found for a table outside of it). */
  'folders.tableColumns': trustedCall(z.object({ root: z.string(), table: z.string() }), tableColumnsSchema),

  /** What has not been looked at yet. */
  'dataset.unchecked': call(dataset, z.array(uncheckedSchema)),

  'images.list': call(
    dataset.extend(page.shape).extend({ filter: imageFilterSchema, sort: imageSortSchema }),
    z.object({ total: z.int(), items: z.array(imageCardSchema) }),
  ),
  'images.get': call(dataset.extend({ image: imageIdSchema }), imageRecordSchema),
  /**
   * What the last audit found about an image, most severe first, and the class that the probes consider more likely
   * than the label. `suggested` is null where no probe was run or the probes agree with the label.
   */
  'images.findings': call(
    dataset.extend({ image: imageIdSchema }),
    z.object({ findings: z.array(imageFindingSchema), suggested: z.string().nullable() }),
  ),
  /** Whether `filter.like` finds anything for the image of this path. */
  'images.similarity': call(dataset.extend({ path: z.string() }), z.object({ state: similarityStateSchema })),
  /** The stored thumbnail: JPEG of at most 256 px, or WebP of at most 192 px from an older version. */
  'images.thumbnail': call(dataset.extend({ image: imageIdSchema }), z.object({ data: bytesSchema, type: z.string() })),
  /** Read from the user's file (errors: not-found, also for a file that is gone). */
  'images.metadata': call(dataset.extend({ image: imageIdSchema }), imageMetadataSchema),
  /** The absolute paths of the user's files, in this order (errors: not-found, also for a file that is gone). */
  'images.files': trustedCall(dataset.extend({ images: imageIdsSchema }), z.object({ paths: z.array(z.string()) })),
  /** The image, rotated upright, in sRGB as WebP with a longer side of at most 2,048 px. */
  'images.picture': call(dataset.extend({ image: imageIdSchema }), z.object({ data: bytesSchema, type: z.string() })),

  /** Worst first. */
  'findings.list': call(dataset, z.array(findingSchema)),
  'findings.groups': call(
    dataset.extend(page.shape).extend({ finding: z.string() }),
    z.object({ total: z.int(), groups: z.array(duplicateGroupSchema) }),
  ),
  'findings.mute': call(dataset.extend({ finding: z.string(), reason: z.string().min(1).max(1000) }), nothing),
  'findings.unmute': call(dataset.extend({ finding: z.string() }), nothing),
  /** Remembered by content, so these images are never grouped with each other again. */
  'findings.notDuplicate': call(
    dataset.extend({ images: z.array(imageIdSchema).min(2) }),
    z.object({ at: z.number() }),
  ),
  /** Takes back what `findings.notDuplicate` stored at this time. */
  'findings.forgetNotDuplicate': call(dataset.extend({ at: z.number() }), nothing),
  'thresholds.list': call(dataset, z.array(thresholdSchema)),
  /** Null restores the default. The next `audit` job computes the findings with the new value. */
  'thresholds.set': call(dataset.extend({ id: z.string(), value: z.number().nullable() }), nothing),
  /**
   * How many images and classes a value of this threshold would flag, computed from stored measures. Null where this
   * needs a new audit.
   */
  'thresholds.preview': call(
    dataset.extend({ id: z.string(), value: z.number() }),
    z.object({ flagged: z.object({ images: z.int(), classes: z.int() }).nullable() }),
  ),

  /**
   * Scans the folder, measures new and changed files, then audits. A layout and thresholds given here apply to this run
   * only.
   */
  'jobs.index': job(
    dataset.extend({ layout: layoutKindSchema.optional(), thresholds: z.record(z.string(), z.number()).optional() }),
    nothing,
  ),
  'jobs.audit': job(dataset, nothing),
  /** Runs a probe, judges the labels with it, and updates the findings. */
  'jobs.probe': job(
    dataset.extend({
      probe: probeKindSchema,
      /** With `predictions`: which ones. Without it, the newest ones of the user. */
      predictions: ownPredictionsIdSchema.optional(),
      /** With `instant`: takes the place of the pretrained network. */
      embedding: ownEmbeddingSchema.optional(),
      /** The same for a network of the user; at most one of the two. */
      backbone: ownBackboneSchema.optional(),
      thresholds: z.record(z.string(), z.number()).optional(),
    }),
    nothing,
  ),
  /**
   * Starts the training process, fits a small model for `steps` steps and returns the loss. This shows that TensorFlow
   * works on this machine.
   */
  'jobs.trainingCheck': job(
    dataset.extend({ steps: z.int().min(1).max(10_000) }),
    z.object({ firstLoss: z.number(), lastLoss: z.number() }),
  ),
  /**
   * report.json of the data set as it was last indexed and audited. `timings`: seconds for each stage, as the caller
   * measured them.
   */
  'report.get': call(dataset.extend({ timings: stageSecondsSchema }), reportSchema),
  /** The same report as one HTML file with images. `thresholds`: those that the run used instead of the stored ones. */
  'report.html': call(
    dataset.extend({
      timings: stageSecondsSchema,
      thresholds: z.record(z.string(), z.number()).optional(),
    }),
    z.object({ html: z.string() }),
  ),

  /** What the probes found out about the labels. */
  'labels.summary': call(dataset, labelsSummarySchema),
  /** Suspicious labels, most suspicious first. */
  'labels.list': call(
    dataset.extend(page.shape).extend({ filter: suspectFilterSchema }),
    z.object({ total: z.int(), items: z.array(suspectSchema) }),
  ),
  'labels.confusion': call(dataset.extend({ probe: probeKindSchema }), confusionSchema),
  'labels.curve': call(dataset.extend({ probe: probeKindSchema }), z.array(curvePointSchema)),
  'labels.map': call(dataset, embeddingMapSchema),
  'labels.surroundings': call(dataset.extend({ image: imageIdSchema }), surroundingsSchema),

  /**
   * Images of a finding (`filter.finding`, worst first) or of any other filter (in path order), with the decisions on
   * them.
   */
  'review.queue': call(
    dataset.extend(page.shape).extend({ filter: imageFilterSchema, undecidedOnly: z.boolean() }),
    z.object({ total: z.int(), items: z.array(reviewItemSchema) }),
  ),
  'review.stats': call(dataset.extend({ filter: imageFilterSchema }), reviewStatsSchema),
  'review.state': call(dataset, reviewStateSchema),
  /** The decisions on these images. Images without a decision are absent. */
  'review.decisions': call(
    dataset.extend({ images: z.array(imageIdSchema).max(10_000) }),
    z.array(z.object({ image: imageIdSchema, decision: decisionSchema })),
  ),
  /**
   * One action of the user on any number of images; a single undo reverts all of it. `queue`: key of the finding under
   * review. `batch`: for `review.undo`.
   */
  'review.act': call(
    dataset.extend({
      acts: z.array(actSchema).min(1).max(100_000),
      queue: z.string().nullable(),
      note: z.string().max(1000).nullable(),
      source: actSourceSchema.optional(),
    }),
    z.object({ acts: z.int(), batch: z.int() }),
  ),
  /**
   * Excludes all images but one of each group of a duplicate finding. The one kept is a chosen keeper, otherwise the
   * largest image with the most common label of the group.
   */
  'review.keepOnePerGroup': call(
    dataset.extend({ finding: z.string(), keepers: z.array(imageIdSchema) }),
    keptOnesSchema,
  ),
  /**
   * Gives classes a name, as one undoable step. Classes with the same name are one class from now on. The user's folder
   * is not changed. `images`: number of images whose class changes; `batch`: for `review.undo`; null where nothing
   * changes (errors: not-found for a class that does not exist, bad-request for a name that is not valid).
   */
  'review.renameClasses': call(
    dataset.extend({ from: z.array(z.string()).min(1).max(100_000), to: z.string().min(1).max(500) }),
    z.object({ images: z.int(), batch: z.int().nullable() }),
  ),
  /**
   * Gives the numbered classes the names that a file of the folder has for them (`reading.classNames`), as one undoable
   * step. Two numbers with the same name keep their numbers (errors: not-found if no file names the classes).
   */
  'review.nameClasses': call(dataset, z.object({ classes: z.int(), batch: z.int().nullable() })),
  /** Gives classes of the user's folder or table their own names back, as one undoable step. */
  'review.restoreClasses': call(
    dataset.extend({ own: z.array(z.string()).min(1).max(100_000) }),
    z.object({ images: z.int() }),
  ),
  /**
   * Changes the tags and the note of images, as one undoable step. `images`: number of images that changed (errors:
   * bad-request for a tag or a note that is not valid).
   */
  'review.remark': call(dataset.extend(remarkSchema.shape), z.object({ images: z.int() })),
  /** The tags and notes of these images. Images that have neither are absent. */
  'review.remarks': call(
    dataset.extend({ images: z.array(imageIdSchema).max(10_000) }),
    z.array(z.object({ image: imageIdSchema, remarks: remarksSchema })),
  ),
  /** The tags in use, and how many images have a note. */
  'review.remarksSummary': call(dataset, remarksSummarySchema),

  /** The user's named filters of the images, by name. */
  'savedViews.list': call(dataset, z.array(savedViewSchema)),
  /**
   * Saves a filter and an order under a name; `replace` allows to replace a view with the same name (errors:
   * bad-request, one sentence).
   */
  'savedViews.save': call(dataset.extend(viewToSaveSchema.shape), nothing),
  /** Errors: not-found; bad-request for a name that is not valid or in use. */
  'savedViews.rename': call(dataset.extend({ from: z.string(), to: z.string() }), nothing),
  'savedViews.delete': call(dataset.extend({ name: z.string() }), nothing),

  /**
   * Undo and redo return the images that changed; an empty list where there is nothing to undo or redo. With `batch`:
   * nothing is undone if something else was decided since.
   */
  'review.undo': call(dataset.extend({ batch: z.int().optional() }), z.object({ images: z.array(imageIdSchema) })),
  /** The last steps, the newest first, with those that were undone. */
  'review.history': call(
    dataset.extend({ limit: z.int().min(1).max(1000) }),
    z.object({ steps: z.array(reviewStepSchema), more: z.boolean() }),
  ),
  'review.redo': call(dataset, z.object({ images: z.array(imageIdSchema) })),
  'review.export': call(dataset.extend({ format: decisionsFormatSchema }), z.object({ text: z.string() })),
  'review.import': call(
    dataset.extend({
      text: z.string().max(200_000_000),
      format: decisionsFormatSchema,
      newClasses: z.boolean(),
      /**
       * Whose decisions these are; absent for the user's own. They are kept apart from the user's own decisions and
       * replace what was imported under this name before. `newClasses` does not matter then.
       */
      reviewer: reviewerSchema.optional(),
    }),
    reviewImportSchema,
  ),
  /**
   * How far each reviewer whose decisions were imported agrees with the user, in the order of the names. `open`: images
   * with a disagreement that is not settled.
   */
  'review.agreement': call(dataset, z.object({ reviewers: z.array(agreementSchema), open: z.int() })),
  /** Deletes the decisions of a reviewer (errors: not-found). */
  'review.forgetReviewer': call(dataset.extend({ reviewer: reviewerSchema }), nothing),
  /**
   * Brings back what `review.forgetReviewer` deleted since the engine started. `restored` is false if decisions were
   * imported under that name since, or if the engine was restarted.
   */
  'review.restoreReviewer': call(dataset.extend({ reviewer: reviewerSchema }), z.object({ restored: z.boolean() })),

  /** What an export with these options would contain. Nothing is written. */
  'export.plan': call(dataset.extend({ options: exportOptionsSchema }), exportPlanSchema),
  /** Turns a folder that the user chose into a token for `jobs.export`, after a first check (errors: export-target). */
  'export.target': trustedCall(dataset.extend({ path: z.string().min(1) }), z.object({ target: exportTargetSchema })),
  /** The folder of a token (errors: not-found). */
  'export.folder': trustedCall(dataset.extend({ target: exportTargetSchema }), z.object({ path: z.string() })),
  'jobs.export': job(dataset.extend({ options: exportOptionsSchema, target: exportTargetSchema }), exportResultSchema),
  /** Registers a finished export as a data set, so that it can be audited too. */
  'export.open': call(dataset.extend({ target: exportTargetSchema }), z.object({ dataset: datasetIdSchema })),

  /** All sets of predictions: first those of the probes, then the user's own, newest first. */
  'diagnosis.list': call(dataset, z.array(predictionsSchema)),
  /** Computed from the stored predictions and the current labels (errors: not-found). `split` null: all images. */
  'diagnosis.get': call(dataset.extend({ id: predictionsIdSchema, split: z.string().nullable() }), diagnosedSchema),
  /**
   * Stores and judges a table of predictions (errors: bad-predictions, one sentence; several-models if `model` does not
   * say which one to read).
   */
  'diagnosis.import': call(
    dataset.extend({
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
    dataset.extend({
      path: z.string().min(1),
      names: z.string().nullable(),
      classes: z.string().nullable(),
      model: z.string().optional(),
    }),
    predictionsSchema,
  ),
  /**
   * Stores the user's embedding of the images from a file (CSV, Parquet, or .npy with a file of names); the last one is
   * forgotten (errors: bad-predictions, one sentence).
   */
  'labels.importEmbedding': trustedCall(
    dataset.extend({ path: z.string().min(1), names: z.string().nullable() }),
    importedEmbeddingSchema,
  ),
  /**
   * Finds out how a pretrained network of the user (an ONNX file, a token of `diagnosis.model`) is run: from its file, from
   * Hugging Face's preprocessor_config.json beside it, and on made-up pictures (errors: bad-model, one sentence). The
   * result can be given to `jobs.probe`.
   */
  'labels.checkBackbone': call(
    dataset.extend({ model: modelTokenSchema }).extend(backboneChoicesSchema.shape),
    checkedBackboneSchema,
  ),
  /** Only for the user's own predictions. Those of a probe are replaced by its next run. */
  'diagnosis.remove': call(dataset.extend({ id: predictionsIdSchema }), nothing),
  /**
   * Turns a model file or folder that the user chose into a token for `jobs.diagnose`, after a first check (errors:
   * bad-model). With `onlyOnnx`, for `labels.checkBackbone`, it must be an ONNX file.
   */
  'diagnosis.model': trustedCall(
    dataset.extend({ path: z.string().min(1), onlyOnnx: z.boolean().optional() }),
    z.object({ model: modelTokenSchema, name: z.string() }),
  ),
  /**
   * Predicts every image with the user's model, then stores and judges the predictions. `preprocessing` null: what the
   * model itself specifies, otherwise what works best on a few images. `side`: input size in pixels for a model that
   * takes any size; null: 224.
   */
  'jobs.diagnose': job(
    dataset.extend({
      model: modelTokenSchema,
      preprocessing: preprocessingSchema.nullable(),
      side: z.int().min(8).max(2048).nullable(),
    }),
    z.object({ id: predictionsIdSchema }),
  ),

  /** The recipe stored with the data set. Where there is none: the sound recipe, with every field assumed. */
  'recipe.get': call(dataset, storedRecipeSchema),
  /** Stored with the user's decisions. `script`: the script that the recipe was read from. */
  'recipe.set': call(
    dataset.extend({ reading: wireReadingSchema, script: scriptSchema.nullable() }),
    storedRecipeSchema,
  ),
  /**
   * Reads a Keras or PyTorch training script or a notebook. The script is never run and nothing is stored (errors:
   * bad-script). `beside`: files that it imports, by their path relative to it; their definitions are read too.
   */
  'recipe.readScript': call(
    dataset.extend(scriptSchema.shape).extend({ beside: z.array(scriptSchema).max(20).optional() }),
    recipeViewSchema,
  ),
  /**
   * Changes a training script so that its warnings are gone, and adds what is chosen. The script is never run, nothing
   * is stored (errors: bad-script).
   */
  'recipe.remedy': call(dataset.extend(scriptSchema.shape).extend(additionsSchema.shape), remedySchema),
  /** Reads a recipe file (JSON). Nothing is stored (errors: bad-recipe). */
  'recipe.readFile': call(dataset.extend({ text: z.string().max(1_000_000) }), recipeViewSchema),
  /** What follows from a reading: the rules that it breaks, and what a lab would try. */
  'recipe.check': call(dataset.extend({ reading: wireReadingSchema }), recipeViewSchema),
  /** A reading as a recipe file. It contains only what was read or entered, so that all other fields stay open. */
  'recipe.export': call(dataset.extend({ reading: wireReadingSchema }), z.object({ text: z.string() })),

  /**
   * Finds out, by training, why this recipe performs badly. A lab that was interrupted continues where it stopped, even
   * if the budget is another one.
   */
  'jobs.lab': job(
    dataset.extend({ reading: wireReadingSchema, budgetSeconds: z.number().min(1).max(86_400) }),
    z.object({ outcome: labOutcomeSchema, sentence: z.string() }),
  ),
  /** Clients ask for this after each `lab-changed`. */
  'lab.state': call(dataset, labStateSchema),
  /** A finished run of the current lab, with its curves. `index`: its position in `lab.state` (errors: not-found). */
  'lab.run': call(dataset.extend({ index: z.int().nonnegative() }), labRunSchema),
  /** The last lab that finished, with all runs and their curves. */
  'lab.result': call(
    dataset,
    z.object({
      lab: storedLabSchema.nullable(),
      /** Number of its runs that a lab on the same recipe would take over now. */ kept: z.int(),
    }),
  ),

  /**
   * Watches a folder into which `plumbline_watch.py` records trainings, instead of the one before (errors:
   * not-a-folder). A folder that does not exist yet is watched too.
   */
  'watch.follow': trustedCall(dataset.extend({ path: z.string().min(1) }), nothing),
  'watch.stop': call(dataset, nothing),
  /** `plumbline_watch.py`, which the user's training script imports. */
  'watch.script': call(nothing, z.object({ text: z.string() })),
  /** Clients ask for this after each `watch-changed`. `run` null: the latest run. */
  'watch.state': call(dataset.extend({ run: z.string().nullable() }), watchStateSchema),

  /** Six items, each ok, a problem or not checked, derived from everything that is known. */
  'checklist.get': call(dataset, z.array(checklistItemSchema)),

  'jobs.list': call(dataset, z.array(jobStatusSchema)),
  'jobs.cancel': call(z.object({ job: jobIdSchema }), nothing),
  /** Continues a job that is `interrupted`, `cancelled` or `failed`, under the same id. */
  'jobs.resume': call(z.object({ job: jobIdSchema, dataset: datasetIdSchema }), nothing),
} as const;

/** Answered by the shell (Electron main) for a window. */
export const shellApi = {
  /** Shows the native dialog; the event `dataset-opened` announces the data set that was chosen. */
  'shell.openFolder': call(nothing, z.object({ dataset: datasetIdSchema.nullable() })),
  /** Asks for an archive or another file with images, unpacks and opens it. Null when the user cancels the dialog. */
  'shell.openArchive': call(nothing, z.object({ dataset: datasetIdSchema.nullable() })),
  /** Opens the sample data set, which is written first where it does not exist yet. */
  'shell.openSample': call(nothing, z.object({ dataset: datasetIdSchema })),
  /** Unpacks and opens what was last refused with `needs-unpacking`. A window names no paths. */
  'shell.unpack': call(nothing, z.object({ dataset: datasetIdSchema })),
  /** The columns of a table of the folder that was last refused because its images have no labels. */
  'shell.refusedColumns': call(z.object({ table: z.string().min(1) }), tableColumnsSchema),
  /** Opens this folder with labels from one of its tables or from a field of its file names. */
  'shell.readRefused': call(refusedReadingSchema, z.object({ dataset: datasetIdSchema })),
  'shell.openRecent': call(dataset, z.object({ dataset: datasetIdSchema })),
  /** The data set named on the command line, and facts about the app that a window shows. */
  'shell.start': call(
    nothing,
    z.object({
      dataset: datasetIdSchema.nullable(),
      error: wireErrorSchema.nullable(),
      version: z.string(),
      electron: z.string(),
      notice: z.string().nullable(),
    }),
  ),
  /**
   * Shows the native dialog for the folder of an export. `folder` is for display only; `target` is the token for
   * `jobs.export`. Both are null when the user cancels.
   */
  'shell.chooseExportFolder': call(
    dataset,
    z.object({ target: exportTargetSchema.nullable(), folder: z.string().nullable() }),
  ),
  /** Asks for a file, then writes all decisions to it. `file` is for display only; null when the user cancels. */
  'shell.saveDecisions': call(
    dataset.extend({ format: decisionsFormatSchema }),
    z.object({ file: z.string().nullable() }),
  ),
  /** Asks for a file of decisions and reads it for `review.import`. Null when the user cancels. */
  'shell.readDecisions': call(
    nothing,
    z.object({ decisions: z.object({ file: z.string(), format: decisionsFormatSchema, text: z.string() }).nullable() }),
  ),
  /**
   * Asks for a file and reads its text for `diagnosis.import`, `recipe.readScript` or `recipe.readFile`. Null when the
   * user cancels.
   */
  'shell.readText': call(
    dataset.extend({ what: z.enum(['predictions', 'script', 'recipe']) }),
    z.object({ file: z.object({ name: z.string(), text: z.string() }).nullable() }),
  ),
  /**
   * Asks for a file of the user's predictions (CSV, TSV, JSON, Parquet, or .npy and its list of images) and stores them
   * with `diagnosis.importFile`. The columns of .npy are the sorted class names. Null when the user cancels.
   */
  'shell.importPredictions': call(dataset, z.object({ predictions: predictionsSchema.nullable() })),
  /** The same for the user's embedding, with `labels.importEmbedding`. */
  'shell.importEmbedding': call(dataset, z.object({ imported: importedEmbeddingSchema.nullable() })),
  /**
   * Asks for a model: a file (ONNX, model.json), a folder (SavedModel), or an ONNX file only. `name` is for display;
   * `model` is the token for `jobs.diagnose` or `labels.checkBackbone`. Both are null when the user cancels.
   */
  'shell.chooseModel': call(
    dataset.extend({ from: z.enum(['file', 'folder', 'onnx']) }),
    z.object({ model: modelTokenSchema.nullable(), name: z.string().nullable() }),
  ),
  /**
   * Asks for a file, then writes the stored recipe of the data set, or its last lab, as JSON. `file` is for display
   * only; null when the user cancels.
   */
  'shell.saveJson': call(
    dataset.extend({ what: z.enum(['recipe', 'lab']) }),
    z.object({ file: z.string().nullable() }),
  ),
  /**
   * Changes the stored script as `recipe.remedy` does, asks for a file, and writes the patch or the changed script to it
   * (errors: bad-script, not-found without a script). Null when the user cancels.
   */
  'shell.saveRemedy': call(
    dataset.extend({ what: z.enum(['patch', 'script']) }).extend(additionsSchema.shape),
    z.object({ file: z.string().nullable() }),
  ),
  /** The same for the clipboard, with the patch. */
  'shell.copyPatch': call(dataset.extend(additionsSchema.shape), nothing),
  /**
   * Asks for the folder into which a training records, and watches it with `watch.follow`. `folder` is for display only;
   * null when the user cancels.
   */
  'shell.chooseWatched': call(dataset, z.object({ folder: z.string().nullable() })),
  /** Asks for a file, then writes `plumbline_watch.py` to it. Null when the user cancels. */
  'shell.saveWatchScript': call(dataset, z.object({ file: z.string().nullable() })),
  /** Asks for a file, then writes the report to it, as one web page or as report.json. Null when the user cancels. */
  'shell.saveReport': call(
    dataset.extend({ format: z.enum(['html', 'json']) }),
    z.object({ file: z.string().nullable() }),
  ),
  'shell.revealInFileManager': call(dataset.extend({ image: imageIdSchema }), nothing),
  /** Shows the folder of a written export in the file manager. */
  'shell.showExport': call(dataset.extend({ target: exportTargetSchema }), nothing),
  /** Shows the file that the user saved last, for example a report, in the file manager (errors: not-found). */
  'shell.showSaved': call(nothing, nothing),
  /** Shows a notification of the desktop, only while no window of the app has the focus. */
  'shell.notify': call(z.object({ title: z.string().max(200), text: z.string().max(500) }), nothing),
  /** Copies the absolute paths of images, one per line. */
  'shell.copyPaths': call(dataset.extend({ images: imageIdsSchema }), nothing),
  /** Continues a drag of images as a drag of their files, to drop them on another program. Shows the first one. */
  'shell.dragOut': call(dataset.extend({ images: imageIdsSchema }), nothing),
  /**
   * Lists a folder of the server for an open `prompt`, by a number of the last listing; null: the permitted folders.
   * With `create`, a new folder of that name is made there and listed (errors: not-found, no-permission). Only where the
   * window is a page in a browser.
   */
  'shell.browse': call(browseSchema, listingSchema),
  /** Ends an open `prompt` with a number of the last listing; null cancels it (errors: not-found). */
  'shell.answerPrompt': call(promptAnswerSchema, nothing),
  /** An error in the window, or a frame that it dropped, for the log. */
  'shell.logFault': call(windowFaultSchema, nothing),
} as const;

/** Sent to every client. */
export const events = {
  /**
   * A job started, made progress (at most 10 times a second) or ended. The client that waits for the job parses
   * `result` with the job's own schema.
   */
  job: jobStatusSchema.extend({ result: z.unknown() }),
  /** An archive is being unpacked; `progress` is null when this has ended. At most 10 times a second. */
  unpacking: z.object({ name: z.string(), progress: progressSchema.nullable() }),
  /** The sample data set is being written; `progress` is null when this has ended. At most 10 times a second. */
  sample: z.object({ progress: progressSchema.nullable() }),
  /** Something in this data set changed: clients should ask again. */
  'dataset-changed': z.object({ dataset: datasetIdSchema, revision: z.int() }),
  /**
   * A decision was made, undone or imported: clients should ask for the review again. `classes`: classes got other
   * names, so that an audit has to compute the findings again.
   */
  'review-changed': z.object({ dataset: datasetIdSchema, classes: z.boolean() }),
  /** The lab made progress: clients should ask for `lab.state`. At most four times a second. */
  'lab-changed': z.object({ dataset: datasetIdSchema }),
  /** A watched training was recorded further, or the watched folder changed: clients should ask for `watch.state`. */
  'watch-changed': z.object({ dataset: datasetIdSchema }),
  'dataset-opened': z.object({ dataset: datasetIdSchema }),
  /** The engine died and was restarted, or could not be restarted. */
  engine: z.object({ state: z.enum(['up', 'restarted', 'down']), message: z.string() }),
  /**
   * Something the user should read that belongs to no call (for example, a dropped file is not a folder). `open`: a
   * folder could not be opened; the data set that is open stays open.
   */
  notice: z.object({ error: wireErrorSchema, about: z.literal('open').optional() }),
  /** To one page in a browser: asks for a file or folder, where Electron shows the system's dialog. */
  prompt: promptSchema,
  /** To one page in a browser: a file is ready to be downloaded from this address. */
  download: downloadSchema,
  /** To one page in a browser: puts a text on the clipboard. */
  clipboard: z.object({ text: z.string() }),
  /** Chosen in the native menu; the window carries it out. */
  menu: z.object({ command: z.enum(['close-dataset', 'theme-system', 'theme-light', 'theme-dark']) }),
} as const;

/** All calls that a window may make. The shell answers its own calls and passes the others on to the engine. */
export const windowApi = { ...engineApi, ...shellApi } as const;

export type EngineApi = typeof engineApi;
export type ShellApi = typeof shellApi;
export type WindowApi = typeof windowApi;
export type EngineCall = keyof EngineApi;
export type JobCall = { [K in EngineCall]: EngineApi[K]['mode'] extends 'job' ? K : never }[EngineCall];
export type EventName = keyof typeof events;
export type EventPayload<E extends EventName> = z.infer<(typeof events)[E]>;
/** An event with its name, as a union discriminated by the name. */
export type Announcement = { [E in EventName]: { readonly name: E; readonly payload: EventPayload<E> } }[EventName];

export type AnyApi = Record<string, Entry<z.ZodType, z.ZodType>>;
export type Params<A extends AnyApi, K extends keyof A> = z.input<A[K]['params']>;
/** The result of a job. */
export type JobResult<A extends AnyApi, K extends keyof A> = z.infer<A[K]['result']>;
/** What the call itself returns; for a job, its id. */
export type Answer<A extends AnyApi, K extends keyof A> = A[K]['mode'] extends 'job'
  ? { job: string }
  : JobResult<A, K>;
/** One function for each call of an API; it gets parsed parameters. */
export type Handlers<A extends AnyApi> = {
  readonly [K in keyof A]: (params: z.output<A[K]['params']>) => Answer<A, K> | Promise<Answer<A, K>>;
};

export const jobStarted = z.object({ job: jobIdSchema });
