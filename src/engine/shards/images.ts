/** The readable images of a run, with what the comparison and the probe need of them. */
import type { SearchedImage } from '../../core/duplicates/contents';
import type { ImageRow } from '../catalog/records';
import { files, type RunPlan } from './run';
import type { RunStore } from './run-store';
import { readRunRows } from './tables';

const COLUMNS = `id path class_name split bytes state sha256 width height p_hash d_hash pixel_hash mean_r mean_g mean_b
  std_r std_g std_b`.split(/\s+/);

/** What a search for duplicates needs of the readable images of all shards, in path order. */
export async function searchedImages(store: RunStore, run: RunPlan): Promise<SearchedImage[]> {
  const images: SearchedImage[] = [];
  for (const [shard, { from, to }] of run.shards.entries()) {
    const rows = await readRunRows(store, files.facts(shard), to - from, COLUMNS);
    for (const row of rows as unknown as ImageRow[]) if (row.state === 1) images.push(imageOf(row));
  }
  return images;
}

const imageOf = (row: ImageRow): SearchedImage => ({
  id: row.id,
  path: row.path,
  className: row.class_name,
  split: row.split,
  bytes: row.bytes,
  sha256: row.sha256,
  facts: {
    width: row.width,
    height: row.height,
    mean: [row.mean_r, row.mean_g, row.mean_b],
    std: [row.std_r, row.std_g, row.std_b],
    pHash: row.p_hash,
    dHash: row.d_hash,
    pixelHash: row.pixel_hash,
  },
});
