/** Finds the pairs that may be copies, in one process, and compares them, in several. */
import { thresholdsWith } from '../../core/checks/thresholds';
import type { Proof } from '../../core/duplicates/proof';
import { candidatesOf, sharedProofs } from '../../core/duplicates/search';
import { SKETCH_LENGTH } from '../../core/duplicates/sketch';
import { RASTER_BYTES } from '../../core/images/raster';
import { LargeMap } from '../../core/statistics/large-map';
import type { Task } from '../process/task';
import { pack, unpack } from './packed';
import { searchedImages } from './images';
import { files, type RunPlan } from './run';
import { badRun, readWholeFile, type RunStore } from './run-store';
import { inLanes } from './source';
import { damaged } from './tables';

/** Every part reads what is compared of all pictures, and their sketches: about 1 kB each. */
const MOST_PARTS = 64;
/** Pictures whose candidates are read at a time: some 50 MB of rasters. */
const BATCH = 2000;
const LANES = 16;
const MEASURES = 4;

export const partsOf = ({ shards }: RunPlan): number => Math.min(MOST_PARTS, shards.length);

/** The sketches that the shards wrote, by place. */
async function readSketches(store: RunStore, run: RunPlan): Promise<(image: number) => Float32Array> {
  const sketches = new Float32Array(run.images * SKETCH_LENGTH);
  const bytes = new Uint8Array(sketches.buffer);
  for (const [shard, { from, to }] of run.shards.entries()) {
    const part = await readWholeFile(store, files.sketches(shard));
    const size = SKETCH_LENGTH * Float32Array.BYTES_PER_ELEMENT;
    if (part.length !== (to - from) * size)
      throw damaged(store, files.sketches(shard), new Error('it has the wrong size'));
    bytes.set(part, from * size);
  }
  return (image) => sketches.subarray(image * SKETCH_LENGTH, (image + 1) * SKETCH_LENGTH);
}

/** @throws PlumblineError bad-run */
async function readRasters(store: RunStore, run: RunPlan, images: ReadonlySet<number>): Promise<Map<number, Buffer>> {
  const rasters = new Map<number, Buffer>();
  const size = run.shards[0]!.to - run.shards[0]!.from;
  await inLanes([...images], LANES, async (image) => {
    // All shards but the last one have the same size.
    const shard = Math.floor(image / size);
    const at = (image - run.shards[shard]!.from) * RASTER_BYTES;
    const raster = await store.readRange(files.rasters(shard), at, at + RASTER_BYTES);
    if (raster.length < RASTER_BYTES) throw damaged(store, files.rasters(shard), new Error('it is too short'));
    rasters.set(image, raster);
  });
  return rasters;
}

type RunSearch = Parameters<typeof sharedProofs>[0];

/** What all steps of the comparison know. */
async function searchOf(store: RunStore, run: RunPlan): Promise<RunSearch> {
  return {
    images: await searchedImages(store, run),
    raster: () => null,
    sketch: await readSketches(store, run),
    thresholds: thresholdsWith(run.thresholds),
    notDuplicates: new Set(),
    known: new Map(),
  };
}

/** The same with the candidates. */
export async function searchWithCandidates(store: RunStore, run: RunPlan): Promise<RunSearch> {
  const bytes = await readWholeFile(store, files.candidates);
  try {
    return { ...(await searchOf(store, run)), candidates: unpack(bytes) as NonNullable<RunSearch['candidates']> };
  } catch (error) {
    throw error instanceof SyntaxError ? damaged(store, files.candidates, error) : error;
  }
}

/** Finds the pairs that may be copies. */
export async function findCandidates(store: RunStore, run: RunPlan, task: Task): Promise<{ bytes: number }> {
  const search = await searchOf(store, run);
  const progress = (stage: 'sketch' | 'compare' | 'compare-look-alikes', done: number, total: number): void =>
    task.progress({ stage, done, total });
  const bytes = pack(candidatesOf({ ...search, progress }));
  await store.write(files.candidates, bytes);
  return { bytes: bytes.length };
}

/**
 * Proves the pairs of one part of the pictures.
 * @param part 0 … partsOf(run) − 1
 */
export async function comparePart(
  store: RunStore,
  run: RunPlan,
  part: number,
  task: Task,
): Promise<{ pictures: number; proofs: number }> {
  const parts = partsOf(run);
  if (part >= parts) throw badRun(`The comparison has no part ${part}: its parts are 0 to ${parts - 1}.`);
  const { pictures, prove } = sharedProofs(await searchWithCandidates(store, run));
  const from = Math.floor((pictures * part) / parts);
  const to = Math.floor((pictures * (part + 1)) / parts);
  const proofs = new Map<string, Proof>();
  for (let at = from; at < to; at += BATCH) {
    task.signal.throwIfAborted();
    task.progress({ stage: 'compare', done: at - from, total: to - from });
    let rasters = new Map<number, Buffer>();
    for (;;) {
      const missing = new Set<number>();
      const there = rasters;
      const raster = (image: number): Buffer | null => {
        const found = there.get(image) ?? null;
        if (found === null) missing.add(image);
        return found;
      };
      prove(at, Math.min(to, at + BATCH), raster, proofs);
      if (missing.size === 0) break;
      rasters = new Map([...rasters, ...(await readRasters(store, run, missing))]);
    }
  }
  const values = new Float64Array(proofs.size * MEASURES);
  [...proofs.values()].forEach(({ similarity, detail, patch, colour }, i) =>
    values.set([similarity, detail, patch, colour], i * MEASURES),
  );
  await store.write(files.proofs(part), pack({ pairs: [...proofs.keys()], values }));
  return { pictures: to - from, proofs: proofs.size };
}

/** The proofs of all parts. */
export async function readProofs(store: RunStore, run: RunPlan): Promise<Map<string, Proof>> {
  const proofs = new LargeMap<string, Proof>();
  for (let part = 0; part < partsOf(run); part += 1) {
    const bytes = await readWholeFile(store, files.proofs(part));
    try {
      const { pairs, values } = unpack(bytes) as { pairs: string[]; values: Float64Array };
      pairs.forEach((pair, i) => {
        const [similarity, detail, patch, colour] = values.subarray(i * MEASURES, (i + 1) * MEASURES);
        proofs.set(pair, { similarity: similarity!, detail: detail!, patch: patch!, colour: colour! });
      });
    } catch (error) {
      throw damaged(store, files.proofs(part), error);
    }
  }
  return proofs;
}
