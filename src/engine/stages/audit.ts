/** The audit job: computes the findings from the rows in the store, in a process of its own. */
import { dirname } from 'node:path';
import { z } from 'zod';
import { datasetIdSchema } from '../../contract/model/dataset';
import type { Catalog } from '../catalog/catalog';
import { thresholdOverrides } from '../catalog/findings';
import { type ChildProgram, runChild } from '../process/child-host';
import { builtEntry } from '../process/entries';
import type { Task } from '../process/task';
import { type FinishedProbe, finishedProbeSchema } from './probe-run';

export const auditOrderSchema = z.object({
  id: datasetIdSchema,
  folders: z.object({ cache: z.string(), data: z.string() }),
  thresholds: z.record(z.string(), z.number()),
  /** A probe that has just finished. It is stored first. */
  probe: finishedProbeSchema.nullable(),
});
export type AuditOrder = z.infer<typeof auditOrderSchema>;

const words: ChildProgram<unknown>['words'] = {
  name: 'audit process',
  outOfMemory:
    'Comparing the images needed more memory than this machine has free. The index and your decisions are untouched.',
  died: () => 'The audit stopped before it was done. The index and your decisions are untouched; start it again.',
};

/** The path of a store is FOLDER/datasets/ID/file. */
const folderOf = (file: string): string => dirname(dirname(dirname(file)));

/**
 * Finds duplicates and runs every check whose rows, thresholds or code changed since its last run. The findings replace
 * the stored ones. When cancelled, the stored findings stay unchanged, and the next run reuses what was computed so
 * far.
 * @param probe a finished probe to store before anything else
 * @throws PlumblineError worker-died, out-of-memory and the errors of the store; the signal's reason when cancelled
 */
export async function runAudit(catalog: Catalog, task: Task, probe: FinishedProbe | null = null): Promise<void> {
  const order: AuditOrder = {
    id: catalog.id,
    folders: { cache: folderOf(catalog.file), data: folderOf(catalog.decisionsFile) },
    thresholds: Object.fromEntries(thresholdOverrides(catalog)),
    probe,
  };
  await runChild(
    { id: 'audit', entry: builtEntry('engine/audit'), result: z.null(), words },
    { start: order, signal: task.signal, progress: task.progress },
  );
}
