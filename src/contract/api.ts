/**
 * Every call and event that crosses a process border, once. The engine's handlers, the window's client, the CLI's
 * client and the fake
 * engine of the view tests are derived from these maps, and both sides parse with them.
 */
import { z } from 'zod';
import { bytesSchema } from './arrays';
import { checklistItemSchema } from './model/checklist';
import {
  diagnosedSchema,
  labStateSchema,
  modelTokenSchema,
  predictionsSchema,
  recipeViewSchema,
  scriptSchema,
  storedLabSchema,
  storedRecipeSchema,
} from './model/collapse';
import { wireErrorSchema } from './errors';
import { exportOptionsSchema, exportPlanSchema, exportResultSchema, exportTargetSchema } from './model/export';
import { datasetIdSchema, datasetSummarySchema, layoutKindSchema, recentSchema } from './model/dataset';
import { duplicateGroupSchema, findingSchema, imageFindingSchema, thresholdSchema } from './model/finding';
import { imageCardSchema, imageIdSchema, imageRecordSchema } from './model/image';
import { jobKindSchema, jobStateSchema, progressSchema, stageSecondsSchema } from './model/job';
import { imageFilterSchema, imageSortSchema, predictionsIdSchema } from './model/queries';
import {
  confusionSchema,
  curvePointSchema,
  embeddingMapSchema,
  labelsSummarySchema,
  probeKindSchema,
  suspectFilterSchema,
  suspectSchema,
  surroundingsSchema,
} from './model/labels';
import { labOutcomeSchema, labRunSchema } from './model/lab';
import { preprocessingSchema } from './model/user-model';
import { recipeReadingSchema } from './model/recipe';
import { reportSchema } from './model/report';
import {
  actSchema,
  decisionSchema,
  decisionsFormatSchema,
  keptOnesSchema,
  reviewImportSchema,
  reviewItemSchema,
  reviewStateSchema,
  reviewStatsSchema,
} from './model/review';

/**
 * `call` answers at once; `job` answers `{ job }` at once and ends with a `job` event.
 * `trusted` entries take paths: only the CLI and the shell's own dialogs may use them, never a window.
 */
interface Entry<P extends z.ZodType, R extends z.ZodType> {
  readonly mode: 'call' | 'job';
  readonly params: P;
  readonly result: R;
  readonly trusted: boolean;
}

const call = <P extends z.ZodType, R extends z.ZodType>(params: P, result: R) =>
  ({ mode: 'call', params, result, trusted: false }) as const satisfies Entry<P, R>;
const trustedCall = <P extends z.ZodType, R extends z.ZodType>(params: P, result: R) =>
  ({ mode: 'call', params, result, trusted: true }) as const satisfies Entry<P, R>;
const job = <P extends z.ZodType, R extends z.ZodType>(params: P, result: R) =>
  ({ mode: 'job', params, result, trusted: false }) as const satisfies Entry<P, R>;

const nothing = z.object({});
const dataset = z.object({ dataset: datasetIdSchema });
const page = z.object({ offset: z.int().nonnegative(), limit: z.int().min(1).max(1000) });

export const jobIdSchema = z.string().regex(/^[0-9a-f-]{8,40}$/);

export const jobStatusSchema = z.object({
  job: jobIdSchema,
  kind: jobKindSchema,
  dataset: datasetIdSchema,
  state: jobStateSchema,
  progress: progressSchema.nullable(),
  error: wireErrorSchema.nullable(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  /** Of a probe job: which probe. */
  probe: probeKindSchema.optional(),
});
export type JobStatus = z.infer<typeof jobStatusSchema>;

/** Answered by the engine. */
export const engineApi = {
  'engine.info': call(
    nothing,
    z.object({ version: z.string(), node: z.string(), pid: z.int(), cacheFolder: z.string(), dataFolder: z.string() }),
  ),

  /** Registers a folder (errors: not-a-folder, no-permission, …) and detects its layouts. Nothing is indexed yet. */
  'dataset.open': trustedCall(
    z.object({ root: z.string().min(1), note: z.string().optional() }),
    z.object({ dataset: datasetIdSchema }),
  ),
  'dataset.reopen': call(dataset, z.object({ dataset: datasetIdSchema })),
  'dataset.recents': call(nothing, z.array(recentSchema)),
  'dataset.forget': call(dataset, nothing),
  'dataset.summary': call(dataset, datasetSummarySchema),
  'dataset.chooseLayout': call(dataset.extend({ kind: layoutKindSchema, table: z.string().nullable() }), nothing),

  'images.list': call(
    dataset.extend(page.shape).extend({ filter: imageFilterSchema, sort: imageSortSchema }),
    z.object({ total: z.int(), items: z.array(imageCardSchema) }),
  ),
  'images.get': call(dataset.extend({ image: imageIdSchema }), imageRecordSchema),
  /**
   * What the last audit found about an image, worst first, and the class that the probes hold likelier; null where none
   * was run or it agrees.
   */
  'images.findings': call(
    dataset.extend({ image: imageIdSchema }),
    z.object({ findings: z.array(imageFindingSchema), suggested: z.string().nullable() }),
  ),
  /** The stored 192-px WebP thumbnail. */
  'images.thumbnail': call(dataset.extend({ image: imageIdSchema }), z.object({ data: bytesSchema, type: z.string() })),
  /** The upright image in sRGB as WebP, at most 2,048 px on its longer side. */
  'images.picture': call(dataset.extend({ image: imageIdSchema }), z.object({ data: bytesSchema, type: z.string() })),

  /** Worst first. */
  'findings.list': call(dataset, z.array(findingSchema)),
  'findings.groups': call(
    dataset.extend(page.shape).extend({ finding: z.string() }),
    z.object({ total: z.int(), groups: z.array(duplicateGroupSchema) }),
  ),
  'findings.mute': call(dataset.extend({ finding: z.string(), reason: z.string().min(1).max(1000) }), nothing),
  'findings.unmute': call(dataset.extend({ finding: z.string() }), nothing),
  /** Remembered by content: these pictures are never grouped with each other again. */
  'findings.notDuplicate': call(dataset.extend({ images: z.array(imageIdSchema).min(2) }), nothing),
  'thresholds.list': call(dataset, z.array(thresholdSchema)),
  /** Null restores the default. Findings are made again by the next `audit` job. */
  'thresholds.set': call(dataset.extend({ id: z.string(), value: z.number().nullable() }), nothing),
  /**
   * How many images and classes a value of this threshold would flag, from stored measures; null where only the next
   * audit can tell.
   */
  'thresholds.preview': call(
    dataset.extend({ id: z.string(), value: z.number() }),
    z.object({ flagged: z.object({ images: z.int(), classes: z.int() }).nullable() }),
  ),

  /** Scan and measure what is new or changed, then audit. A layout and thresholds given here hold for this run only. */
  'jobs.index': job(
    dataset.extend({ layout: layoutKindSchema.optional(), thresholds: z.record(z.string(), z.number()).optional() }),
    nothing,
  ),
  'jobs.audit': job(dataset, nothing),
  /** Runs a probe and judges the labels by it; findings are made again at its end. */
  'jobs.probe': job(
    dataset.extend({ probe: probeKindSchema, thresholds: z.record(z.string(), z.number()).optional() }),
    nothing,
  ),
  /**
   * Starts the training process, fits a small model for `steps` steps, reports the loss: proves that TensorFlow works
   * here.
   */
  'jobs.trainingCheck': job(
    dataset.extend({ steps: z.int().min(1).max(10_000) }),
    z.object({ firstLoss: z.number(), lastLoss: z.number() }),
  ),
  /**
   * report.json of the data set as it was last indexed and audited; `timings` are seconds by stage, as the caller took
   * them.
   */
  'report.get': call(dataset.extend({ timings: stageSecondsSchema }), reportSchema),
  /** The same as one HTML file, with pictures. `thresholds` are those that the run had over the stored ones. */
  'report.html': call(
    dataset.extend({
      timings: stageSecondsSchema,
      thresholds: z.record(z.string(), z.number()).optional(),
    }),
    z.object({ html: z.string() }),
  ),

  /** What the probes say of the labels. */
  'labels.summary': call(dataset, labelsSummarySchema),
  /** Suspicious labels, worst first. */
  'labels.list': call(
    dataset.extend(page.shape).extend({ filter: suspectFilterSchema }),
    z.object({ total: z.int(), items: z.array(suspectSchema) }),
  ),
  'labels.confusion': call(dataset.extend({ probe: probeKindSchema }), confusionSchema),
  'labels.curve': call(dataset.extend({ probe: probeKindSchema }), z.array(curvePointSchema)),
  'labels.map': call(dataset, embeddingMapSchema),
  'labels.surroundings': call(dataset.extend({ image: imageIdSchema }), surroundingsSchema),

  /**
   * Images of a finding (`filter.finding`, worst first) or of any filter (path order), with what was decided on them.
   */
  'review.queue': call(
    dataset.extend(page.shape).extend({ filter: imageFilterSchema, undecidedOnly: z.boolean() }),
    z.object({ total: z.int(), items: z.array(reviewItemSchema) }),
  ),
  'review.stats': call(dataset.extend({ filter: imageFilterSchema }), reviewStatsSchema),
  'review.state': call(dataset, reviewStateSchema),
  /** The decisions on these images; undecided ones are absent. */
  'review.decisions': call(
    dataset.extend({ images: z.array(imageIdSchema).max(10_000) }),
    z.array(z.object({ image: imageIdSchema, decision: decisionSchema })),
  ),
  /** One gesture, however many images: it is undone as one. `queue` is the key of the finding under review. */
  'review.act': call(
    dataset.extend({
      acts: z.array(actSchema).min(1).max(100_000),
      queue: z.string().nullable(),
      note: z.string().max(1000).nullable(),
    }),
    z.object({ acts: z.int() }),
  ),
  /**
   * Excludes all but one of each group of a duplicate finding: the chosen keepers, else the largest of the commonest
   * label.
   */
  'review.keepOnePerGroup': call(
    dataset.extend({ finding: z.string(), keepers: z.array(imageIdSchema) }),
    keptOnesSchema,
  ),
  /** Both answer the images that changed; none where there is nothing to undo or redo. */
  'review.undo': call(dataset, z.object({ images: z.array(imageIdSchema) })),
  'review.redo': call(dataset, z.object({ images: z.array(imageIdSchema) })),
  'review.export': call(dataset.extend({ format: decisionsFormatSchema }), z.object({ text: z.string() })),
  'review.import': call(
    dataset.extend({ text: z.string().max(200_000_000), format: decisionsFormatSchema, newClasses: z.boolean() }),
    reviewImportSchema,
  ),

  /** What an export with these options would hold; nothing is written. */
  'export.plan': call(dataset.extend({ options: exportOptionsSchema }), exportPlanSchema),
  /** Turns a folder that the user chose into a token for `jobs.export`, after a first check (errors: export-target). */
  'export.target': trustedCall(dataset.extend({ path: z.string().min(1) }), z.object({ target: exportTargetSchema })),
  'jobs.export': job(dataset.extend({ options: exportOptionsSchema, target: exportTargetSchema }), exportResultSchema),
  /** Registers a finished export as a data set, to audit it beside its source. */
  'export.open': call(dataset.extend({ target: exportTargetSchema }), z.object({ dataset: datasetIdSchema })),

  /** Every set of predictions, the probes' first, then the user's own, newest first. */
  'diagnosis.list': call(dataset, z.array(predictionsSchema)),
  /**
   * Made anew from the stored predictions and the labels as they are now (errors: not-found). `split` null: all images.
   */
  'diagnosis.get': call(dataset.extend({ id: predictionsIdSchema, split: z.string().nullable() }), diagnosedSchema),
  /** Keeps and judges a table of predictions (errors: bad-predictions, one sentence). */
  'diagnosis.import': call(
    dataset.extend({ name: z.string().min(1).max(500), text: z.string().max(200_000_000) }),
    predictionsSchema,
  ),
  /** Only the user's own; a probe's are replaced by its next run. */
  'diagnosis.remove': call(dataset.extend({ id: predictionsIdSchema }), nothing),
  /**
   * Turns a model file or folder that the user chose into a token for `jobs.diagnose`, after a first look (errors:
   * bad-model).
   */
  'diagnosis.model': trustedCall(
    dataset.extend({ path: z.string().min(1) }),
    z.object({ model: modelTokenSchema, name: z.string() }),
  ),
  /**
   * Predicts every image with the user's model, keeps and judges the predictions. `preprocessing` null: what the model
   * tells, else what does
   * best on a few images. `side`: pixels, for a model that takes any size; 224 where it is null.
   */
  'jobs.diagnose': job(
    dataset.extend({
      model: modelTokenSchema,
      preprocessing: preprocessingSchema.nullable(),
      side: z.int().min(8).max(2048).nullable(),
    }),
    z.object({ id: predictionsIdSchema }),
  ),

  /** The recipe kept with the data set; where none is, the sound one with every field assumed. */
  'recipe.get': call(dataset, storedRecipeSchema),
  /** Kept beside the user's decisions. `script`: what it was read from. */
  'recipe.set': call(
    dataset.extend({ reading: recipeReadingSchema, script: scriptSchema.nullable() }),
    storedRecipeSchema,
  ),
  /** A Keras or PyTorch training script, or a notebook; nothing of it is run, nothing is kept (errors: bad-script). */
  'recipe.readScript': call(dataset.extend(scriptSchema.shape), recipeViewSchema),
  /** A recipe file, JSON; nothing is kept (errors: bad-recipe). */
  'recipe.readFile': call(dataset.extend({ text: z.string().max(1_000_000) }), recipeViewSchema),
  /** What follows from a reading: rules that it breaks, and what a lab would try. */
  'recipe.check': call(dataset.extend({ reading: recipeReadingSchema }), recipeViewSchema),
  /** A reading as a recipe file: only what was read or entered, so that the rest stays open. */
  'recipe.export': call(dataset.extend({ reading: recipeReadingSchema }), z.object({ text: z.string() })),

  /**
   * Finds by training what makes this recipe fall short. A lab that was cut off goes on where it was, whatever the
   * budget.
   */
  'jobs.lab': job(
    dataset.extend({ reading: recipeReadingSchema, budgetSeconds: z.number().min(1).max(86_400) }),
    z.object({ outcome: labOutcomeSchema, sentence: z.string() }),
  ),
  /** Pulled after `lab-changed`. */
  'lab.state': call(dataset, labStateSchema),
  /** A finished run of the lab that is running, with its curves, by its place in `lab.state` (errors: not-found). */
  'lab.run': call(dataset.extend({ index: z.int().nonnegative() }), labRunSchema),
  /** The last lab that came to its end, with every run and its curves. */
  'lab.result': call(
    dataset,
    z.object({
      lab: storedLabSchema.nullable(),
      /** Its runs that a lab on the same recipe would take over now. */ kept: z.int(),
    }),
  ),

  /** Six lines: ok, a problem or not checked, from everything that is known. */
  'checklist.get': call(dataset, z.array(checklistItemSchema)),

  'jobs.list': call(dataset, z.array(jobStatusSchema)),
  'jobs.cancel': call(z.object({ job: jobIdSchema }), nothing),
  /** Goes on with a job that is `interrupted`, `cancelled` or `failed`, under the same id. */
  'jobs.resume': call(z.object({ job: jobIdSchema, dataset: datasetIdSchema }), nothing),
} as const;

/** Answered by the shell (Electron main) for a window. */
export const shellApi = {
  /** Shows the native dialog; the chosen data set is announced by `dataset-opened`. */
  'shell.openFolder': call(nothing, z.object({ dataset: datasetIdSchema.nullable() })),
  'shell.openRecent': call(dataset, z.object({ dataset: datasetIdSchema })),
  /** The data set that the command line asked for, and what a window shows of the app itself. */
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
   * Shows the native dialog for the folder of an export. `folder` is for showing only; `target` is what `jobs.export`
   * takes. Both null when cancelled.
   */
  'shell.chooseExportFolder': call(
    dataset,
    z.object({ target: exportTargetSchema.nullable(), folder: z.string().nullable() }),
  ),
  /** Asks where to, then writes all decisions there. `file` is for showing only; null when cancelled. */
  'shell.saveDecisions': call(
    dataset.extend({ format: decisionsFormatSchema }),
    z.object({ file: z.string().nullable() }),
  ),
  /** Asks for a file of decisions and reads it, for `review.import`; null when cancelled. */
  'shell.readDecisions': call(
    nothing,
    z.object({ decisions: z.object({ file: z.string(), format: decisionsFormatSchema, text: z.string() }).nullable() }),
  ),
  /**
   * Asks for a file and reads its text, for `diagnosis.import`, `recipe.readScript` or `recipe.readFile`; null when
   * cancelled.
   */
  'shell.readText': call(
    dataset.extend({ what: z.enum(['predictions', 'script', 'recipe']) }),
    z.object({ file: z.object({ name: z.string(), text: z.string() }).nullable() }),
  ),
  /**
   * Asks for a model: a file (ONNX, model.json) or a folder (SavedModel). `name` is for showing; `model` is what
   * `jobs.diagnose` takes. Both null when cancelled.
   */
  'shell.chooseModel': call(
    dataset.extend({ from: z.enum(['file', 'folder']) }),
    z.object({ model: modelTokenSchema.nullable(), name: z.string().nullable() }),
  ),
  /**
   * Asks where to, then writes the recipe kept with the data set, or the last lab, as JSON. `file` is for showing only;
   * null when cancelled.
   */
  'shell.saveJson': call(
    dataset.extend({ what: z.enum(['recipe', 'lab']) }),
    z.object({ file: z.string().nullable() }),
  ),
  /** Asks where to, then writes the report there, as one web page or as report.json. Null when cancelled. */
  'shell.saveReport': call(
    dataset.extend({ format: z.enum(['html', 'json']) }),
    z.object({ file: z.string().nullable() }),
  ),
  'shell.revealInFileManager': call(dataset.extend({ image: imageIdSchema }), nothing),
} as const;

/** Pushed to every client. */
export const events = {
  /** A job started, moved (at most 10/s) or ended; `result` is parsed with the job's own schema by who waits for it. */
  job: jobStatusSchema.extend({ result: z.unknown() }),
  /** Something of this data set changed: pull again. */
  'dataset-changed': z.object({ dataset: datasetIdSchema, revision: z.int() }),
  /** A decision was made, undone or imported: pull the review again. */
  'review-changed': z.object({ dataset: datasetIdSchema }),
  /** The lab moved on: pull `lab.state`. At most four a second. */
  'lab-changed': z.object({ dataset: datasetIdSchema }),
  'dataset-opened': z.object({ dataset: datasetIdSchema }),
  /** The engine died and was started again, or could not be. */
  engine: z.object({ state: z.enum(['up', 'restarted', 'down']), message: z.string() }),
  /** Something the user should read, not tied to a call (e.g. a folder dropped that is no folder). */
  /** `open`: a folder could not be opened; what is open stays. */
  notice: z.object({ error: wireErrorSchema, about: z.literal('open').optional() }),
  /** Chosen in the native menu, done by the window. */
  menu: z.object({ command: z.enum(['close-dataset', 'theme-system', 'theme-light', 'theme-dark']) }),
} as const;

/** Everything that a window may ask: the shell answers its own calls and passes the others on to the engine. */
export const windowApi = { ...engineApi, ...shellApi } as const;

export type EngineApi = typeof engineApi;
export type ShellApi = typeof shellApi;
export type WindowApi = typeof windowApi;
export type EngineCall = keyof EngineApi;
export type JobCall = { [K in EngineCall]: EngineApi[K]['mode'] extends 'job' ? K : never }[EngineCall];
export type EventName = keyof typeof events;
export type EventPayload<E extends EventName> = z.infer<(typeof events)[E]>;
/** An event with its name, told apart by the name. */
export type Announcement = { [E in EventName]: { readonly name: E; readonly payload: EventPayload<E> } }[EventName];

export type AnyApi = Record<string, Entry<z.ZodType, z.ZodType>>;
export type Params<A extends AnyApi, K extends keyof A> = z.input<A[K]['params']>;
/** What a job ends with. */
export type JobResult<A extends AnyApi, K extends keyof A> = z.infer<A[K]['result']>;
/** What the call itself answers: a job answers with its id. */
export type Answer<A extends AnyApi, K extends keyof A> = A[K]['mode'] extends 'job'
  ? { job: string }
  : JobResult<A, K>;
/** One function for each call of an api; the parameters arrive parsed. */
export type Handlers<A extends AnyApi> = {
  readonly [K in keyof A]: (params: z.output<A[K]['params']>) => Answer<A, K> | Promise<Answer<A, K>>;
};

export const jobStarted = z.object({ job: jobIdSchema });
