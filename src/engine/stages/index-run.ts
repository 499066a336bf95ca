/** The index job: what is new or changed in the folder becomes rows, facts and findings. */
import type { Catalog } from '../catalog/catalog';
import { setComplete } from '../catalog/dataset';
import type { Task } from '../task';
import { measure } from './measure';
import { scan } from './scan';

/**
 * Can be cut off at any point; the next run goes on from there.
 * @throws PlumblineError as `scan` and `measure`
 */
export async function runIndex(catalog: Catalog, task: Task): Promise<void> {
  setComplete(catalog, false, Date.now());
  await scan(catalog, task);
  await measure(catalog, task);
  setComplete(catalog, true, Date.now());
}
