/** The engine behind its port: data sets, jobs and handlers, served to one client. */
import { engineApi } from '../../contract/api';
import { PlumblineError } from '../../contract/errors';
import { describeDrop, type OnDropped, type Port } from '../../contract/rpc/port';
import { createServer } from '../../contract/rpc/server';
import type { CatalogFolders } from '../catalog/catalog';
import { Datasets } from './datasets';
import { damagedIndex, isStoreError, storeFailure } from '../process/failures';
import { createHandlers } from './handlers';
import { JobRunner } from './jobs';
import { LiveLabs } from '../stages/live-labs';
import { createWorks } from './works';

function datasetOf(params: unknown): string | null {
  return typeof params === 'object' && params !== null && 'dataset' in params && typeof params.dataset === 'string'
    ? params.dataset
    : null;
}

export interface Served {
  /** Stops what runs, keeping what it has done, and closes every file. */
  readonly drain: () => Promise<void>;
}

const dropToStderr: OnDropped = (reason, details) =>
  void process.stderr.write(`${describeDrop('engine', reason, details)}\n`);

/**
 * Starts an engine on a port. `onDrained` is called after a `drain` frame, or the loss of the other side, was honoured.
 */
export function serve(
  port: Port,
  folders: CatalogFolders,
  onDrained: () => void,
  onDropped: OnDropped = dropToStderr,
): Served {
  const jobs = new JobRunner((status) => {
    server.emit('job', status);
    // On a later turn the job no longer holds the file.
    if (status.error?.code === 'catalog-broken') setImmediate(() => datasets.discardBroken(status.dataset));
  });
  const datasets = new Datasets(folders, (name, payload) => server.emit(name, payload), jobs);
  const labs = new LiveLabs((payload) => server.emit('lab-changed', payload));

  const explain = (error: unknown, params: unknown): unknown => {
    if (!isStoreError(error)) return error;
    const dataset = datasetOf(params);
    const failure = storeFailure(error, folders.cache, 'the index of this data set');
    if (failure.code !== 'catalog-broken' || dataset === null) return failure;
    datasets.discardBroken(dataset);
    return damagedIndex(error, folders.cache);
  };

  let drained: Promise<void> | null = null;
  const drain = () => {
    // An engine that drains opens nothing any more.
    server.refuse(new PlumblineError('engine-exited', 'The engine has stopped.'));
    return (drained ??= jobs.drain().then(() => datasets.close()));
  };
  const leave = () => void drain().then(onDrained, onDrained);

  const server = createServer(port, {
    api: engineApi,
    handlers: createHandlers({ folders, datasets, jobs, labs, works: createWorks(datasets, labs) }),
    callers: 'shell',
    onDropped,
    onDrain: leave,
    explain,
  });
  port.whenClosed(leave);
  server.greet(process.pid);
  return { drain };
}
