/** Answered by the shell: by Electron's main process, or by the server for a browser. */
import { z } from 'zod';
import { call, nothing, ofDataset } from '../entry';
import { wireErrorSchema } from '../errors';
import { filesBesideSchema, predictionsSchema } from '../model/collapse';
import { datasetIdSchema, refusedReadingSchema, tableColumnsSchema } from '../model/dataset';
import { exportTargetSchema } from '../model/export';
import { imageIdSchema, imageIdsSchema } from '../model/image';
import { importedEmbeddingSchema } from '../model/labels';
import { browseSchema, listingSchema, promptAnswerSchema } from '../model/prompt';
import { additionsSchema } from '../model/remedy';
import { decisionsFormatSchema } from '../model/review';
import { modelTokenSchema } from '../model/user-model';
import { windowFaultSchema } from '../model/window-fault';

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
  'shell.openRecent': call(ofDataset, z.object({ dataset: datasetIdSchema })),
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
    ofDataset,
    z.object({ target: exportTargetSchema.nullable(), folder: z.string().nullable() }),
  ),
  /** Asks for a file, then writes all decisions to it. `file` is for display only; null when the user cancels. */
  'shell.saveDecisions': call(
    ofDataset.extend({ format: decisionsFormatSchema }),
    z.object({ file: z.string().nullable() }),
  ),
  /** Asks for a file of decisions and reads it for `review.import`. Null when the user cancels. */
  'shell.readDecisions': call(
    nothing,
    z.object({ decisions: z.object({ file: z.string(), format: decisionsFormatSchema, text: z.string() }).nullable() }),
  ),
  /**
   * Asks for a file and reads its text for `diagnosis.import`, `recipe.readScript` or `recipe.readFile`; for a script
   * also the files beside it that it imports. Null when the user cancels.
   */
  'shell.readText': call(
    ofDataset.extend({ what: z.enum(['predictions', 'script', 'recipe']) }),
    z.object({
      file: z.object({ name: z.string(), text: z.string(), beside: filesBesideSchema.optional() }).nullable(),
    }),
  ),
  /**
   * Asks for a file of the user's predictions (CSV, TSV, JSON, Parquet, or .npy and its list of images) and stores them
   * with `diagnosis.importFile`. The columns of .npy are the sorted class names. Null when the user cancels.
   */
  'shell.importPredictions': call(ofDataset, z.object({ predictions: predictionsSchema.nullable() })),
  /** The same for the user's embedding, with `labels.importEmbedding`. */
  'shell.importEmbedding': call(ofDataset, z.object({ imported: importedEmbeddingSchema.nullable() })),
  /**
   * Asks for a model: a file (ONNX, model.json), a folder (SavedModel), or an ONNX file only. `name` is for display;
   * `model` is the token for `jobs.diagnose` or `labels.checkBackbone`. Both are null when the user cancels.
   */
  'shell.chooseModel': call(
    ofDataset.extend({ from: z.enum(['file', 'folder', 'onnx']) }),
    z.object({ model: modelTokenSchema.nullable(), name: z.string().nullable() }),
  ),
  /**
   * Asks for a file, then writes the stored recipe of the data set, or its last lab, as JSON. `file` is for display
   * only; null when the user cancels.
   */
  'shell.saveJson': call(
    ofDataset.extend({ what: z.enum(['recipe', 'lab']) }),
    z.object({ file: z.string().nullable() }),
  ),
  /**
   * Changes the stored script as `recipe.remedy` does, asks for a file, and writes the patch or the changed script to it
   * (errors: bad-script, not-found without a script). Null when the user cancels.
   */
  'shell.saveRemedy': call(
    ofDataset.extend({ what: z.enum(['patch', 'script']) }).extend(additionsSchema.shape),
    z.object({ file: z.string().nullable() }),
  ),
  /** The same for the clipboard, with the patch. */
  'shell.copyPatch': call(ofDataset.extend(additionsSchema.shape), nothing),
  /**
   * Asks for the folder into which a training records, and watches it with `watch.follow`. `folder` is for display only;
   * null when the user cancels.
   */
  'shell.chooseWatched': call(ofDataset, z.object({ folder: z.string().nullable() })),
  /** Asks for a file, then writes `plumbline_watch.py` to it. Null when the user cancels. */
  'shell.saveWatchScript': call(ofDataset, z.object({ file: z.string().nullable() })),
  /** Asks for a file, then writes the report to it, as one web page or as report.json. Null when the user cancels. */
  'shell.saveReport': call(
    ofDataset.extend({ format: z.enum(['html', 'json']) }),
    z.object({ file: z.string().nullable() }),
  ),
  'shell.revealInFileManager': call(ofDataset.extend({ image: imageIdSchema }), nothing),
  /** Shows the folder of a written export in the file manager. */
  'shell.showExport': call(ofDataset.extend({ target: exportTargetSchema }), nothing),
  /** Shows the file that the user saved last, for example a report, in the file manager (errors: not-found). */
  'shell.showSaved': call(nothing, nothing),
  /** Shows a notification of the desktop, only while no window of the app has the focus. */
  'shell.notify': call(z.object({ title: z.string().max(200), text: z.string().max(500) }), nothing),
  /** Copies the absolute paths of images, one per line. */
  'shell.copyPaths': call(ofDataset.extend({ images: imageIdsSchema }), nothing),
  /** Continues a drag of images as a drag of their files, to drop them on another program. Shows the first one. */
  'shell.dragOut': call(ofDataset.extend({ images: imageIdsSchema }), nothing),
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
