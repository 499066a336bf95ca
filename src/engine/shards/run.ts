/** What all steps of a run know: `run.json`, and the names of the files. */
import { z } from 'zod';
import { folderReadingSchema, layoutSchema, namedReadingSchema } from '../../contract/model/dataset';
import { DUPLICATES_VERSION } from '../../core/duplicates/search';
import { measureVersion } from '../../core/images/measure';
import { RUN_COPIES } from '../catalog/copy-record';
import { VERSION } from '../process/version';
import { layerSchema } from '../training/protocol/embed';
import { badRun, readWholeFile, type RunStore } from './run-store';
import { damaged } from './tables';

/** To be raised when a step of the probe computes or stores something else. */
const PROBE_STEPS_VERSION = 2;

const RUN_SCHEMA = 'plumbline.run/1';

export const runSchema = z.object({
  schema: z.literal(RUN_SCHEMA),
  plumbline: z.string(),
  /** Of the code that measures, compares and predicts: files of other versions are not mixed. */
  code: z.string(),
  /** Folder or `s3://…`. */
  source: z.string(),
  images: z.int().nonnegative(),
  /** Contiguous ranges of the images in path order (code points); `to` is exclusive. */
  shards: z.array(z.object({ from: z.int().nonnegative(), to: z.int().nonnegative() })),
  /** All classes in code-point order, empty ones too. */
  classes: z.array(z.string()),
  /** train, val, test first, then others by name; empty where there are none. */
  splits: z.array(z.string()),
  layouts: z.array(layoutSchema),
  layout: layoutSchema,
  reading: folderReadingSchema,
  /** How the user wanted the source to be read; null: as detected. */
  named: namedReadingSchema.nullable(),
  /** Thresholds that differ from their defaults. */
  thresholds: z.record(z.string(), z.number()),
  /** Whether the labels are judged. */
  probe: z.enum(['none', 'instant']),
  /**
   * The pretrained network of the probe, the same on all machines, with the parts of its rows; null: the machine that
   * planned the run has none.
   */
  network: z.object({ name: z.string(), layers: z.array(layerSchema).min(1) }).nullable(),
});
export type RunPlan = z.infer<typeof runSchema>;
export type ShardRange = RunPlan['shards'][number];

export const codeVersion = `${measureVersion(null)}.${DUPLICATES_VERSION}.${PROBE_STEPS_VERSION}`;

export function newRun(parts: Omit<RunPlan, 'schema' | 'plumbline' | 'code'>): RunPlan {
  return { schema: RUN_SCHEMA, plumbline: VERSION, code: codeVersion, ...parts };
}

const RUN_FILE = 'run.json';
/** Name of a shard in the names of its files. */
export const shardFile = (shard: number): string => String(shard).padStart(5, '0');

/** The files of a shard. */
export const files = {
  run: RUN_FILE,
  /** What the scan found besides the images. */
  listing: 'listing.json',
  plan: (shard: number): string => `plan/${shardFile(shard)}.parquet`,
  facts: (shard: number): string => `facts/${shardFile(shard)}.parquet`,
  rasters: (shard: number): string => `rasters/${shardFile(shard)}.bin`,
  thumbnails: (shard: number): string => `thumbnails/${shardFile(shard)}.bin`,
  sketches: (shard: number): string => `sketches/${shardFile(shard)}.bin`,
  candidates: 'partials/candidates.bin',
  proofs: (part: number): string => `partials/proofs/${shardFile(part)}.bin`,
  groups: 'partials/groups.json',
  checks: (shard: number): string => `partials/checks/${shardFile(shard)}.bin`,
  surveys: 'partials/surveys.bin',
  rechecks: (shard: number): string => `partials/rechecks/${shardFile(shard)}.bin`,
  findings: 'findings.parquet',
  report: 'report.json',
  page: RUN_COPIES.report,
  copies: RUN_COPIES.record,
} as const;

export async function readRunJson<T>(store: RunStore, name: string, schema: z.ZodType<T>): Promise<T> {
  return parsed(store, name, await readWholeFile(store, name), schema);
}

function parsed<T>(store: RunStore, name: string, bytes: Buffer, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw damaged(store, name, error);
  }
}

/**
 * @returns null for a folder in which no run was planned
 * @throws PlumblineError bad-run, also for the run of another version
 */
export async function findRun(store: RunStore): Promise<RunPlan | null> {
  const bytes = await store.find(RUN_FILE);
  if (bytes === null) return null;
  // Alone first, because runs of other versions have other fields.
  const run = parsed(store, RUN_FILE, bytes, runSchema.pick({ plumbline: true, code: true }));
  if (run.code !== codeVersion || run.plumbline !== VERSION)
    throw badRun(
      `The run ${store.uri} was started by Plumbline ${run.plumbline}, and this is ${VERSION} with other measures, comparisons or predictions. Go on with that version on all machines, or name another folder for a new run.`,
    );
  return parsed(store, RUN_FILE, bytes, runSchema);
}

/** @throws PlumblineError bad-run */
export async function plannedRun(store: RunStore): Promise<RunPlan> {
  const run = await findRun(store);
  if (run === null)
    throw badRun(`There is no run in ${store.uri}. Check the address, or start one with “plumbline audit … --on”.`);
  return run;
}

/** @throws PlumblineError bad-run for a shard that the run does not have */
export function shardOf(run: RunPlan, shard: number): ShardRange {
  const range = run.shards[shard];
  if (range === undefined) throw badRun(`The run has no shard ${shard}: its shards are 0 to ${run.shards.length - 1}.`);
  return range;
}

/** The error of a machine that finds no image of a shard. */
export function unseenShard(run: RunPlan, shard: number): Error {
  const { from, to } = shardOf(run, shard);
  return badRun(
    `None of the ${to - from} files of shard ${shard} can be found in ${run.source}. Check that this machine sees the source under that address, and start the same command again.`,
  );
}
