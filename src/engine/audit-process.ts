/**
 * Entry of the audit process. It opens the data set's store itself, so that the engine can answer and needs little
 * memory while images are compared. It can be stopped at any moment, because it writes what the next run needs in
 * transactions.
 */
import { closeCatalog, openCatalog } from './catalog/catalog';
import { type AuditOrder, auditOrderSchema } from './stages/audit';
import { judge, judgeEarly } from './stages/judge';
import { storeFinished } from './stages/probe-run';
import { engineSide } from './process/child';
import { storeFailure } from './process/failures';

function audit(order: AuditOrder): null {
  const catalog = openCatalog(order.folders, order.id, null);
  try {
    if (order.probe !== null) {
      engine.progress({ stage: 'store-predictions', done: 0, total: null });
      storeFinished(catalog, order.probe);
    }
    if (order.early) judgeEarly(catalog, order.thresholds);
    else judge(catalog, order.thresholds, engine.progress);
    return null;
  } catch (error) {
    throw storeFailure(error, catalog.file, 'the index of this data set');
  } finally {
    closeCatalog(catalog);
  }
}

const engine = engineSide(auditOrderSchema, (order) => void engine.run(() => audit(order)));
