/** Copies what the findings of a run are about, and a sample of the rest, into a folder that the app can open. */
import { hash } from 'node:crypto';
import type { z } from 'zod';
import { reportSchema, type Report } from '../../contract/model/report';
import type { copiesOfRunSchema } from '../../contract/model/run-copies';
import { byCodePoint } from '../../core/dataset/order';
import { csvLine } from '../../core/text/csv';
import { RUN_COPIES } from '../catalog/copy-record';
import type { Task } from '../process/task';
import type { SourceImage } from './archives/archive';
import { plannedImages } from './plan';
import { files, readRunJson, type RunPlan } from './run';
import type { RunStore } from './run-store';
import { inLanes, type ImageSource } from './source';

/** Images of one finding, worst first; all members of its first groups. */
const MOST_OF_FINDING = 2000;
const SAMPLE = 2000;
const LANES = 8;
const FOLDER = RUN_COPIES.folder;
/** Beside class folders, which tell the same. */
const FOLDER_TABLE = 'labels.csv';
/** A table of this name counts more than folders, which may look like classes. */
const TABLE = 'metadata.csv';

/** What one look at a finding shows. Groups are not cut. */
function flaggedBy({ images, groups }: Report['findings'][number]): string[] {
  const paths = images.slice(0, MOST_OF_FINDING);
  let members = 0;
  for (const group of groups) {
    members += group.length;
    if (members > MOST_OF_FINDING) break;
    paths.push(...group);
  }
  return paths;
}

/** A number from 0 to 1 that depends on the path alone, so that every cut into shards gives the same sample. */
const lot = (path: string): number => Number.parseInt(hash('sha256', path, 'hex').slice(0, 12), 16) / 2 ** 48;

/**
 * The copies have the paths of the originals, so that decisions about them are decisions about the originals. A file
 * that can no longer be read is left out.
 * @throws PlumblineError bad-run
 */
export async function copyFlagged(
  store: RunStore,
  run: RunPlan,
  source: ImageSource,
  task: Task,
): Promise<{ flagged: number; sample: number; left: number }> {
  const { findings } = await readRunJson(store, files.report, reportSchema);
  const flagged = new Set(findings.flatMap(flaggedBy));
  // More than are wanted, because a small share of some lots is not exactly that share.
  const most = (2 * SAMPLE + 100) / Math.max(1, run.images);
  const chosen: SourceImage[] = [];
  const drawn: { image: SourceImage; lot: number }[] = [];
  for (const shard of run.shards.keys())
    for (const image of await plannedImages(store, run, shard)) {
      if (image.unreadable !== null) continue;
      const drew = lot(image.path);
      if (flagged.has(image.path)) chosen.push(image);
      else if (drew < most) drawn.push({ image, lot: drew });
    }
  const sample = drawn.sort((a, b) => a.lot - b.lot).slice(0, SAMPLE);
  // In their order, because the images of an archive are read together.
  const all = [...chosen, ...sample.map(({ image }) => image)].sort((a, b) => byCodePoint(a.path, b.path));
  const there = new Set(await store.list(FOLDER));
  let [done, left] = [0, 0];
  await inLanes(all, LANES, async (image) => {
    task.signal.throwIfAborted();
    const name = `${FOLDER}/${image.path}`;
    if (!there.has(name)) {
      const bytes = await source.read(image);
      if (bytes === null) left += 1;
      else await store.write(name, bytes);
    }
    task.progress({ stage: 'copy', done: (done += 1), total: all.length });
  });
  const byFolder = ['class-folders', 'split-class-folders'].includes(run.layout.kind);
  await store.write(`${FOLDER}/${byFolder ? FOLDER_TABLE : TABLE}`, labelTable(all));
  const counts = { flagged: chosen.length, sample: sample.length, left };
  const copies: z.infer<typeof copiesOfRunSchema> = {
    source: run.source,
    images: run.images,
    ...counts,
    findings: findings.map(({ title }) => title),
  };
  await store.write(files.copies, JSON.stringify(copies));
  return counts;
}

function labelTable(images: readonly SourceImage[]): string {
  const splits = images.some(({ split }) => split !== null);
  return [
    csvLine(['file_name', 'label', ...(splits ? ['split'] : [])]),
    ...images.map(({ path, ownClass, split }) => csvLine([path, ownClass, ...(splits ? [split] : [])])),
  ].join('');
}
