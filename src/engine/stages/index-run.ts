/** The index job: what is new or changed in the folder becomes rows, facts and findings. */
import type { LayoutKind } from '../../contract/model/dataset';
import type { Catalog } from '../catalog/catalog';
import { noteIndexed } from '../catalog/dataset';
import type { Task } from '../process/task';
import { measureImages } from './measure';
import { scan } from './scan';

/**
 * Can be cut off at any point; the next run goes on from there.
 * @param asked a layout for this run only
 * @throws PlumblineError as `scan` and `measure`
 */
export async function runIndex(catalog: Catalog, task: Task, asked?: LayoutKind): Promise<void> {
  await scan(catalog, task, asked);
  await measureImages(catalog, task);
  noteIndexed(catalog, Date.now());
}
