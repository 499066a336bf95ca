/** Shares the work of the audit process among threads, so that no core is idle while one compares. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { StructureComparison, MadeComparison } from '../../core/duplicates/changed';
import type { Catalog } from '../catalog/catalog';
import { askThread } from '../process/ask-thread';
import { builtEntry } from '../process/entries';
import { storeFolders } from './audit';
import type { ThreadAnswer, ThreadOrder, ThreadStore } from './audit-thread';

/** With fewer comparisons, the start of a thread costs more than it saves. */
const WORTH_THREADS = 500;
/** Comparisons in an order: about a tenth of a second. */
const BATCH = 100;
const MOST_THREADS = 8;

/**
 * Makes comparisons on all cores, and computes the places of the images beside them.
 * @param done called with the number of comparisons that are made
 * @returns null if there are too few comparisons: then nothing is done
 */
export async function compareInThreads(
  catalog: Catalog,
  comparisons: readonly StructureComparison[],
  done: (comparisons: number) => void,
  threads = Math.min(MOST_THREADS, availableParallelism()),
): Promise<MadeComparison[] | null> {
  if (comparisons.length < WORTH_THREADS || threads < 2) return null;
  const orders: ThreadOrder[] = ['places'];
  for (let from = 0; from < comparisons.length; from += BATCH) orders.push(comparisons.slice(from, from + BATCH));
  const queue = orders.values();
  const made: MadeComparison[] = [];
  const workerData: ThreadStore = { folders: storeFolders(catalog), id: catalog.id };
  const workers = Array.from(
    { length: threads },
    () => new Worker(builtEntry('engine/audit-thread'), { workerData, execArgv: [] }),
  );
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (const order of queue) {
          made.push(...(await ask(worker, order)));
          done(made.length);
        }
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return made;
}

const ask = (worker: Worker, order: ThreadOrder): Promise<ThreadAnswer> =>
  askThread(worker, order, 'A thread of the audit');
