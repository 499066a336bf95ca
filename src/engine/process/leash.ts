/** Ends this process when its parent has ended, even while its event loop is blocked. */
import { Worker } from 'node:worker_threads';
import { builtEntry } from './entries';

/**
 * Only for processes that may be killed at any moment.
 * @param parent process id of the parent
 */
export function endWithParent(parent: number): void {
  new Worker(builtEntry('engine/leash'), { workerData: parent, execArgv: [] }).unref();
}
