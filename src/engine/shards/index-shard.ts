/** Measures the images of one shard: facts, rasters and thumbnails. */
import { RASTER_BYTES } from '../../core/images/raster';
import { runRow, type RunRow } from '../catalog/run-rows';
import type { Task } from '../process/task';
import { plannedImages } from './plan';
import { files, type RunPlan, shardOf } from './run';
import { badRun, type RunStore } from './run-store';
import { inLanes, type Source, type SourceFile } from './source';
import { writeRows } from './tables';
import { packed } from './thumbnails';

/**
 * Writes `facts` last: a shard whose facts exist is whole.
 * @throws PlumblineError bad-run
 */
export async function indexShard(
  store: RunStore,
  run: RunPlan,
  source: Source,
  shard: number,
  task: Task,
): Promise<{ images: number; unreadable: number }> {
  const { from } = shardOf(run, shard);
  const images = await plannedImages(store, run, shard);
  const rows = new Array<RunRow>(images.length);
  const rasters = new Uint8Array(images.length * RASTER_BYTES);
  const thumbnails = new Array<Uint8Array | null>(images.length).fill(null);
  const idle: ((file: SourceFile) => ReturnType<ReturnType<Source['measurer']>>)[] = [];
  const total = images.length;
  let [done, lost] = [0, 0];
  task.progress({ stage: 'measure', done, total });
  await inLanes(images, source.lanes, async (image, i) => {
    task.signal.throwIfAborted();
    // Each lane has a buffer of its own.
    const measure = idle.pop() ?? source.measurer();
    const measured = image.unreadable === null ? await measure(image) : null;
    idle.push(measure);
    rows[i] = runRow(image, from + i, measured);
    task.progress({ stage: 'measure', done: (done += 1), total });
    if (measured === null) return;
    if ('facts' in measured.outcome) {
      rasters.set(measured.outcome.raster, i * RASTER_BYTES);
      thumbnails[i] = measured.outcome.thumbnail;
    } else if (['vanished', 'io-error'].includes(measured.outcome.unreadable.code)) lost += 1;
  });
  if (lost > 0 && lost === total)
    throw badRun(
      `None of the ${total} files of shard ${shard} can be found in ${run.source}. Check that this machine sees the source under that address, and start the same command again.`,
    );
  await store.write(files.rasters(shard), rasters);
  await store.write(files.thumbnails(shard), packed(thumbnails));
  await writeRows(store, files.facts(shard), rows);
  return { images: total, unreadable: rows.filter((row) => row['state'] === 2).length };
}
