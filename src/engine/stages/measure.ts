/**
 * Measures the images that wait for it: facts, thumbnails and rasters. Continues where a cancelled or killed run
 * stopped.
 */
import { integer } from '../../core/text/numbers';
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { PlumblineError } from '../../contract/errors';
import type { Catalog } from '../catalog/catalog';
import { storeMeasured, type MeasuredImage } from '../catalog/measured';
import { countPending, pendingAfter, type PendingImage } from '../catalog/scanned';
import { measureFile, readBuffer } from '../images/measure-file';
import { filePath } from '../files/paths';
import type { Task } from '../process/task';

const PAGE = 512;
/** One image per core, plus one that is read while the others are decoded. */
const LANES = availableParallelism() + 1;
/** A batch is stored when it reaches this number of images or this age. A killed process loses at most one batch. */
const BATCH = 64;
const BATCH_MS = 500;

function isThere(root: string): boolean {
  try {
    return statSync(root).isDirectory();
  } catch {
    return false;
  }
}

/** Yields the waiting rows one by one; reads them page by page. */
function* pending(catalog: Catalog): Generator<PendingImage> {
  for (let after = 0; ;) {
    const page = pendingAfter(catalog, after, PAGE);
    if (page.length === 0) return;
    yield* page;
    after = page.at(-1)!.id;
  }
}

/**
 * Measures every waiting image.
 * @throws PlumblineError folder-vanished (what was measured so far is kept), disk-full; the signal's reason when
 * cancelled
 */
export async function measureImages(catalog: Catalog, task: Task): Promise<{ measured: number }> {
  const total = countPending(catalog);
  const stage = 'measure';
  let done = 0;
  let stored = 0;
  let batch: MeasuredImage[] = [];
  let since = performance.now();
  const flush = () => {
    if (batch.length > 0) storeMeasured(catalog, batch);
    stored += batch.length;
    batch = [];
    since = performance.now();
  };
  const take = (result: MeasuredImage) => {
    const lost = 'unreadable' in result.outcome && ['vanished', 'io-error'].includes(result.outcome.unreadable.code);
    if (lost && !isThere(catalog.root)) {
      throw new PlumblineError(
        'folder-vanished',
        `The folder ${catalog.root} disappeared while it was indexed. ${integer(stored + batch.length)} of ${integer(total)} waiting images were measured and are kept; bring the folder back and index again to go on.`,
        {
          details: { root: catalog.root, kept: stored + batch.length, total },
        },
      );
    }
    batch.push(result);
    done += 1;
    if (batch.length >= BATCH || performance.now() - since > BATCH_MS) flush();
    task.progress({ stage, done, total });
  };
  const queue = pending(catalog);
  let failed = false;
  const worker = async () => {
    const into = readBuffer();
    for (const image of queue) {
      if (failed || task.signal.aborted) return;
      take(await measureFile(image.id, filePath(image.path, image.raw_path).absolute(catalog.root), into));
    }
  };
  task.progress({ stage, done, total });
  const workers = Array.from({ length: LANES }, () =>
    worker().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  const outcomes = await Promise.allSettled(workers);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  // After other failures, e.g. a full disk, storing the last batch could fail too and hide the reason.
  if (!failure || (failure.reason instanceof PlumblineError && failure.reason.code === 'folder-vanished')) flush();
  if (failure) throw failure.reason;
  task.signal.throwIfAborted();
  return { measured: stored };
}
