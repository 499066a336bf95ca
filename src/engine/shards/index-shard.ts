/** Measures the images of one shard: facts, rasters and thumbnails. */
import { SKETCH_LENGTH, writeSketch } from '../../core/duplicates/sketch';
import { RASTER_BYTES } from '../../core/images/raster';
import { runRow, type RunRow } from '../catalog/run-rows';
import type { Task } from '../process/task';
import { plannedImages } from './plan';
import { files, type RunPlan, shardOf, unseenShard } from './run';
import type { RunStore } from './run-store';
import { inLanes, type ImageSource } from './source';
import { writeRunRows } from './tables';
import { packedThumbnails } from './thumbnails';

/**
 * Writes `facts` last: a shard whose facts exist is whole.
 * @throws PlumblineError bad-run
 */
export async function indexShard(
  store: RunStore,
  run: RunPlan,
  source: ImageSource,
  shard: number,
  task: Task,
): Promise<{ images: number; unreadable: number }> {
  const { from } = shardOf(run, shard);
  const images = await plannedImages(store, run, shard);
  const rows = new Array<RunRow>(images.length);
  const rasters = new Uint8Array(images.length * RASTER_BYTES);
  const sketches = new Float32Array(images.length * SKETCH_LENGTH);
  const thumbnails = new Array<Uint8Array | null>(images.length).fill(null);
  const idle: ReturnType<ImageSource['measurer']>[] = [];
  const total = images.length;
  let [done, lost] = [0, 0];
  task.progress({ stage: 'measure', done, total });
  await inLanes(images, source.lanes, async (image, i) => {
    task.signal.throwIfAborted();
    // Each lane has a buffer of its own.
    const measure = idle.pop() ?? source.measurer();
    const measured = image.unreadable === null ? await measure(image) : null;
    idle.push(measure);
    rows[i] = runRow({ ...image, ...measured?.stored }, from + i, measured);
    task.progress({ stage: 'measure', done: (done += 1), total });
    if (measured === null) return;
    if ('facts' in measured.outcome) {
      const { facts, raster, thumbnail } = measured.outcome;
      rasters.set(raster, i * RASTER_BYTES);
      writeSketch(raster, facts.width, facts.height, sketches, i * SKETCH_LENGTH);
      thumbnails[i] = thumbnail;
    } else if (['vanished', 'io-error'].includes(measured.outcome.unreadable.code)) lost += 1;
  });
  if (lost > 0 && lost === total) throw unseenShard(run, shard);
  await store.write(files.rasters(shard), rasters);
  await store.write(files.sketches(shard), new Uint8Array(sketches.buffer));
  await store.write(files.thumbnails(shard), packedThumbnails(thumbnails));
  await writeRunRows(store, files.facts(shard), rows);
  return { images: total, unreadable: rows.filter((row) => row['state'] === 2).length };
}
