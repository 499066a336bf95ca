/** Long work as its clients see it. */
import { z } from 'zod';

export const jobKindSchema = z.enum(['index', 'audit', 'training-check', 'export', 'probe', 'diagnose', 'lab']);
export type JobKind = z.infer<typeof jobKindSchema>;

export const jobStateSchema = z.enum(['running', 'done', 'cancelled', 'failed', 'interrupted']);

export const progressSchema = z.object({
  stage: z.string(),
  done: z.number().nonnegative(),
  /** Null while it is not known. */
  total: z.number().nonnegative().nullable(),
  /** Units a second, smoothed; null at the start. */
  rate: z.number().nullable(),
  /** Seconds; null while it is not known. */
  eta: z.number().nullable(),
});
export type Progress = z.infer<typeof progressSchema>;
