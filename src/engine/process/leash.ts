/** Ends this process when the one that started it is gone, however long its own loop is busy and hears nothing. */
import { Worker } from 'node:worker_threads';
import { builtEntry } from './entries';

/** For processes that can be killed at any moment. @param parent process id of who started this one */
export function endWithParent(parent: number): void {
  new Worker(builtEntry('engine/leash'), { workerData: parent, execArgv: [] }).unref();
}
