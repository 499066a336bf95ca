/** Finds the duplicates of a run, in one process, with the proofs that the comparisons wrote. */
import { closeSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { relationSchema } from '../../contract/model/finding';
import { findDuplicates } from '../../core/duplicates/search';
import { RASTER_BYTES } from '../../core/images/raster';
import type { Task } from '../process/task';
import { files, type RunPlan } from './run';
import type { RunStore } from './run-store';
import { readProofs, searchWithCandidates } from './compare';
import { damaged } from './tables';

const groupSchema = z.object({
  members: z.array(z.int()),
  relations: z.array(relationSchema.nullable()),
  similarities: z.array(z.number()),
});

export const groupsSchema = z.object({
  exact: z.array(groupSchema),
  near: z.array(groupSchema),
  turned: z.array(groupSchema),
});
export type RunGroups = z.infer<typeof groupsSchema>;

interface Rasters {
  /** The raster of an image, or null for an image without pixels. */
  readonly read: (image: number) => Uint8Array | null;
  readonly close: () => void;
}

/** @throws PlumblineError bad-run for a file that is missing or has not the right size */
async function openRasters(store: RunStore, run: RunPlan): Promise<Rasters> {
  const handles: number[] = [];
  for (const shard of run.shards.keys()) handles.push(openSync(await store.local(files.rasters(shard)), 'r'));
  const size = run.shards[0]!.to - run.shards[0]!.from;
  return {
    read: (image) => {
      // All shards but the last one have the same size.
      const shard = Math.floor(image / size);
      const raster = new Uint8Array(RASTER_BYTES);
      const at = (image - run.shards[shard]!.from) * RASTER_BYTES;
      if (readSync(handles[shard]!, raster, 0, RASTER_BYTES, at) < RASTER_BYTES)
        throw damaged(store, files.rasters(shard), new Error('it is too short'));
      return raster;
    },
    close: () => handles.forEach((handle) => closeSync(handle)),
  };
}

/** @throws PlumblineError bad-run */
export async function findGroups(store: RunStore, run: RunPlan, task: Task): Promise<{ exact: number; near: number }> {
  const search = await searchWithCandidates(store, run);
  const known = await readProofs(store, run);
  const rasters = await openRasters(store, run);
  try {
    const progress = (stage: 'sketch' | 'compare' | 'compare-look-alikes', done: number, total: number): void =>
      task.progress({ stage, done, total });
    const { exact, near, turned } = findDuplicates({ ...search, known, raster: rasters.read, progress });
    await store.write(files.groups, JSON.stringify({ exact, near, turned }));
    return { exact: exact.length, near: near.length };
  } finally {
    rasters.close();
  }
}
