/** Findings, thresholds, the report and the checklist. */
import { z } from 'zod';
import { call, job, nothing, ofDataset, ofGroup, pageParams } from '../entry';
import { checklistItemSchema } from '../model/checklist';
import { duplicateGroupSchema, findingSchema, groupMemberSchema, thresholdSchema } from '../model/finding';
import { imageIdSchema } from '../model/image';
import { stageSecondsSchema } from '../model/job';
import { reportSchema } from '../model/report';

export const findingsCalls = {
  /** Worst first. */
  'findings.list': call(ofDataset, z.array(findingSchema)),
  /** `members`: how many of each group, at most; `findings.members` gives the others. */
  'findings.groups': call(
    ofDataset.extend(pageParams.shape).extend({ finding: z.string(), members: z.int().min(2).max(100) }),
    z.object({ total: z.int(), groups: z.array(duplicateGroupSchema) }),
  ),
  /** Members of one group of a finding, in order (errors: not-found). */
  'findings.members': call(
    ofDataset.extend(pageParams.shape).extend(ofGroup.shape),
    z.object({ members: z.array(groupMemberSchema) }),
  ),
  /** All images of one group of a finding, in path order (errors: not-found). */
  'findings.groupImages': call(ofDataset.extend(ofGroup.shape), z.object({ images: z.array(imageIdSchema) })),
  'findings.mute': call(ofDataset.extend({ finding: z.string(), reason: z.string().min(1).max(1000) }), nothing),
  'findings.unmute': call(ofDataset.extend({ finding: z.string() }), nothing),
  /** Remembered by content, so these images are never grouped with each other again. */
  'findings.notDuplicate': call(
    ofDataset.extend({ images: z.array(imageIdSchema).min(2) }),
    z.object({ at: z.number() }),
  ),
  /** Takes back what `findings.notDuplicate` stored at this time. */
  'findings.forgetNotDuplicate': call(ofDataset.extend({ at: z.number() }), nothing),
  'thresholds.list': call(ofDataset, z.array(thresholdSchema)),
  /** Null restores the default. The next `audit` job computes the findings with the new value. */
  'thresholds.set': call(ofDataset.extend({ id: z.string(), value: z.number().nullable() }), nothing),
  /**
   * How many images and classes a value of this threshold would flag, computed from stored measures. Null where this
   * needs a new audit.
   */
  'thresholds.preview': call(
    ofDataset.extend({ id: z.string(), value: z.number() }),
    z.object({ flagged: z.object({ images: z.int(), classes: z.int() }).nullable() }),
  ),
  'jobs.audit': job(ofDataset, nothing),
  /**
   * report.json of the data set as it was last indexed and audited. `timings`: seconds for each stage, as the caller
   * measured them.
   */
  'report.get': call(ofDataset.extend({ timings: stageSecondsSchema }), reportSchema),
  /** The same report as one HTML file with images. `thresholds`: those that the run used instead of the stored ones. */
  'report.html': call(
    ofDataset.extend({
      timings: stageSecondsSchema,
      thresholds: z.record(z.string(), z.number()).optional(),
    }),
    z.object({ html: z.string() }),
  ),
  /** Six items, each ok, a problem or not checked, derived from everything that is known. */
  'checklist.get': call(ofDataset, z.array(checklistItemSchema)),
} as const;
