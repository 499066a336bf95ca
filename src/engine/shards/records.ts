/** The measured images of a run. */
import type { ImageRecord } from '../../contract/model/image';
import { recordOf, type ImageRow } from '../catalog/records';
import { files, type RunPlan } from './run';
import type { RunStore } from './run-store';
import { readRunRows } from './tables';

/** The rows of all shards, in path order. */
export async function allRecords(store: RunStore, run: RunPlan): Promise<ImageRecord[]> {
  const records: ImageRecord[] = [];
  for (const [shard, { from, to }] of run.shards.entries()) {
    const rows = await readRunRows(store, files.facts(shard), to - from);
    for (const row of rows) records.push(recordOf(row as unknown as ImageRow));
  }
  return records;
}
