/** The thumbnails of a shard in one file: n + 1 offsets of 32 bits from the end of the offsets, then the pictures. */
import { files, type RunPlan } from './run';
import type { RunStore } from './run-store';
import { inLanes } from './source';

const OFFSET_BYTES = 4;
const LANES = 16;

/** @param thumbnails null for an image without pixels */
export function packedThumbnails(thumbnails: readonly (Uint8Array | null)[]): Uint8Array {
  const offsets = new Uint32Array(thumbnails.length + 1);
  thumbnails.forEach((one, i) => (offsets[i + 1] = offsets[i]! + (one?.length ?? 0)));
  const head = offsets.byteLength;
  const bytes = new Uint8Array(head + offsets.at(-1)!);
  bytes.set(new Uint8Array(offsets.buffer));
  thumbnails.forEach((one, i) => one && bytes.set(one, head + offsets[i]!));
  return bytes;
}

/**
 * The thumbnails of some images. An image without pixels is left out.
 * @param images places in the run
 */
export async function readThumbnails(
  store: RunStore,
  run: RunPlan,
  images: readonly number[],
): Promise<Map<number, Uint8Array>> {
  const found = new Map<number, Uint8Array>();
  await inLanes(images, LANES, async (image) => {
    const shard = run.shards.findIndex(({ from, to }) => image >= from && image < to);
    const { from, to } = run.shards[shard]!;
    const at = (image - from) * OFFSET_BYTES;
    const offsets = await store.readRange(files.thumbnails(shard), at, at + 2 * OFFSET_BYTES);
    const head = (to - from + 1) * OFFSET_BYTES;
    const [start, end] = [offsets.readUInt32LE(0), offsets.readUInt32LE(OFFSET_BYTES)];
    if (end > start) found.set(image, await store.readRange(files.thumbnails(shard), head + start, head + end));
  });
  return found;
}
