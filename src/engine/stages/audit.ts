/** The audit job: computes the findings from the rows in the store, in a process of its own. */
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { datasetIdSchema } from '../../contract/model/dataset';
import type { Catalog } from '../catalog/catalog';
import { thresholdOverrides, wasAudited } from '../catalog/findings';
import { processLog } from '../../host/process-log';
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
  /** Only what can be found while the index runs. */
  early: z.boolean(),
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

/** The folders by which the audit process opens the store. */
export const storeFolders = ({ file, decisionsFile }: Catalog): AuditOrder['folders'] => ({
  cache: folderOf(file),
  data: folderOf(decisionsFile),
});

/**
 * Finds duplicates and runs every check whose rows, thresholds or code changed since its last run. The findings replace
 * the stored ones. When cancelled, the stored findings stay unchanged, and the next run reuses what was computed so
 * far.
 * @param probe a finished probe to store before anything else
 * @throws PlumblineError worker-died, out-of-memory and the errors of the store; the signal's reason when cancelled
 */
export async function runAudit(catalog: Catalog, task: Task, probe: FinishedProbe | null = null): Promise<void> {
  await order(catalog, task, { probe, early: false });
}

async function order(catalog: Catalog, task: Task, what: Pick<AuditOrder, 'probe' | 'early'>): Promise<void> {
  const start: AuditOrder = {
    id: catalog.id,
    folders: storeFolders(catalog),
    thresholds: Object.fromEntries(thresholdOverrides(catalog)),
    ...what,
  };
  await runChild(
    { id: 'audit', entry: builtEntry('engine/audit'), result: z.null(), words },
    { start, signal: task.signal, progress: task.progress },
  );
}

/** Pauses between early audits: at least this long, and long compared with the audit, which uses a core. */
const PAUSE_MS = 1500;
const PAUSE_PER_AUDIT = 8;

/**
 * Finds what needs no other images, again and again while the index runs, so that the first findings show within
 * seconds. Does nothing if an audit of all images has ended: its findings stay until the next one ends. A failure only
 * ends these early audits: the audit after the index reports it if it lasts.
 * @param told called after each early audit
 * @returns stops it, and resolves when it has stopped
 */
export function auditWhileIndexing(catalog: Catalog, signal: AbortSignal, told: () => void): () => Promise<void> {
  if (wasAudited(catalog)) return () => Promise.resolve();
  const stop = new AbortController();
  const task: Task = { signal: AbortSignal.any([signal, stop.signal]), progress: () => undefined };
  const repeat = async () => {
    while (!task.signal.aborted) {
      const begun = performance.now();
      await order(catalog, task, { probe: null, early: true });
      told();
      const pause = Math.max(PAUSE_MS, PAUSE_PER_AUDIT * (performance.now() - begun));
      await setTimeout(pause, undefined, { signal: task.signal });
    }
  };
  const ended = repeat().catch((error: unknown) => {
    if (!task.signal.aborted) processLog.warn('early-audit-failed', { message: String(error) });
  });
  return () => {
    stop.abort();
    return ended;
  };
}
