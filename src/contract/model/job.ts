/** Jobs, the engine's long-running work, as a client sees them. */
import { z } from 'zod';
import { wireErrorSchema } from '../errors';
import { datasetIdSchema } from './dataset';
import { probeKindSchema } from './labels';

export const jobKindSchema = z.enum(['index', 'audit', 'training-check', 'export', 'probe', 'diagnose', 'lab']);
export type JobKind = z.infer<typeof jobKindSchema>;

export const jobStateSchema = z.enum(['running', 'done', 'cancelled', 'failed', 'interrupted']);

/** The step that a job is working on. The words for each stage are in core/text/jobs.ts. */
export const stageSchema = z.enum([
  // Before a data set is opened
  'unpack',
  'sample',
  // Index
  'scan',
  'measure',
  // Audit
  'store-predictions',
  'sketch',
  'compare',
  'compare-look-alikes',
  'judge-labels',
  'find-neighbours',
  'draw-map',
  'place-on-map',
  'check',
  'store-findings',
  // Probes
  'read-images',
  'embed',
  'learn-views',
  'choose-views',
  'compare-landmarks',
  'solve',
  'train',
  // Diagnosis
  'load-model',
  'try-preprocessing',
  'predict',
  // Lab
  'train-run',
  // Export
  'copy',
  'link',
  'convert',
  'write-manifests',
  /** A stage that this version does not know, read from a stored job. No job reports it. */
  'other',
]);
export type Stage = z.infer<typeof stageSchema>;

export const progressSchema = z.object({
  stage: stageSchema,
  /** For display only: the item that the stage is working on, such as the title of a lab run. */
  detail: z.string().optional(),
  done: z.number().nonnegative(),
  /** Null while unknown. */
  total: z.number().nonnegative().nullable(),
  /** Units per second, smoothed; null at the start. */
  rate: z.number().nullable(),
  /** Estimated seconds left; null while unknown. */
  eta: z.number().nullable(),
});
export type Progress = z.infer<typeof progressSchema>;

/** Duration of each stage in seconds. */
export const stageSecondsSchema = z.partialRecord(stageSchema, z.number());
export type StageSeconds = z.infer<typeof stageSecondsSchema>;

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
  /** Which probe; only for a probe job. */
  probe: probeKindSchema.optional(),
});
export type JobStatus = z.infer<typeof jobStatusSchema>;
