/** Copies files on worker threads, so that a slow disk does not block the engine. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { askThread } from '../process/ask-thread';
import { builtEntry } from '../process/entries';
import type { CopyAnswer, CopyBatch } from './copy-worker';
import type { PlaceResult, PlaceRequest } from './place';

/** Files per message: large enough that messages cost little, small enough for frequent progress and a quick cancel. */
const BATCH = 32;
const MOST_THREADS = 4;

/** A file that could not be placed, with the system's code. */
export class CopyFailure extends Error {
  override readonly name = 'CopyFailure';
  readonly code: string;
  readonly request: PlaceRequest;
  constructor(code: string, message: string, request: PlaceRequest) {
    super(message);
    this.code = code;
    this.request = request;
  }
}

/**
 * Places all files, in any order.
 * @param done called for every placed file, with the file's index
 * @throws CopyFailure for the first file that fails; the signal's reason when cancelled. Files placed before that stay.
 */
export async function placeAll(
  files: readonly PlaceRequest[],
  signal: AbortSignal,
  done: (index: number, placed: PlaceResult) => void,
): Promise<void> {
  signal.throwIfAborted();
  const threads = Math.max(1, Math.min(MOST_THREADS, availableParallelism(), Math.ceil(files.length / BATCH)));
  let next = 0;
  const workers = Array.from({ length: threads }, () => new Worker(builtEntry('engine/copy'), { execArgv: [] }));
  try {
    await Promise.all(
      workers.map(async (worker) => {
        while (next < files.length) {
          signal.throwIfAborted();
          const start = next;
          const batch = files.slice(start, start + BATCH);
          next += batch.length;
          const { placed, failure } = await ask(worker, { files: batch });
          placed.forEach((each, index) => done(start + index, each));
          if (failure !== null) throw new CopyFailure(failure.code, failure.message, batch[placed.length]!);
        }
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

const ask = (worker: Worker, batch: CopyBatch): Promise<CopyAnswer> => askThread(worker, batch, 'The copying thread');
