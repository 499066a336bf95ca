/** Entry point of a copying thread: receives a batch of files, places them and answers once for the whole batch. */
import { parentPort } from 'node:worker_threads';
import { systemCode } from '../process/failures';
import { placeFile, type PlaceResult, type PlaceRequest } from './place';

export interface CopyBatch {
  readonly files: readonly PlaceRequest[];
}

/** One result per file. When a file fails: the results of the files before it, and the failure. */
export interface CopyAnswer {
  readonly placed: PlaceResult[];
  readonly failure: { readonly code: string; readonly message: string } | null;
}

parentPort?.on('message', ({ files }: CopyBatch) => {
  const placed: PlaceResult[] = [];
  let failure: CopyAnswer['failure'] = null;
  try {
    for (const file of files) placed.push(placeFile(file));
  } catch (error) {
    failure = { code: systemCode(error), message: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage({ placed, failure } satisfies CopyAnswer);
});
