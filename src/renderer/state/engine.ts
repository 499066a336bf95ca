/**
 * The window's client of engine and shell, derived from the contract's maps. Results and events are parsed; errors keep
 * their code.
 */
import type { z } from 'zod';
import { engineApi, events, jobStarted, shellApi } from '../../contract/api';
import type { Answer, EventName, EventPayload, JobCall, JobResult, Params, WindowApi } from '../../contract/api';
import type { WindowBridge } from '../../contract/bridge';
import { PlumblineError, fromWire } from '../../contract/errors';
import { fromEngineFrameSchema } from '../../contract/frames';
import type { Progress } from '../../contract/model/job';

export interface Engine {
  /** Rejects with a `PlumblineError`. */
  call<K extends keyof WindowApi>(name: K, params: Params<WindowApi, K>): Promise<Answer<WindowApi, K>>;
  on<E extends EventName>(name: E, listener: (payload: EventPayload<E>) => void): () => void;
  /** Starts a job and waits for its end: its outcome, or a `PlumblineError` (`cancelled` where it was cancelled). */
  runJob<K extends JobCall>(
    name: K,
    params: Params<WindowApi, K>,
    onProgress?: (progress: Progress) => void,
  ): Promise<JobResult<WindowApi, K>>;
}

type AnyListener = (payload: unknown) => void;
type JobEvent = EventPayload<'job'>;

const api: WindowApi = { ...engineApi, ...shellApi };

/** A job may end before the answer that names it arrives; so many ended jobs are remembered. */
const REMEMBERED_ENDS = 32;

function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name);
}

function parsed<S extends z.ZodType>(schema: S, value: unknown, what: string): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new PlumblineError(
    'version-mismatch',
    `The engine answered ${what} in a form this window does not know. Close and start Plumbline again.`,
    {
      cause: result.error,
    },
  );
}

function settle(event: JobEvent): 'running' | 'done' | PlumblineError {
  switch (event.state) {
    case 'running':
      return 'running';
    case 'done':
      return 'done';
    case 'failed':
      return event.error === null ? new PlumblineError('internal', 'The job failed.') : fromWire(event.error);
    case 'cancelled':
      return new PlumblineError('cancelled', 'The job was cancelled.');
    case 'interrupted':
      return new PlumblineError('engine-exited', 'The job was interrupted.');
  }
}

/** Talks to engine and shell over `bridge` for as long as the window lives. */
export function connect(bridge: WindowBridge): Engine {
  let lastId = 0;
  const pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: unknown) => void }>();
  const listeners = new Map<EventName, Set<AnyListener>>();
  const ends = new Map<string, JobEvent>();

  function emit(name: string, payload: unknown): void {
    if (!isEventName(name)) return;
    const value = parsed(events[name], payload, `with the event ${name}`);
    for (const listener of [...(listeners.get(name) ?? [])]) listener(value);
  }

  bridge.subscribe((message) => {
    const frame = fromEngineFrameSchema.safeParse(message);
    if (!frame.success) return;
    switch (frame.data.type) {
      case 'hello':
        return;
      case 'event':
        emit(frame.data.name, frame.data.payload);
        return;
      case 'reply':
        pending.get(frame.data.id)?.resolve(frame.data.result);
        pending.delete(frame.data.id);
        return;
      case 'error':
        pending.get(frame.data.id)?.reject(fromWire(frame.data.error));
        pending.delete(frame.data.id);
    }
  });

  const on: Engine['on'] = (name, listener) => {
    const set = listeners.get(name) ?? new Set<AnyListener>();
    listeners.set(name, set);
    set.add(listener as AnyListener);
    return () => void set.delete(listener as AnyListener);
  };

  on('job', (event) => {
    if (event.state === 'running') return;
    ends.set(event.job, event);
    const oldest = ends.keys().next().value;
    if (ends.size > REMEMBERED_ENDS && oldest !== undefined) ends.delete(oldest);
  });

  const call: Engine['call'] = async (name, params) => {
    lastId += 1;
    const id = lastId;
    const result = await new Promise<unknown>((resolve, reject) => {
      pending.set(id, { resolve, reject });
      bridge.post({ type: 'request', id, name, params });
    });
    const entry = api[name];
    return parsed(entry.mode === 'job' ? jobStarted : entry.result, result, name) as Answer<WindowApi, typeof name>;
  };

  const runJob: Engine['runJob'] = async (name, params, onProgress) => {
    const { job } = (await call(name, params)) as { job: string };
    const ended = await new Promise<JobEvent>((resolve) => {
      const early = ends.get(job);
      if (early !== undefined) {
        resolve(early);
        return;
      }
      const stop = on('job', (event) => {
        if (event.job !== job) return;
        if (event.progress !== null) onProgress?.(event.progress);
        if (event.state === 'running') return;
        stop();
        resolve(event);
      });
    });
    const outcome = settle(ended);
    if (outcome instanceof PlumblineError) throw outcome;
    return parsed(api[name].result, ended.result, name) as JobResult<WindowApi, typeof name>;
  };

  return { call, on, runJob };
}
