/** The first step of a run: lists the source and cuts its images into shards. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { LayoutKind, NamedReading } from '../../contract/model/dataset';
import { skippedSchema } from '../../contract/model/dataset';
import { byCodePoint, orderSplits } from '../../core/dataset/order';
import type { ScannedImage } from '../catalog/scanned';
import type { RunRow } from '../catalog/run-rows';
import { installedBackbone } from '../process/backbone';
import type { Task } from '../process/task';
import type { SourceImage } from './archives/archive';
import { plannedNetwork } from './probe-network';
import { files, findRun, newRun, type RunPlan, type ShardRange } from './run';
import { badRun, type RunStore } from './run-store';
import type { ImageSource } from './source';
import { readRunRows, writeRunRows } from './tables';

export const runListingSchema = z.object({
  skipped: z.array(skippedSchema.extend({ path: z.string() })),
  emptyClasses: z.array(z.object({ className: z.string(), split: z.string().nullable() })),
});

export interface PlanOptions {
  /** Null: by the number of images. */
  readonly shards: number | null;
  readonly layout?: LayoutKind;
  readonly named?: NamedReading;
  readonly thresholds?: Readonly<Record<string, number>>;
  readonly probe?: RunPlan['probe'];
}

/** The rasters of a shard are written as one piece: 50 MB. */
const IMAGES_PER_SHARD = 4096;
/** A small data set is cut too, so that all cores work. */
const FEWEST_PER_SHARD = 256;
const SHARDS_OF_SMALL = 8;

function rangesOf(images: number, wanted: number | null): ShardRange[] {
  const small = Math.min(SHARDS_OF_SMALL, Math.ceil(images / FEWEST_PER_SHARD));
  const count = Math.max(1, wanted ?? Math.max(small, Math.ceil(images / IMAGES_PER_SHARD)));
  const size = Math.max(1, Math.ceil(images / count));
  return Array.from({ length: Math.max(1, Math.ceil(images / size)) }, (_, shard) => ({
    from: shard * size,
    to: Math.min(images, (shard + 1) * size),
  }));
}

const planColumns = [
  ...['id', 'path', 'raw_path', 'class_name', 'split', 'extension', 'bytes', 'modified'],
  ...['unreadable_code', 'unreadable_reason', 'archive', 'archive_at'],
];

const planRow = (image: SourceImage, id: number): RunRow => ({
  id,
  path: image.path,
  raw_path: image.rawPath === null ? null : image.rawPath.toString('hex'),
  class_name: image.ownClass,
  split: image.split,
  extension: image.extension,
  bytes: image.bytes,
  modified: image.modified,
  unreadable_code: image.unreadable?.code ?? null,
  unreadable_reason: image.unreadable?.reason ?? null,
  archive: image.member?.archive ?? null,
  archive_at: image.member?.at ?? null,
});

/** The images of a shard as the plan saw them. */
export async function plannedImages(store: RunStore, run: RunPlan, shard: number): Promise<SourceImage[]> {
  const { from, to } = run.shards[shard]!;
  const rows = await readRunRows(store, files.plan(shard), to - from, planColumns);
  return rows.map((row) => ({
    path: String(row['path']),
    rawPath: row['raw_path'] === null ? null : Buffer.from(String(row['raw_path']), 'hex'),
    extension: String(row['extension']),
    bytes: Number(row['bytes']),
    modified: Number(row['modified']),
    ownClass: String(row['class_name']),
    split: row['split'] === null ? null : String(row['split']),
    unreadable:
      row['unreadable_code'] === null
        ? null
        : ({ code: row['unreadable_code'], reason: String(row['unreadable_reason']) } as ScannedImage['unreadable']),
    ...(row['archive'] !== null && { member: { archive: String(row['archive']), at: Number(row['archive_at']) } }),
  }));
}

/** @throws PlumblineError bad-run if the folder already has the run of another source or with other shards */
function checkSame(
  run: RunPlan,
  store: RunStore,
  source: ImageSource,
  { shards, thresholds = {}, probe = 'none', named }: PlanOptions,
): void {
  const differs =
    run.source !== source.uri
      ? `of ${run.source}`
      : shards !== null && rangesOf(run.images, shards).length !== run.shards.length
        ? `with ${run.shards.length} shards`
        : JSON.stringify(Object.entries(run.thresholds).sort()) !== JSON.stringify(Object.entries(thresholds).sort())
          ? 'with other thresholds'
          : run.probe !== probe
            ? `${run.probe === 'none' ? 'without' : 'with'} a probe`
            : !isDeepStrictEqual(run.named, named ?? null)
              ? 'that reads the source in another way'
              : null;
  if (differs !== null)
    throw badRun(
      `${store.uri} already holds a run ${differs}. Name another folder for this one, or delete that one first.`,
    );
}

/**
 * Plans a run, or finds the one that is there.
 * @param backbone the pretrained network of this machine; null: it has none
 * @throws PlumblineError as `ImageSource.list` and `findRun`
 */
export async function planRun(
  store: RunStore,
  source: ImageSource,
  options: PlanOptions,
  task: Task,
  backbone = installedBackbone(),
): Promise<RunPlan> {
  const planned = await findRun(store);
  if (planned !== null) {
    checkSame(planned, store, source, options);
    return planned;
  }
  task.progress({ stage: 'scan', done: 0, total: null });
  const contents = await source.list(task, options.named ?? null, options.layout);
  const images = contents.images
    .filter(({ ownClass }) => ownClass !== null)
    .sort((a, b) => byCodePoint(a.path, b.path));
  const shards = rangesOf(images.length, options.shards);
  const classes = new Set([
    ...images.map(({ ownClass }) => ownClass!),
    ...contents.emptyClasses.map(({ className }) => className),
  ]);
  for (const [shard, { from, to }] of shards.entries())
    await writeRunRows(
      store,
      files.plan(shard),
      images.slice(from, to).map((image, i) => planRow(image, from + i)),
      planColumns,
    );
  const { skipped, emptyClasses, layouts, layout, record } = contents;
  await store.write(files.listing, JSON.stringify({ skipped, emptyClasses }));
  const run = newRun({
    source: source.uri,
    images: images.length,
    shards,
    classes: [...classes].sort(byCodePoint),
    splits: orderSplits([...new Set([...images, ...contents.emptyClasses].flatMap(({ split }) => split ?? []))]),
    layouts,
    layout,
    reading: record,
    named: options.named ?? null,
    thresholds: { ...options.thresholds },
    probe: options.probe ?? 'none',
    network: plannedNetwork(backbone),
  });
  // Last, because a run exists when this file does.
  await store.write(files.run, JSON.stringify(run, null, 1));
  return run;
}
