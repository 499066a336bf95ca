/** A store of one data set with the rows of a run, for the code that makes findings and reports from a store. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Catalog, closeCatalog, openCatalog } from '../catalog/catalog';
import { noteIndexed, storeLayouts } from '../catalog/dataset';
import { replaceListing } from '../catalog/listing';
import { addRunRows } from '../catalog/run-rows';
import { datasetIdOf } from '../files/dataset-id';
import type { Task } from '../process/task';
import { runListingSchema } from './plan';
import { files, readRunJson, type RunPlan } from './run';
import type { RunStore } from './run-store';
import { readRunRows } from './tables';

/**
 * Works on a temporary store without rasters, thumbnails and decisions. The ids of its images are their places.
 * @throws PlumblineError bad-run, and those of the store
 */
export async function withRunCatalog<T>(
  store: RunStore,
  run: RunPlan,
  task: Task,
  work: (catalog: Catalog) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-report-'));
  const folders = { cache: join(folder, 'cache'), data: join(folder, 'data') };
  try {
    const catalog = openCatalog(folders, datasetIdOf(run.source), run.source);
    try {
      storeLayouts(catalog, run.layouts, run.layout, run.reading);
      for (const [shard, { from, to }] of run.shards.entries()) {
        task.signal.throwIfAborted();
        task.progress({ stage: 'read-images', done: from, total: run.images });
        addRunRows(catalog, await readRunRows(store, files.facts(shard), to - from));
      }
      const { skipped, emptyClasses } = await readRunJson(store, files.listing, runListingSchema);
      replaceListing(catalog, skipped, emptyClasses);
      noteIndexed(catalog, Date.now());
      return await work(catalog);
    } finally {
      closeCatalog(catalog);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
