/** What a folder with copies from a run on a cluster tells about the run. */
import { z } from 'zod';

/** `copies.json`, beside the folder with the copies. */
export const copiesOfRunSchema = z.object({
  /** Folder or `s3://…`, for display only. */
  source: z.string(),
  /** Of the run. */
  images: z.int(),
  /** Copied because findings are about them. */
  flagged: z.int(),
  /** Copied by lot. */
  sample: z.int(),
  /** Of these, files that could not be copied. */
  left: z.int(),
  /** Titles of the findings of the run, worst first. */
  findings: z.array(z.string()),
});

export const runCopiesSchema = copiesOfRunSchema.extend({
  /** Absolute path of the report of the run. */
  report: z.string(),
});
export type RunCopies = z.infer<typeof runCopiesSchema>;
