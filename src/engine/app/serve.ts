/** Frame → parse → handler → parse → frame. Nothing passes either way that the contract does not name. */
import { engineApi, events, jobStarted, type EngineCall, type EventName, type EventPayload } from '../../contract/api';
import { PlumblineError, toWire } from '../../contract/errors';
import { PROTOCOL_VERSION, toEngineFrameSchema, type FromEngineFrame } from '../../contract/frames';
import type { CatalogFolders } from '../catalog/catalog';
import { Datasets } from './datasets';
import { damagedIndex, isStoreError, storeFailure } from '../process/failures';
import type { Handlers } from './handler';
import { createHandlers } from './handlers';
import { JobRunner } from './jobs';
import { LiveLabs } from '../stages/live-labs';
import type { Port } from '../process/port';
import { createWorks } from './works';

function isCall(name: string): name is EngineCall {
  return Object.hasOwn(engineApi, name);
}

/** @param untrusted comes from a window: calls that take paths are refused */
async function answer(handlers: Handlers, name: string, params: unknown, untrusted: boolean): Promise<unknown> {
  if (!isCall(name)) throw new PlumblineError('not-found', `There is no call ${name}.`, { details: { name } });
  const entry = engineApi[name];
  if (entry.trusted && untrusted)
    throw new PlumblineError('forbidden', `A window may not call ${name}.`, { details: { name } });
  const parsed = entry.params.safeParse(params);
  if (!parsed.success)
    throw new PlumblineError('bad-request', `The parameters of ${name} are not in the agreed form.`, {
      details: { name },
      cause: parsed.error,
    });
  // The name picks schema and handler, so they fit each other: TypeScript cannot follow that through a union.
  const handler = handlers[name] as (params: unknown) => unknown;
  const result = (entry.mode === 'job' ? jobStarted : entry.result).safeParse(await handler(parsed.data));
  if (!result.success)
    throw new PlumblineError('internal', `The answer to ${name} is not in the agreed form.`, {
      details: { name },
      cause: result.error,
    });
  return result.data;
}

function datasetOf(params: unknown): string | null {
  return typeof params === 'object' && params !== null && 'dataset' in params && typeof params.dataset === 'string'
    ? params.dataset
    : null;
}

export interface Served {
  /** Stops what runs, keeping what it has done, and closes every file. */
  readonly drain: () => Promise<void>;
}

/**
 * Starts an engine on a port. `onDrained` is called after a `drain` frame, or the loss of the other side, was honoured.
 */
export function serve(port: Port, folders: CatalogFolders, onDrained: () => void): Served {
  const post = (frame: FromEngineFrame) => port.post(frame);
  const emit = <E extends EventName>(name: E, payload: EventPayload<E>) =>
    post({ type: 'event', name, payload: events[name].parse(payload) });
  const jobs = new JobRunner((status) => {
    emit('job', status);
    // On a later turn the job no longer holds the file.
    if (status.error?.code === 'catalog-broken') setImmediate(() => datasets.discardBroken(status.dataset));
  });
  const datasets = new Datasets(folders, emit, jobs);
  const labs = new LiveLabs((payload) => emit('lab-changed', payload));
  const handlers = createHandlers({ folders, datasets, jobs, labs, works: createWorks(datasets, labs) });

  const explain = (error: unknown, params: unknown): unknown => {
    if (!isStoreError(error)) return error;
    const dataset = datasetOf(params);
    const failure = storeFailure(error, folders.cache, 'the index of this data set');
    if (failure.code !== 'catalog-broken' || dataset === null) return failure;
    datasets.discardBroken(dataset);
    return damagedIndex(error, folders.cache);
  };

  let drained: Promise<void> | null = null;
  const drain = () => (drained ??= jobs.drain().then(() => datasets.close()));
  const leave = () => void drain().then(onDrained, onDrained);

  port.listen((message) => {
    const frame = toEngineFrameSchema.safeParse(message);
    // A frame that is not even a frame has no id to answer to.
    if (!frame.success) return;
    if (frame.data.type === 'drain') {
      leave();
      return;
    }
    const { id, name, params, untrusted = false } = frame.data;
    const stopping = () => Promise.reject(new PlumblineError('engine-exited', 'The engine has stopped.'));
    // An engine that drains opens nothing any more.
    (drained ? stopping() : answer(handlers, name, params, untrusted)).then(
      (result) => post({ type: 'reply', id, ok: true, result }),
      (error: unknown) => post({ type: 'error', id, ok: false, error: toWire(explain(error, params)) }),
    );
  });
  port.whenClosed(leave);
  post({ type: 'hello', version: PROTOCOL_VERSION, pid: process.pid });
  return { drain };
}
