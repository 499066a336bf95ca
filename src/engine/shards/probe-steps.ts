/** The steps of the instant probe over the shards of a run. */
import { serialize } from 'node:v8';
import { RASTER_BYTES } from '../../core/images/raster';
import { groupLists } from '../../core/labels/copies';
import type { Task } from '../process/task';
import { chosenPenalties, USUAL_PENALTY } from '../training/instant/penalties';
import { judgeScores } from '../training/instant/rounds';
import {
  addTo,
  fitOf,
  mergeRowSums,
  mergeTargetSums,
  type RidgeBasis,
  type RowSums,
  type TargetSums,
} from '../training/instant/sums';
import type { ProbeState, RangeStep } from '../training/protocol/probe-range';
import {
  type ProbeCohort,
  probeFile,
  type ProbeRound,
  readCohort,
  readProbeFile,
  readProbeState,
  type RunImages,
} from './probe-files';
import { probeCohortStep } from './probe-cohort';
import { probeEmbedStep, probeMarksStep, shardEmbeddings } from './probe-embed';
import { probePlanStep } from './probe-plan';
import { solveRange, type States } from './probe-range';
import { files, type RunPlan } from './run';
import { readWholeFile, type RunStore } from './run-store';
import type { RunStep } from './run-step';
import { damaged } from './tables';

/** Features of a shard, from its own rasters and what the network puts out for its images. */
async function computeFeatures({ store, run, shard, range, task }: ShardWork, states: States): Promise<States> {
  const { places } = (await readProbeState<RunImages>(store, 'images', 1))!;
  const all = await readWholeFile(store, files.rasters(shard));
  const first = run.shards[shard]!.from;
  const rasterOf = (index: number): Uint8Array => {
    const at = (places[index]! - first) * RASTER_BYTES;
    if (at + RASTER_BYTES > all.length) throw damaged(store, files.rasters(shard), new Error('it is too short'));
    return all.subarray(at, at + RASTER_BYTES);
  };
  const rasters = (indices: Int32Array): Uint8Array => Buffer.concat(Array.from(indices, rasterOf));
  const embeddings = await shardEmbeddings(store, run, await readCohort(store), shard);
  return solveRange('features', range, states, task, { rasters, ...(embeddings && { embeddings }) });
}

interface ShardWork {
  readonly store: RunStore;
  readonly run: RunPlan;
  readonly shard: number;
  readonly range: ProbeCohort['ranges'][number];
  readonly task: Task;
}

/** The rows that groups of a shard need of other shards. */
async function sharedByOthers({ store, shard }: ShardWork): Promise<Uint8Array[]> {
  const { ranges } = await readCohort(store);
  const { groups } = (await readProbeState<RunImages>(store, 'images', 1))!;
  const { from, to } = ranges[shard]!;
  const wanted = new Set<number>();
  for (const group of groupLists(groups)) {
    if (!group.some((image) => image >= from && image < to)) continue;
    for (const image of group) wanted.add(ranges.findIndex((range) => image < range.to));
  }
  wanted.delete(shard);
  const others: Uint8Array[] = [];
  for (const other of [...wanted].sort((a, b) => a - b)) others.push((await readProbeFile(store, 'shared', 1, other))!);
  return others;
}

/** One after another, because those of all shards may not fit into memory. */
async function merged<T>(
  store: RunStore,
  { ranges }: ProbeCohort,
  name: ProbeState,
  round: ProbeRound,
  merge: (parts: readonly T[]) => T,
): Promise<T> {
  let sum: T | null = null;
  for (const [shard, { from, to }] of ranges.entries()) {
    if (from === to) continue;
    const part = (await readProbeState<T>(store, name, round, shard))!;
    sum = sum === null ? part : merge([sum, part]);
  }
  return sum!;
}

/** Whether a round takes place. */
async function takesPlace(store: RunStore, { probed }: ProbeCohort, round: ProbeRound): Promise<boolean> {
  return probed === 'in-shards' && (round === 1 || (await readProbeFile(store, 'doubts', 1)) !== null);
}

async function readStates(
  store: RunStore,
  names: readonly ProbeState[],
  round: ProbeRound,
  shard: number,
): Promise<States> {
  const states: States = {};
  for (const name of names) states[name] = (await readProbeFile(store, name, round, shard))!;
  const doubted = round === 2 ? await readProbeFile(store, 'doubts', 1) : null;
  return { ...states, ...(doubted && { doubts: doubted }) };
}

async function writeStates(
  store: RunStore,
  names: readonly ProbeState[],
  states: States,
  round: ProbeRound,
  shard: number,
): Promise<void> {
  for (const name of names) await store.write(probeFile(name, round, shard), states[name] ?? '');
}

interface Titled {
  readonly name: string;
  readonly title: string;
  readonly round: ProbeRound;
  readonly reads: readonly ProbeState[];
  /** The last one says that the step is done. */
  readonly writes: readonly ProbeState[];
}

function shardStep(
  { name, title, round, reads, writes }: Titled,
  compute: (work: ShardWork, states: States) => Promise<States>,
): RunStep {
  return {
    name,
    title,
    output: (shard) => probeFile(writes.at(-1)!, round, shard),
    work: async (store, run, shard, task) => {
      const cohort = await readCohort(store);
      const range = cohort.ranges[shard]!;
      const needed = range.from < range.to && (await takesPlace(store, cohort, round));
      const states = needed
        ? await compute({ store, run, shard, range, task }, await readStates(store, reads, round, shard))
        : {};
      await writeStates(store, writes, states, round, shard);
      return { images: range.to - range.from };
    },
  };
}

function wholeStep(
  { name, title, round, reads, writes }: Titled,
  compute: (store: RunStore, cohort: ProbeCohort, states: States, task: Task) => Promise<States>,
): RunStep {
  return {
    name,
    title,
    output: probeFile(writes.at(-1)!, round, 0),
    work: async (store, _, __, task) => {
      const cohort = await readCohort(store);
      const needed = await takesPlace(store, cohort, round);
      const states = needed ? await compute(store, cohort, await readStates(store, reads, round, 0), task) : {};
      await writeStates(store, writes, states, round, 0);
      return {};
    },
  };
}

const whole = { from: 0, to: 0 };

type RoundStep = 'targets' | 'fit' | 'errors' | 'choose' | 'scores' | 'judge';

function roundSteps(round: ProbeRound): RunStep[] {
  const step = (name: RoundStep, reads: ProbeState[], writes: ProbeState[]): Titled => ({
    name: `probe-${name}-${round}`,
    title: round === 1 ? 'Predicting labels' : 'Predicting labels again',
    round,
    reads,
    writes,
  });
  const ofRange =
    (name: RangeStep) =>
    ({ range, task }: ShardWork, states: States): Promise<States> =>
      solveRange(name, range, states, task);
  const withOthers =
    (name: RangeStep) =>
    async (work: ShardWork, states: States): Promise<States> =>
      solveRange(name, work.range, states, work.task, { others: await sharedByOthers(work) });
  return [
    // Those of the first round were computed with the rows.
    ...(round === 1 ? [] : [shardStep(step('targets', ['images', 'rows'], ['targets']), ofRange('targets'))]),
    wholeStep(step('fit', [], ['fit']), async (store, cohort) => {
      const sums = await merged<TargetSums>(store, cohort, 'targets', round, mergeTargetSums);
      const basis = (await readProbeState<RidgeBasis>(store, 'basis', round))!;
      return { fit: serialize(fitOf(basis, sums)) };
    }),
    shardStep(step('errors', ['images', 'fit', 'rows'], ['errors']), withOthers('errors')),
    wholeStep(step('choose', [], ['chosen']), async (store, cohort) => {
      const errors = await merged<Float64Array>(store, cohort, 'errors', round, ([sum, part]) => {
        addTo(sum!, part!);
        return sum!;
      });
      const before = round === 1 ? null : await readProbeState<number[]>(store, 'chosen', 1);
      return { chosen: serialize(await chosenPenalties(errors, before?.[0] ?? USUAL_PENALTY)) };
    }),
    shardStep(step('scores', ['images', 'fit', 'rows', 'chosen'], ['scores']), withOthers('scores')),
    wholeStep(step('judge', [], ['doubts', 'round']), async (store, { ranges }) => {
      const images = (await readProbeState<RunImages>(store, 'images', round))!;
      const scores = new Float32Array(images.labels.length * images.classes);
      // Piece by piece, because those of many images and classes fill the memory.
      const bytes = Buffer.from(scores.buffer);
      for (const [shard, { from }] of ranges.entries()) {
        const part = await readProbeFile(store, 'scores', round, shard);
        part?.copy(bytes, from * images.classes * Float32Array.BYTES_PER_ELEMENT);
      }
      const judged = judgeScores(
        scores,
        images,
        (await readProbeState<RidgeBasis>(store, 'basis', round))!,
        (await readProbeState<number[]>(store, 'chosen', round))!,
      );
      return { round: serialize(judged.round), ...(judged.doubts && { doubts: serialize(judged.doubts) }) };
    }),
  ];
}

/** In their order, after the groups of duplicates are known. */
export const probeSteps: readonly RunStep[] = [
  probeCohortStep(),
  probeMarksStep(),
  probePlanStep,
  probeEmbedStep(),
  shardStep(
    {
      name: 'probe-features',
      title: 'Computing features',
      round: 1,
      reads: ['images', 'plan'],
      writes: ['features', 'sums'],
    },
    computeFeatures,
  ),
  wholeStep(
    { name: 'probe-solve', title: 'Fitting features', round: 1, reads: ['plan'], writes: ['basis'] },
    async (store, cohort, states, task) => {
      const sums = await merged<RowSums>(store, cohort, 'sums', 1, mergeRowSums);
      return solveRange('solve', whole, { ...states, sums: serialize(sums) }, task);
    },
  ),
  shardStep(
    {
      name: 'probe-rotate',
      title: 'Fitting features',
      round: 1,
      reads: ['images', 'basis', 'features'],
      writes: ['rows', 'shared', 'targets'],
    },
    ({ range, task }, states) => solveRange('rotate', range, states, task),
  ),
  ...roundSteps(1),
  ...roundSteps(2),
];
