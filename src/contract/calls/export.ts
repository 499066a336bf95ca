/** Exports of the data set. */
import { z } from 'zod';
import { call, job, ofDataset, trustedCall } from '../entry';
import { datasetIdSchema } from '../model/dataset';
import { exportOptionsSchema, exportPlanSchema, exportResultSchema, exportTargetSchema } from '../model/export';

export const exportCalls = {
  /** What an export with these options would contain. Nothing is written. */
  'export.plan': call(ofDataset.extend({ options: exportOptionsSchema }), exportPlanSchema),
  /** Turns a folder that the user chose into a token for `jobs.export`, after a first check (errors: export-target). */
  'export.target': trustedCall(ofDataset.extend({ path: z.string().min(1) }), z.object({ target: exportTargetSchema })),
  /** The folder of a token (errors: not-found). */
  'export.folder': trustedCall(ofDataset.extend({ target: exportTargetSchema }), z.object({ path: z.string() })),
  'jobs.export': job(
    ofDataset.extend({ options: exportOptionsSchema, target: exportTargetSchema }),
    exportResultSchema,
  ),
  /** Registers a finished export as a data set, so that it can be audited too. */
  'export.open': call(ofDataset.extend({ target: exportTargetSchema }), z.object({ dataset: datasetIdSchema })),
} as const;
