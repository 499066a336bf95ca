/**
 * Entry of the audit process. It opens the data set's store itself, so that the engine can answer and needs little
 * memory while images are compared. It can be stopped at any moment, because it writes what the next run needs in
 * transactions.
 */
import { z } from 'zod';
import { type Catalog, closeCatalog, openCatalog } from './catalog/catalog';
import { type AuditOrder, auditOrderSchema } from './stages/audit';
import { importFile } from './stages/own-predictions';
import { type ImportOrder, importOrderSchema } from './stages/imports';
import { judge, judgeEarly } from './stages/judge';
import { importEmbedding } from './stages/own-embedding';
import { storeFinished } from './stages/probe-run';
import { engineSide } from './process/child';
import { storeFailure } from './process/failures';

async function audit(catalog: Catalog, { probe, thresholds, early }: AuditOrder): Promise<null> {
  if (probe !== null) {
    engine.progress({ stage: 'store-predictions', done: 0, total: null });
    storeFinished(catalog, probe);
  }
  if (early) judgeEarly(catalog, thresholds);
  else await judge(catalog, thresholds, engine.progress);
  return null;
}

function imported(catalog: Catalog, { files }: ImportOrder): Promise<unknown> {
  return files.kind === 'embedding' ? importEmbedding(catalog, files) : importFile(catalog, files, files.at);
}

async function carryOut(order: AuditOrder | ImportOrder): Promise<unknown> {
  const catalog = openCatalog(order.folders, order.id, null);
  try {
    return await ('files' in order ? imported(catalog, order) : audit(catalog, order));
  } catch (error) {
    throw storeFailure(error, catalog.file, 'the index of this data set');
  } finally {
    closeCatalog(catalog);
  }
}

const engine = engineSide(
  z.union([auditOrderSchema, importOrderSchema]),
  (order) => void engine.run(() => carryOut(order)),
);
