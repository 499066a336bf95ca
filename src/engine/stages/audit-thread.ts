/**
 * Entry point of a thread of the audit process. It opens the data set's store itself. Receives one order at a time and
 * answers when it is carried out.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { DatasetId } from '../../contract/model/dataset';
import type { StructureComparison, MadeComparison } from '../../core/duplicates/changed';
import { type CatalogFolders, openCatalog } from '../catalog/catalog';
import { makeComparisons } from './compare-pictures';
import { placeImages } from './places';

export interface ThreadStore {
  readonly folders: CatalogFolders;
  readonly id: DatasetId;
}

/** Comparisons to make, or the places of the images. */
export type ThreadOrder = readonly StructureComparison[] | 'places';

/** Results of comparisons; none for places, which are stored. */
export type ThreadAnswer = readonly MadeComparison[];

const { folders, id } = workerData as ThreadStore;
const catalog = openCatalog(folders, id, null);

async function carriedOut(order: ThreadOrder): Promise<ThreadAnswer> {
  if (order !== 'places') return makeComparisons(catalog, order);
  placeImages(catalog, () => undefined);
  return [];
}

parentPort?.on('message', (order: ThreadOrder) => {
  void carriedOut(order).then((answer) => parentPort?.postMessage(answer));
});
