/** The audit job: rows in the store become findings in the store, in a thread of its own. */
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { fromWire, PlumblineError, type WireError } from '../../contract/errors';
import { datasetIdSchema } from '../../contract/model';
import type { Catalog } from '../catalog/catalog';
import { thresholdOverrides } from '../catalog/findings';
import { builtEntry } from '../entries';
import type { Step, Task } from '../task';

/** How long a cancelled thread may take to reach its next step before it is stopped. */
const CANCEL_GRACE_MS = 3_000;

export const auditOrderSchema = z.object({
  id: datasetIdSchema,
  folders: z.object({ cache: z.string(), data: z.string() }),
  thresholds: z.record(z.string(), z.number()),
  /** One Int32: not 0 asks the thread to stop. */
  cancelled: z.instanceof(SharedArrayBuffer),
});
type AuditOrder = z.infer<typeof auditOrderSchema>;

export type FromAudit = { readonly type: 'progress'; readonly step: Step } | { readonly type: 'done' } | { readonly type: 'cancelled' } | { readonly type: 'failed'; readonly error: WireError };

/** A store lies at FOLDER/datasets/ID/file. */
const folderOf = (file: string): string => dirname(dirname(dirname(file)));

/**
 * Finds duplicates and runs every check whose rows, thresholds or code changed since its last run; the findings replace those in the store.
 * Cancelling keeps what was found out until then for the next run, and the findings as they were.
 * @throws PlumblineError worker-died, out-of-memory and those of the store; the signal's reason when cancelled
 */
export async function runAudit(catalog: Catalog, { signal, progress }: Task): Promise<void> {
  signal.throwIfAborted();
  const cancelled = new SharedArrayBuffer(4);
  const order: AuditOrder = {
    id: catalog.id,
    folders: { cache: folderOf(catalog.file), data: folderOf(catalog.decisionsFile) },
    thresholds: Object.fromEntries(thresholdOverrides(catalog)),
    cancelled,
  };
  const worker = new Worker(pathToFileURL(builtEntry('engine/audit')), { workerData: order, execArgv: [] });
  let ending: Exclude<FromAudit, { type: 'progress' }> | null = null;
  let crash: Error | null = null;
  let patience: NodeJS.Timeout | undefined;
  const stop = (): void => {
    Atomics.store(new Int32Array(cancelled), 0, 1);
    patience = setTimeout(() => void worker.terminate(), CANCEL_GRACE_MS);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve) => {
      worker.on('message', (message: FromAudit) => {
        if (message.type === 'progress') progress(message.step);
        else ending = message;
      });
      worker.on('error', (error) => {
        crash = error instanceof Error ? error : new Error(String(error));
      });
      worker.on('exit', () => {
        resolve();
      });
    });
  } finally {
    clearTimeout(patience);
    signal.removeEventListener('abort', stop);
  }
  conclude(ending, crash, signal);
}

function conclude(ending: Exclude<FromAudit, { type: 'progress' }> | null, crash: Error | null, signal: AbortSignal): void {
  if (ending?.type === 'done') return;
  signal.throwIfAborted();
  if (ending?.type === 'failed') throw fromWire(ending.error);
  const starved = crash !== null && 'code' in crash && crash.code === 'ERR_WORKER_OUT_OF_MEMORY';
  throw starved
    ? new PlumblineError('out-of-memory', 'Comparing the pictures needed more memory than this process may use. The index and your decisions are untouched.', { cause: crash })
    : new PlumblineError('worker-died', 'The audit stopped before it was done. The index and your decisions are untouched; start it again.', { cause: crash ?? undefined });
}
