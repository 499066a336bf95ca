/** Entry of a copying thread: takes batches of files, answers each when it lies in the export. */
import { parentPort } from 'node:worker_threads';
import { systemCode } from '../process/failures';
import { placeFile, type PlaceResult, type PlaceRequest } from './place';

export interface CopyBatch {
  readonly files: readonly PlaceRequest[];
}

/** As many results as files, unless one failed: then those before it, and the reason. */
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
