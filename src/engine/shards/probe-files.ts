/** The files of the instant probe in a run. */
import { deserialize } from 'node:v8';
import { z } from 'zod';
import type { ProbeState } from '../training/protocol/probe-range';
import { readRunJson, shardFile } from './run';
import { readWholeFile, type RunStore } from './run-store';

/** A round predicts all images; the second one doubts the labels that the first one found wrong. */
export type ProbeRound = 1 | 2;

export const COHORT_FILE = 'probe/cohort.json';

/** The result of a probe in one process. */
export const WHOLE_FILE = 'probe/whole.bin';

/** The readable images, in path order. */
const cohortSchema = z.object({
  /** Of the readable images. */
  classes: z.array(z.string()),
  /**
   * `none`: a probe has nothing to tell apart. `whole`: one process predicted all images, as without a cluster, because
   * they are few. In both cases the files of the steps in shards are empty.
   */
  probed: z.enum(['none', 'whole', 'in-shards']),
  /** The readable images of each shard, as positions among all readable images; `to` is exclusive. */
  ranges: z.array(z.object({ from: z.int(), to: z.int() })),
  /** Positions of the images on which the views are chosen: of all that one process predicts. Ascending. */
  marks: z.array(z.int()),
  /** Side in pixels of the pictures that the pretrained network gets; null: it is of no use for them, or absent. */
  side: z.int().nullable(),
});
export type ProbeCohort = z.infer<typeof cohortSchema>;

export const readCohort = (store: RunStore): Promise<ProbeCohort> => readRunJson(store, COHORT_FILE, cohortSchema);

const PER_SHARD: ReadonlySet<ProbeState> = new Set<ProbeState>([
  ...(['marks', 'embeddings', 'features', 'sums', 'rows', 'shared', 'targets', 'errors', 'scores'] as const),
]);
const PER_ROUND: ReadonlySet<ProbeState> = new Set<ProbeState>([
  ...(['targets', 'fit', 'errors', 'chosen', 'scores', 'round', 'doubts'] as const),
]);

/** @param shard ignored for a file of the whole run */
export function probeFile(name: ProbeState, round: ProbeRound, shard: number): string {
  const folder = PER_ROUND.has(name) ? `probe/round-${round}` : 'probe';
  return PER_SHARD.has(name) ? `${folder}/${name}/${shardFile(shard)}.bin` : `${folder}/${name}.bin`;
}

/**
 * Content of a file of the probe; null for an empty one, which says that the step had nothing to do.
 * @throws PlumblineError bad-run
 */
export async function readProbeFile(
  store: RunStore,
  name: ProbeState,
  round: ProbeRound,
  shard = 0,
): Promise<Buffer | null> {
  const bytes = await readWholeFile(store, probeFile(name, round, shard));
  return bytes.length === 0 ? null : bytes;
}

/** Data that a step of the probe wrote. The files of a run are all written by the same version. */
export async function readProbeState<T>(
  store: RunStore,
  name: ProbeState,
  round: ProbeRound,
  shard = 0,
): Promise<T | null> {
  const bytes = await readProbeFile(store, name, round, shard);
  return bytes && (deserialize(bytes) as T);
}

/** What all shards know of the readable images. Index i of each array is the same image. */
export interface RunImages {
  /** Places in the listing, ascending. */
  readonly places: Int32Array;
  readonly labels: Int32Array;
  readonly groups: Int32Array;
  readonly classes: number;
  readonly widths: Int32Array;
  readonly heights: Int32Array;
}
