/**
 * Reads the user's predictions or embedding in the audit process, because parsing a large file would keep the engine
 * from answering.
 */
import { z } from 'zod';
import { type ImportedEmbedding, importedEmbeddingSchema } from '../../contract/model/labels';
import { ownPredictionsIdSchema } from '../../contract/model/queries';
import type { Catalog } from '../catalog/catalog';
import type { EmbeddingFiles } from '../files/embeddings-file';
import type { PredictionFiles } from '../files/predictions-file';
import { type ChildProgram, runChild } from '../process/child-host';
import { builtEntry } from '../process/entries';
import { auditOrderSchema, storeFolders } from './audit';

const path = z.string().min(1);

export const importOrderSchema = auditOrderSchema.pick({ id: true, folders: true }).extend({
  files: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('embedding'), embeddings: path, names: path.nullable() }),
    z.object({
      kind: z.literal('predictions'),
      predictions: path,
      names: path.nullable(),
      classes: path.nullable(),
      model: z.string().nullable(),
      at: z.number(),
    }),
  ]),
});
export type ImportOrder = z.infer<typeof importOrderSchema>;

const words: ChildProgram<unknown>['words'] = {
  name: 'audit process',
  outOfMemory: 'Reading the file needed more memory than this machine has free. Nothing was imported.',
  died: () => 'Reading the file stopped before it was done. Nothing was imported; try it again.',
};

function runImport<Result>(catalog: Catalog, result: z.ZodType<Result>, files: ImportOrder['files']): Promise<Result> {
  const order: ImportOrder = { id: catalog.id, folders: storeFolders(catalog), files };
  return runChild(
    { id: 'audit', entry: builtEntry('engine/audit'), result, words },
    { start: order, signal: new AbortController().signal, progress: () => undefined },
  );
}

/** As `importEmbedding`. @throws PlumblineError worker-died, out-of-memory too */
export const importEmbeddingApart = (catalog: Catalog, files: EmbeddingFiles): Promise<ImportedEmbedding> =>
  runImport(catalog, importedEmbeddingSchema, { kind: 'embedding', ...files });

/** As `importFile`. @throws PlumblineError worker-died, out-of-memory too */
export const importPredictionsApart = (
  catalog: Catalog,
  files: PredictionFiles & { readonly model: string | null },
  at: number,
): Promise<string> => runImport(catalog, ownPredictionsIdSchema, { kind: 'predictions', ...files, at });
