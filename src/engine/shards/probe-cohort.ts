/** The first step of the instant probe over the shards of a run: which images it is about, and on which it is fitted. */
import { serialize } from 'node:v8';
import { byCodePoint } from '../../core/dataset/order';
import { RASTER_BYTES } from '../../core/images/raster';
import { longerSides } from '../../core/images/sides';
import type { Task } from '../process/task';
import { embeddingSide } from '../stages/embed-run';
import { EXACT_MOST, landmarkIndices, sampledLandmarks, showsPhotographs } from '../training/instant/landmarks';
import { groupsSchema } from './groups';
import { COHORT_FILE, type ProbeCohort, probeFile, type RunImages } from './probe-files';
import { searchedImages } from './images';
import { files, readRunJson, type RunPlan } from './run';
import type { RunStep } from './run-step';
import type { RunStore } from './run-store';
import { inLanes } from './source';
import { damaged } from './tables';

const LANES = 16;

interface CohortOptions {
  /** Up to this number of images one process predicts all of them, with an exact kernel. */
  readonly exactMost?: number;
  /** Number of landmarks, by the number of images and whether they may be photographs. */
  readonly landmarks?: (images: number, photographs: boolean) => number;
}

async function makeCohort(
  store: RunStore,
  run: RunPlan,
  task: Task,
  { exactMost = EXACT_MOST, landmarks = sampledLandmarks }: CohortOptions,
): Promise<{ images: number }> {
  const images = await readImages(store, run);
  const count = images.places.length;
  let at = 0;
  const ranges = run.shards.map(({ to }) => {
    const from = at;
    while (at < count && images.places[at]! < to) at += 1;
    return { from, to: at };
  });
  const { classes } = images;
  const probed = count < 2 || classes.length < 2 ? 'none' : count <= exactMost ? 'whole' : 'in-shards';
  const readRasters = async (indices: Int32Array): Promise<Uint8Array> =>
    (await readMarkRasters(store, run, images.places, indices, task))(indices);
  const photographs = probed !== 'none' && (await showsPhotographs(images, readRasters));
  const fitted = { none: 0, whole: count, 'in-shards': landmarks(count, photographs) }[probed];
  const marks = landmarkIndices(count, fitted);
  const side = run.network !== null && photographs ? embeddingSide(longerSides(images.widths, images.heights)) : null;
  const cohort: ProbeCohort = { classes, probed, ranges, marks: [...marks], side };
  await store.write(probeFile('images', 1, 0), serialize({ ...images, classes: classes.length } satisfies RunImages));
  await store.write(COHORT_FILE, JSON.stringify(cohort));
  return { images: count };
}

type NamedImages = Omit<RunImages, 'classes'> & { readonly classes: string[] };

async function readImages(store: RunStore, run: RunPlan): Promise<NamedImages> {
  const records = await searchedImages(store, run);
  const { near } = await readRunJson(store, files.groups, groupsSchema);
  const groupOf = new Map(near.flatMap(({ members }, group) => members.map((image) => [image, group] as const)));
  const classes = [...new Set(records.map(({ className }) => className))].sort(byCodePoint);
  const indexOf = new Map(classes.map((name, k) => [name, k]));
  return {
    places: Int32Array.from(records, ({ id }) => id),
    labels: Int32Array.from(records, ({ className }) => indexOf.get(className)!),
    groups: Int32Array.from(records, ({ id }) => groupOf.get(id) ?? -1),
    classes,
    widths: Int32Array.from(records, ({ facts }) => facts.width),
    heights: Int32Array.from(records, ({ facts }) => facts.height),
  };
}

/** Reads the rasters of the landmarks, by their positions among the readable images. */
export async function readMarkRasters(
  store: RunStore,
  run: RunPlan,
  places: Int32Array,
  marks: Int32Array,
  task: Task,
): Promise<(indices: Int32Array) => Uint8Array> {
  const pictures = new Map<number, Buffer>();
  await inLanes([...marks], LANES, async (mark) => {
    task.signal.throwIfAborted();
    const place = places[mark]!;
    const shard = run.shards.findIndex(({ to }) => place < to);
    const start = (place - run.shards[shard]!.from) * RASTER_BYTES;
    const raster = await store.readRange(files.rasters(shard), start, start + RASTER_BYTES);
    if (raster.length < RASTER_BYTES) throw damaged(store, files.rasters(shard), new Error('it is too short'));
    pictures.set(mark, raster);
  });
  return (indices) => Buffer.concat(Array.from(indices, (i) => pictures.get(i)!));
}

export const probeCohortStep = (options: CohortOptions = {}): RunStep => ({
  name: 'probe-cohort',
  title: 'Choosing landmarks',
  output: COHORT_FILE,
  work: (store, run, _, task) => makeCohort(store, run, task, options),
});
