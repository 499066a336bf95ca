/**
 * Entry of the audit process: opens the data set's store for itself, so that the engine goes on answering, in little
 * memory, while pictures
 * are compared. It can be stopped at any moment: what it keeps for the next run, it keeps in whole transactions.
 */
import { toWire } from '../contract/errors';
import { closeCatalog, openCatalog } from './catalog/catalog';
import { type AuditOrder, auditOrderSchema, type FromAudit } from './stages/audit';
import { judge } from './stages/judge';
import { storeFinished } from './stages/probe-run';
import { storeFailure } from './process/failures';
import { endWithParent } from './process/leash';
import type { Step } from './process/task';
import type { Stage } from '../contract/model/job';

const PROGRESS_MS = 50;

function run(order: AuditOrder): void {
  // An engine that was killed cannot say so, and the loop below would not hear it.
  if (process.ppid !== order.engine) process.exit(1);
  endWithParent(order.engine);
  const catalog = openCatalog(order.folders, order.id, null);
  let told = 0;
  let stage: Stage | null = null;
  const progress = (step: Step): void => {
    const now = performance.now();
    if (step.stage === stage && step.done !== step.total && now - told < PROGRESS_MS) return;
    told = now;
    stage = step.stage;
    tell({ type: 'progress', step });
  };
  try {
    if (order.probe !== null) {
      progress({ stage: 'store-predictions', done: 0, total: null });
      storeFinished(catalog, order.probe);
    }
    judge(catalog, order.thresholds, progress);
  } catch (error) {
    throw storeFailure(error, catalog.file, 'the index of this data set');
  } finally {
    closeCatalog(catalog);
  }
}

function tell(message: FromAudit, told?: () => void): void {
  process.send?.(message, undefined, undefined, () => told?.());
}

process.once('message', (message) => {
  let ending: FromAudit = { type: 'done' };
  try {
    run(auditOrderSchema.parse(message));
  } catch (error) {
    ending = { type: 'failed', error: toWire(error) };
  }
  tell(ending, () => process.disconnect());
});
