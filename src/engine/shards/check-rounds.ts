/** The checks in shards: a first round, the surveys of the few checks that have one, and a second round for these. */
import type { CheckContext, CheckGlobal, KnownImage, Listing, Shard } from '../../core/checks/check';
import { checks } from '../../core/checks/index';
import {
  concludeSurveys,
  type FirstRound,
  firstRound,
  mergeFirstRound,
  mergeSecondRound,
  secondRound,
  withTotals,
} from '../../core/checks/rounds';
import { thresholdsWith } from '../../core/checks/thresholds';
import { byCodePoint } from '../../core/dataset/order';
import { RASTER_BYTES } from '../../core/images/raster';
import { type ImageRow, recordOf } from '../catalog/records';
import { groupsSchema, type RunGroups } from './groups';
import { pack, unpack } from './packed';
import { runListingSchema } from './plan';
import { files, readRunJson, type RunPlan, shardOf } from './run';
import { readWholeFile, type RunStore } from './run-store';
import { damaged, readRunRows } from './tables';

type ByCheck = ReturnType<typeof secondRound>;

/** What the second round and the conclusions know of the first one. */
interface Surveys {
  readonly first: FirstRound;
  readonly surveyed: ByCheck;
}

const contextOf = ({ layout, classes, splits, thresholds }: RunPlan): CheckContext => ({
  layout,
  classes,
  splits,
  thresholds: thresholdsWith(thresholds),
});

async function readShard(store: RunStore, run: RunPlan, shard: number): Promise<Shard> {
  const { from, to } = shardOf(run, shard);
  const images = (await readRunRows(store, files.facts(shard), to - from)).map((row) =>
    recordOf(row as unknown as ImageRow),
  );
  const rasters = await readWholeFile(store, files.rasters(shard));
  if (rasters.length !== images.length * RASTER_BYTES)
    throw damaged(store, files.rasters(shard), new Error('it has the wrong size'));
  return {
    images,
    raster: (image) => {
      const at = image - from;
      return images[at]?.facts ? rasters.subarray(at * RASTER_BYTES, (at + 1) * RASTER_BYTES) : null;
    },
  };
}

async function readPacked<T>(store: RunStore, name: string): Promise<T> {
  const bytes = await readWholeFile(store, name);
  try {
    return unpack(bytes) as T;
  } catch (error) {
    throw damaged(store, name, error);
  }
}

/**
 * Merges the partials of all shards in their order. Neighbours of about equal size are merged first, because some
 * merges copy lists.
 */
async function mergedShards<T>(
  { shards }: RunPlan,
  read: (shard: number) => Promise<T>,
  merge: (first: T, second: T) => T,
): Promise<T> {
  const waiting: { readonly part: T; readonly shards: number }[] = [];
  const join = (): void => {
    const second = waiting.pop()!;
    const first = waiting.pop()!;
    waiting.push({ part: merge(first.part, second.part), shards: first.shards + second.shards });
  };
  for (const shard of shards.keys()) {
    waiting.push({ part: await read(shard), shards: 1 });
    while (waiting.length > 1 && waiting.at(-2)!.shards <= waiting.at(-1)!.shards) join();
  }
  while (waiting.length > 1) join();
  return waiting[0]!.part;
}

/** The first round of a shard. */
export async function checkShard(store: RunStore, run: RunPlan, shard: number): Promise<{ bytes: number }> {
  const bytes = pack(firstRound(checks, await readShard(store, run, shard), contextOf(run)));
  await store.write(files.checks(shard), bytes);
  return { bytes: bytes.length };
}

async function listingOf(store: RunStore, { reading }: RunPlan): Promise<Listing> {
  const { skipped, emptyClasses } = await readRunJson(store, files.listing, runListingSchema);
  return {
    otherFiles: skipped.map(({ path }) => path).sort(byCodePoint),
    emptyClasses: [...emptyClasses].sort(
      (a, b) => byCodePoint(a.className, b.className) || byCodePoint(a.split ?? '', b.split ?? ''),
    ),
    ...(reading.contradicting.length > 0 && { contradicting: reading.contradicting }),
  };
}

/** What the conclusions know besides the partials. */
export async function foundIn(
  store: RunStore,
  run: RunPlan,
  image: CheckGlobal['image'],
): Promise<Omit<CheckGlobal, 'totals'> & { readonly groups: RunGroups }> {
  const groups = await readRunJson(store, files.groups, groupsSchema);
  return {
    ...contextOf(run),
    groups,
    listing: await listingOf(store, run),
    exactGroups: groups.exact,
    nearGroups: groups.near,
    turnedGroups: groups.turned,
    labels: null,
    image,
  };
}

/** The images of groups, from the facts of all shards. */
async function imagesOfGroups(store: RunStore, run: RunPlan): Promise<Map<number, KnownImage>> {
  const { exact, near, turned } = await readRunJson(store, files.groups, groupsSchema);
  const wanted = new Set([...exact, ...near, ...turned].flatMap(({ members }) => members));
  const known = new Map<number, KnownImage>();
  for (const [shard, { from, to }] of run.shards.entries())
    for (const row of wanted.size === 0 ? [] : await readRunRows(store, files.facts(shard), to - from))
      if (wanted.has(Number(row['id']))) known.set(Number(row['id']), recordOf(row as unknown as ImageRow));
  return known;
}

/** Merges the first round, and concludes the surveys. */
export async function surveyRun(store: RunStore, run: RunPlan): Promise<{ bytes: number }> {
  const first = await mergedShards(
    run,
    (shard) => readPacked<FirstRound>(store, files.checks(shard)),
    (a, b) => mergeFirstRound(checks, a, b),
  );
  const images = await imagesOfGroups(store, run);
  const global = withTotals(await foundIn(store, run, (id) => images.get(id)), first);
  const bytes = pack({ first, surveyed: concludeSurveys(checks, first, global) } satisfies Surveys);
  await store.write(files.surveys, bytes);
  return { bytes: bytes.length };
}

/** The second round of a shard. */
export async function recheckShard(store: RunStore, run: RunPlan, shard: number): Promise<{ bytes: number }> {
  const { surveyed } = await readSurveys(store);
  const bytes = pack(secondRound(checks, await readShard(store, run, shard), contextOf(run), surveyed));
  await store.write(files.rechecks(shard), bytes);
  return { bytes: bytes.length };
}

const readSurveys = (store: RunStore): Promise<Surveys> => readPacked<Surveys>(store, files.surveys);

/** Both rounds over all shards. */
export async function readRounds(store: RunStore, run: RunPlan): Promise<Surveys & { readonly second: ByCheck }> {
  const surveys = await readSurveys(store);
  const second = await mergedShards(
    run,
    (shard) => readPacked<ByCheck>(store, files.rechecks(shard)),
    (a, b) => mergeSecondRound(checks, a, b),
  );
  return { ...surveys, second };
}
