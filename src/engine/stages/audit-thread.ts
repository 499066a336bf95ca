/**
 * Entry point of a thread of the audit process. It opens the data set's store itself. Receives one order at a time and
 * answers when it is carried out.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { DatasetId } from '../../contract/model/dataset';
import { type StructureComparison, type MadeComparison, madeComparisons } from '../../core/duplicates/changed';
import { type CatalogFolders, openCatalog } from '../catalog/catalog';
import { raster } from '../catalog/findings';
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
const quiet = (): void => undefined;

parentPort?.on('message', (order: ThreadOrder) => {
  const answer: ThreadAnswer =
    order === 'places'
      ? (placeImages(catalog, quiet), [])
      : madeComparisons(order, (image) => raster(catalog, image), quiet);
  parentPort?.postMessage(answer);
});
