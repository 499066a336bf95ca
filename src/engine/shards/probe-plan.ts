/** The first step of the instant probe over the shards of a run. */
import { serialize } from 'node:v8';
import { readable } from '../../core/checks/finding';
import { byCodePoint } from '../../core/dataset/order';
import { RASTER_BYTES } from '../../core/images/raster';
import type { Task } from '../process/task';
import { INSTANT_ORDER, runInstantProbe } from '../training/host';
import { EXACT_MOST, landmarkIndices, sampledLandmarks } from '../training/instant/landmarks';
import type { TaskResult } from '../training/protocol/tasks';
import { groupsSchema } from './groups';
import { COHORT_FILE, type ProbeCohort, probeFile, type RunImages, WHOLE_FILE } from './probe-files';
import { solveRange, type States } from './probe-range';
import { allRecords } from './records';
import { files, readRunJson, type RunPlan } from './run';
import type { RunStep } from './run-step';
import type { RunStore } from './run-store';
import { inLanes } from './source';
import { damaged } from './tables';

const LANES = 16;

/**
 * Lists the readable images. Up to `exactMost` of them are predicted at once; of more, the views are fitted on some.
 */
async function prepareProbe(store: RunStore, run: RunPlan, task: Task, exactMost: number): Promise<{ images: number }> {
  const records = readable(await allRecords(store, run));
  const { near } = await readRunJson(store, files.groups, groupsSchema);
  const groupOf = new Map(near.flatMap(({ members }, group) => members.map((image) => [image, group] as const)));
  const classes = [...new Set(records.map(({ className }) => className))].sort(byCodePoint);
  const indexOf = new Map(classes.map((name, k) => [name, k]));
  const images: RunImages = {
    places: Int32Array.from(records, ({ id }) => id),
    labels: Int32Array.from(records, ({ className }) => indexOf.get(className)!),
    groups: Int32Array.from(records, ({ id }) => groupOf.get(id) ?? -1),
    classes: classes.length,
    widths: Int32Array.from(records, ({ facts }) => facts.width),
    heights: Int32Array.from(records, ({ facts }) => facts.height),
  };
  const count = records.length;
  let at = 0;
  const ranges = run.shards.map(({ to }) => {
    const from = at;
    while (at < count && images.places[at]! < to) at += 1;
    return { from, to: at };
  });
  const cohort: ProbeCohort = {
    classes,
    probed: count < 2 || classes.length < 2 ? 'none' : count <= exactMost ? 'whole' : 'in-shards',
    ranges,
  };
  const states: States = { images: serialize(images) };
  if (cohort.probed === 'whole')
    await store.write(WHOLE_FILE, serialize(await predictedAtOnce(store, run, images, task)));
  if (cohort.probed === 'in-shards') {
    const marks = landmarkIndices(count, sampledLandmarks(count));
    const rasters = await rasterReader(store, run, images.places, marks, task);
    const fitted = await solveRange('plan', { from: 0, to: count }, states, task, { rasters });
    states.plan = fitted.plan!;
  }
  await store.write(COHORT_FILE, JSON.stringify(cohort));
  await store.write(probeFile('images', 1, 0), states.images!);
  await store.write(probeFile('plan', 1, 0), states.plan ?? '');
  return { images: count };
}

/** The same as the probe of one machine without the pretrained network. */
async function predictedAtOnce(
  store: RunStore,
  run: RunPlan,
  images: RunImages,
  task: Task,
): Promise<TaskResult<'instant-probe'>> {
  const all = Int32Array.from(images.places.keys());
  const rasters = await rasterReader(store, run, images.places, all, task);
  return runInstantProbe({ ...images, ...INSTANT_ORDER, layers: null, source: 'pretrained' }, { ...task, rasters });
}

/** Reads the rasters of some images, by their positions among the readable ones. */
async function rasterReader(
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

/** @param exactMost up to this number of images one process predicts all of them, with an exact kernel */
export const probePlanStep = (exactMost = EXACT_MOST): RunStep => ({
  name: 'probe-plan',
  title: 'Choosing views',
  output: probeFile('plan', 1, 0),
  work: (store, run, _, task) => prepareProbe(store, run, task, exactMost),
});
