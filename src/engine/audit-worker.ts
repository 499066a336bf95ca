/** The audit thread: opens the data set's store for itself, so that the engine goes on answering while pictures are compared. */
import { parentPort, workerData } from 'node:worker_threads';
import { toWire } from '../contract/errors';
import { closeCatalog, openCatalog } from './catalog/catalog';
import { auditOrderSchema, type FromAudit } from './stages/audit';
import { judge } from './stages/judge';
import { storeFailure } from './failures';

const CANCELLED = new Error('cancelled');

function tell(message: FromAudit): void {
  parentPort?.postMessage(message);
}

function run(): void {
  const order = auditOrderSchema.parse(workerData);
  const cancelled = new Int32Array(order.cancelled);
  const catalog = openCatalog(order.folders, order.id, null);
  try {
    judge(catalog, order.thresholds, (step) => {
      // Also between checks: what was kept until here is used by the next run.
      if (Atomics.load(cancelled, 0) !== 0) throw CANCELLED;
      tell({ type: 'progress', step });
    });
    tell({ type: 'done' });
  } catch (error) {
    if (error === CANCELLED) tell({ type: 'cancelled' });
    else throw storeFailure(error, catalog.file, 'the index of this data set');
  } finally {
    closeCatalog(catalog);
  }
}

try {
  run();
} catch (error) {
  tell({ type: 'failed', error: toWire(error) });
}
