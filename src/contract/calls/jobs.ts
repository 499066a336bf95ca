/** Jobs of all kinds. */
import { z } from 'zod';
import { call, nothing, ofDataset } from '../entry';
import { datasetIdSchema } from '../model/dataset';
import { jobIdSchema, jobStatusSchema } from '../model/job';

export const jobsCalls = {
  'jobs.list': call(ofDataset, z.array(jobStatusSchema)),
  'jobs.cancel': call(z.object({ job: jobIdSchema }), nothing),
  /** Continues a job that is `interrupted`, `cancelled` or `failed`, under the same id. */
  'jobs.resume': call(z.object({ job: jobIdSchema, dataset: datasetIdSchema }), nothing),
} as const;
