/** The index job: lists the files of the folder, then measures the new and changed images. */
import type { LayoutKind } from '../../contract/model/dataset';
import type { Catalog } from '../catalog/catalog';
import { applyClassNames } from '../catalog/class-names';
import { noteIndexed } from '../catalog/dataset';
import type { Task } from '../process/task';
import { measureImages } from './measure';
import { scan } from './scan';

/**
 * Can be interrupted at any point; the next run continues from there.
 * @param asked a layout for this run only
 * @param meanwhile started between scan and measuring; returns what stops it
 * @throws PlumblineError as `scan` and `measureImages`
 */
export async function runIndex(
  catalog: Catalog,
  task: Task,
  asked?: LayoutKind,
  meanwhile: () => () => Promise<void> = () => () => Promise.resolve(),
): Promise<void> {
  await scan(catalog, task, asked);
  const stop = meanwhile();
  try {
    await measureImages(catalog, task);
  } finally {
    await stop();
  }
  noteIndexed(catalog, Date.now());
  // Classes may have been renamed in the meantime, and images are recognized only after they are measured.
  applyClassNames(catalog);
}
