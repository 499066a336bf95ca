/** The audit job: rows in the store become findings in the store, in a process of its own. */
import { fork } from 'node:child_process';
import { dirname } from 'node:path';
import { z } from 'zod';
import { fromWire, PlumblineError, wireErrorSchema } from '../../contract/errors';
import { datasetIdSchema } from '../../contract/model/dataset';
import type { Catalog } from '../catalog/catalog';
import { thresholdOverrides } from '../catalog/findings';
import { builtEntry } from '../process/entries';
import { memoryKills, starved } from '../process/memory-kills';
import { stepSchema, type Task } from '../process/task';
import { type FinishedProbe, finishedProbeSchema } from './probe-run';

const KEPT_STDERR = 4_000;

export const auditOrderSchema = z.object({
  id: datasetIdSchema,
  folders: z.object({ cache: z.string(), data: z.string() }),
  thresholds: z.record(z.string(), z.number()),
  /** A probe that has just ended, to be stored first. */
  probe: finishedProbeSchema.nullable(),
  /** Process id of the engine that asks: without it there is nobody to audit for. */
  engine: z.int(),
});
export type AuditOrder = z.infer<typeof auditOrderSchema>;

const fromAuditSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    step: stepSchema,
  }),
  z.object({ type: z.literal('done') }),
  z.object({ type: z.literal('failed'), error: wireErrorSchema }),
]);
export type FromAudit = z.infer<typeof fromAuditSchema>;

/** A store lies at FOLDER/datasets/ID/file. */
const folderOf = (file: string): string => dirname(dirname(dirname(file)));

/**
 * Finds duplicates and runs every check whose rows, thresholds or code changed since its last run; the findings replace
 * those in the store.
 * Cancelling keeps what was found out until then for the next run, and the findings as they were.
 * @param probe is stored before anything else
 * @throws PlumblineError worker-died, out-of-memory and those of the store; the signal's reason when cancelled
 */
export async function runAudit(
  catalog: Catalog,
  { signal, progress }: Task,
  probe: FinishedProbe | null = null,
): Promise<void> {
  signal.throwIfAborted();
  const order: AuditOrder = {
    id: catalog.id,
    folders: { cache: folderOf(catalog.file), data: folderOf(catalog.decisionsFile) },
    thresholds: Object.fromEntries(thresholdOverrides(catalog)),
    probe,
    engine: process.pid,
  };
  const killsBefore = memoryKills();
  const child = fork(builtEntry('engine/audit'), [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let ending: Exclude<FromAudit, { type: 'progress' }> | null = null;
  let stderr = '';
  const stop = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR);
  });
  child.on('message', (raw) => {
    const { data: message } = fromAuditSchema.safeParse(raw);
    if (message === undefined) stop();
    else if (message.type !== 'progress') ending = message;
    else if (!signal.aborted) progress(message.step);
  });
  const death = await new Promise<{ how: string; signal: string | null }>((resolve) => {
    child.on('error', (error) => resolve({ how: error.message, signal: null }));
    child.on('close', (code, killer) =>
      resolve({ how: `${killer ?? `code ${String(code)}`} ${stderr}`, signal: killer }),
    );
    child.send(order);
  });
  signal.removeEventListener('abort', stop);
  conclude(ending, signal, starved(death.signal, stderr, killsBefore), death.how);
}

function conclude(
  ending: Exclude<FromAudit, { type: 'progress' }> | null,
  signal: AbortSignal,
  outOfMemory: boolean,
  how: string,
): void {
  if (ending?.type === 'done') return;
  signal.throwIfAborted();
  if (ending?.type === 'failed') throw fromWire(ending.error);
  const options = { cause: new Error(how) };
  throw outOfMemory
    ? new PlumblineError(
        'out-of-memory',
        'Comparing the images needed more memory than this machine has free. The index and your decisions are untouched.',
        options,
      )
    : new PlumblineError(
        'worker-died',
        'The audit stopped before it was done. The index and your decisions are untouched; start it again.',
        options,
      );
}
