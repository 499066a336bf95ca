/** The engine on its port: data sets, jobs and handlers for one client. */
import { engineApi } from '../../contract/api';
import { PlumblineError } from '../../contract/errors';
import type { EventPayload } from '../../contract/api';
import { dropFacts, type Port } from '../../contract/rpc/port';
import { createServer } from '../../contract/rpc/server';
import type { CatalogFolders } from '../catalog/catalog';
import { Datasets } from './datasets';
import { damagedIndex, isStoreError, storeFailure } from '../process/failures';
import { createHandlers } from './handlers';
import { JobRunner } from './jobs';
import { LiveLabs } from '../stages/live-labs';
import { TrainingWatches } from '../stages/training-watches';
import { silentLog, type Log } from '../../host/process-log';
import { SampleWriting } from './sample-writing';
import { Unpacking } from './unpacking';
import { createWorks } from './works';

function datasetOf(params: unknown): string | null {
  return typeof params === 'object' && params !== null && 'dataset' in params && typeof params.dataset === 'string'
    ? params.dataset
    : null;
}

export interface Served {
  /** Stops running jobs, keeps the work they have done, and closes every file. */
  readonly drain: () => Promise<void>;
}

/**
 * Logs the start and the end of each job, but not its progress.
 * @param running ids of the jobs that have started
 */
function logJob(
  log: Log,
  running: Set<string>,
  { job, kind, dataset, state, startedAt, endedAt, error }: EventPayload<'job'>,
): void {
  if (state === 'running') {
    if (!running.has(job)) log.info('job-started', { job, kind, dataset });
    running.add(job);
    return;
  }
  running.delete(job);
  const seconds = ((endedAt ?? startedAt) - startedAt) / 1000;
  const write = state === 'failed' ? log.error : log.info;
  write('job-ended', {
    job,
    kind,
    dataset,
    state,
    seconds,
    ...(error && { code: error.code, message: error.message }),
  });
}

/**
 * Starts an engine on a port. `onDrained` is called when the engine has stopped, after a `drain` frame or after the
 * port was closed.
 * @param early whether the client shows the first findings while an index runs. They take a part of the processor
 */
export function serve(
  port: Port,
  folders: CatalogFolders,
  onDrained: () => void,
  log: Log = silentLog,
  early = true,
): Served {
  const running = new Set<string>();
  const jobs = new JobRunner((status) => {
    server.emit('job', status);
    logJob(log, running, status);
    // In a later turn of the event loop, because the job still uses the file now.
    if (status.error?.code === 'catalog-broken') setImmediate(() => datasets.discardBroken(status.dataset));
  });
  const datasets = new Datasets(folders, (name, payload) => server.emit(name, payload), jobs);
  const sample = new SampleWriting(folders.cache, (name, payload) => server.emit(name, payload));
  const unpacking = new Unpacking(folders.cache, (name, payload) => server.emit(name, payload));
  const labs = new LiveLabs((payload) => server.emit('lab-changed', payload));
  const watches = new TrainingWatches((name, payload) => server.emit(name, payload));

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
    // While the engine stops, no call may open a data set.
    server.refuse(new PlumblineError('engine-exited', 'The engine has stopped.'));
    watches.stopAll();
    return (drained ??= Promise.all([jobs.drain(), unpacking.drain()]).then(() => datasets.close()));
  };
  const leave = () => void drain().then(onDrained, onDrained);

  const server = createServer(port, {
    api: engineApi,
    handlers: createHandlers({
      folders,
      datasets,
      jobs,
      labs,
      watches,
      unpacking,
      sample,
      works: createWorks(datasets, labs, early),
    }),
    callers: 'shell',
    onDropped: (reason, details) => log.warn('frame-dropped', dropFacts('engine', reason, details)),
    onDrain: leave,
    explain,
  });
  port.whenClosed(leave);
  server.greet(process.pid);
  return { drain };
}
