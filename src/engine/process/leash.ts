/** Ends this process when the one that started it has ended, even while its event loop is blocked. */
import { Worker } from 'node:worker_threads';
import { builtEntry } from './entries';

/**
 * Only for processes that may be killed at any moment.
 * @param parent process id of the parent
 */
export function endWithParent(parent: number): void {
  new Worker(builtEntry('engine/leash'), { workerData: parent, execArgv: [] }).unref();
}

/** Ends this process when its standard input, a pipe, is closed: the other end is in the process that started it. */
export function endWithInput(): void {
  new Worker(builtEntry('engine/leash'), { workerData: 'input', execArgv: [] }).unref();
}
