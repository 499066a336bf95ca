/** Jobs, the long work of the engine, as a client sees them. */
import { z } from 'zod';

export const jobKindSchema = z.enum(['index', 'audit', 'training-check', 'export', 'probe', 'diagnose', 'lab']);
export type JobKind = z.infer<typeof jobKindSchema>;

export const jobStateSchema = z.enum(['running', 'done', 'cancelled', 'failed', 'interrupted']);

/** What a job is doing. The words for each stage are in core/text/jobs.ts. */
export const stageSchema = z.enum([
  // Index
  'scan',
  'measure',
  // Audit
  'store-predictions',
  'sketch',
  'compare',
  'judge-labels',
  'find-neighbours',
  'draw-map',
  'place-on-map',
  'check',
  'store-findings',
  // Probes
  'read-images',
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
  /** A stage of another version, read from a stored job. No job reports it. */
  'other',
]);
export type Stage = z.infer<typeof stageSchema>;

export const progressSchema = z.object({
  stage: stageSchema,
  /** For display only: the one thing of many that the stage works on, such as the title of a lab run. */
  detail: z.string().optional(),
  done: z.number().nonnegative(),
  /** Null while it is not known. */
  total: z.number().nonnegative().nullable(),
  /** Units a second, smoothed; null at the start. */
  rate: z.number().nullable(),
  /** Seconds; null while it is not known. */
  eta: z.number().nullable(),
});
export type Progress = z.infer<typeof progressSchema>;

/** Seconds that each stage took. */
export const stageSecondsSchema = z.partialRecord(stageSchema, z.number());
export type StageSeconds = z.infer<typeof stageSecondsSchema>;
