/**
 * The client of engine and shell, used by the window, the shell and the commands. It needs only zod and plain
 * JavaScript, so that it runs in Chromium 108, in CommonJS on Node 16, and in Node 24.
 */
import {
  events,
  jobStarted,
  type Announcement,
  type Answer,
  type AnyApi,
  type EventName,
  type EventPayload,
  type JobResult,
  type Params,
} from '../api';
import { PlumblineError, fromWire } from '../errors';
import { PROTOCOL_VERSION, fromEngineFrameSchema, type ToEngineFrame } from '../frames';
import type { OnDropped, Port } from './port';

type JobCallOf<A extends AnyApi> = { [K in keyof A]: A[K]['mode'] extends 'job' ? K : never }[keyof A] & string;
type JobEvent = EventPayload<'job'>;

/** Callbacks for a job while `runJob` waits for it. */
export interface JobWatch {
  /** Called once, before any status. */
  readonly started?: (job: string) => void;
  /** Called for each event of the job, including the last one. */
  readonly status?: (status: JobEvent) => void;
}

export interface Client<A extends AnyApi> {
  /**
   * Resolves when the other side has sent its hello in this version of the protocol. Rejects with `version-mismatch`,
   * or with `engine-exited` where the port closed before. The shell sends no hello to a window.
   */
  readonly ready: Promise<void>;
  /**
   * Makes a call and parses its answer.
   * @throws PlumblineError with the code that the other side gave; `version-mismatch` for an answer that does not fit
   * the contract; `engine-exited` when the port closes, or was closed
   */
  call<K extends keyof A & string>(name: K, params: Params<A, K>): Promise<Answer<A, K>>;
  /**
   * Makes a call for a window, which may not use paths. The answer is not parsed here, because the window's server
   * parses it.
   */
  forward(name: keyof A & string, params: unknown): Promise<unknown>;
  /** Returns a function that ends the subscription. */
  on<E extends EventName>(name: E, listener: (payload: EventPayload<E>) => void): () => void;
  /** Like `on`, for all events. */
  onAny(listener: (event: Announcement) => void): () => void;
  /**
   * Starts a job and waits for its end.
   * @throws PlumblineError with the job's code: `cancelled` when it was cancelled, `engine-exited` when it was
   * interrupted
   */
  runJob<K extends JobCallOf<A>>(name: K, params: Params<A, K>, watch?: JobWatch): Promise<JobResult<A, K>>;
  /** Asks the other side to finish its work and to exit. */
  drain(): void;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: PlumblineError) => void;
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name);
}

function outcomeOf(status: JobEvent): unknown {
  switch (status.state) {
    case 'done':
      return status.result;
    case 'cancelled':
      throw new PlumblineError('cancelled', 'The job was cancelled.');
    case 'failed':
      throw status.error === null ? new PlumblineError('internal', 'The job failed.') : fromWire(status.error);
    case 'running':
    case 'interrupted':
      throw new PlumblineError('engine-exited', 'The job was interrupted.');
  }
}

/** Uses `port` for as long as it is open. */
export function createClient<A extends AnyApi>(
  port: Port,
  { api, onDropped }: { readonly api: A; readonly onDropped: OnDropped },
): Client<A> {
  const pending = new Map<number, Pending>();
  /** One function for each `runJob` that waits; it ends the wait with an error. */
  const waits = new Set<(error: PlumblineError) => void>();
  const listeners = new Set<(event: Announcement) => void>();
  // A reloaded page gets the port of the page before it. Its ids must differ, so that late answers to the earlier page
  // match no call of this one.
  let lastId = Math.floor(Math.random() * 2 ** 40);
  let closed: PlumblineError | null = null;
  const greeting: { resolve?: () => void; reject?: (error: PlumblineError) => void } = {};
  const ready = new Promise<void>((resolve, reject) => Object.assign(greeting, { resolve, reject }));
  // A caller that does not wait for the hello need not handle its failure.
  ready.catch(() => undefined);

  const hear = (name: string, payload: unknown): void => {
    if (!isEventName(name)) {
      onDropped('unknown-event', { name });
      return;
    }
    const parsed = events[name].safeParse(payload);
    if (!parsed.success) {
      onDropped('malformed-event', { name, problem: parsed.error.message });
      return;
    }
    // The name selects the schema, so the pair fits. TypeScript cannot follow this through a union.
    for (const listener of [...listeners]) listener({ name, payload: parsed.data } as Announcement);
  };

  const greet = (version: number): void => {
    if (version === PROTOCOL_VERSION) greeting.resolve?.();
    else
      greeting.reject?.(
        new PlumblineError(
          'version-mismatch',
          `The engine speaks version ${version} of the protocol, the window ${PROTOCOL_VERSION}: build the app again.`,
        ),
      );
  };

  const settle = (id: number, finish: (call: Pending) => void): void => {
    const call = pending.get(id);
    pending.delete(id);
    if (call === undefined) onDropped('unknown-call', {});
    else finish(call);
  };

  port.listen((message) => {
    const parsed = fromEngineFrameSchema.safeParse(message);
    if (!parsed.success) {
      onDropped('malformed-frame', { problem: parsed.error.message });
      return;
    }
    const frame = parsed.data;
    switch (frame.type) {
      case 'hello':
        greet(frame.version);
        return;
      case 'event':
        hear(frame.name, frame.payload);
        return;
      case 'reply':
        settle(frame.id, (call) => call.resolve(frame.result));
        return;
      case 'error':
        settle(frame.id, (call) => call.reject(fromWire(frame.error)));
    }
  });
  port.whenClosed((how) => {
    closed = new PlumblineError(
      'engine-exited',
      how === undefined ? 'The engine stopped.' : `The engine stopped (${how}).`,
    );
    for (const call of pending.values()) call.reject(closed);
    for (const end of waits) end(closed);
    pending.clear();
    greeting.reject?.(closed);
  });

  const post = (frame: ToEngineFrame): void => port.post(frame);

  const ask = (name: string, params: unknown, untrusted: boolean): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closed !== null) {
        reject(closed);
        return;
      }
      lastId += 1;
      pending.set(lastId, { resolve, reject });
      post({ type: 'request', id: lastId, name, params, ...(untrusted ? { untrusted } : {}) });
    });

  const parsed = (schema: AnyApi[string]['result'], value: unknown, name: string): unknown => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    onDropped('malformed-answer', { name, problem: result.error.message });
    throw new PlumblineError(
      'version-mismatch',
      `The engine answered ${name} in a form that this version of Plumbline does not know. Close and start Plumbline again.`,
      { cause: result.error },
    );
  };

  const entryOf = (name: string): AnyApi[string] => api[name]!;

  const answerOf = async (name: string, params: unknown): Promise<unknown> => {
    const { mode, result } = entryOf(name);
    return parsed(mode === 'job' ? jobStarted : result, await ask(name, params, false), name);
  };

  const onAny: Client<A>['onAny'] = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  const on: Client<A>['on'] = (name, listener) =>
    onAny((event) => {
      if (event.name === name) listener(event.payload as EventPayload<typeof name>);
    });

  const runJob: Client<A>['runJob'] = async (name, params, watch = {}) => {
    // Events of the job can arrive before the answer with its id, so they are kept until the id is known.
    const early: JobEvent[] = [];
    let take = (status: JobEvent): void => void early.push(status);
    const stop = on('job', (status) => take(status));
    let cutOff: (error: PlumblineError) => void = () => undefined;
    try {
      const { job } = (await answerOf(name, params)) as { job: string };
      watch.started?.(job);
      const last = await new Promise<JobEvent>((resolve, reject) => {
        cutOff = reject;
        if (closed === null) waits.add(cutOff);
        else reject(closed);
        take = (status) => {
          if (status.job !== job) return;
          watch.status?.(status);
          if (status.state !== 'running') resolve(status);
        };
        for (const status of early) take(status);
      });
      return parsed(entryOf(name).result, outcomeOf(last), name) as JobResult<A, typeof name>;
    } finally {
      stop();
      waits.delete(cutOff);
    }
  };

  return {
    ready,
    call: answerOf as Client<A>['call'],
    forward: (name, params) => ask(name, params, true),
    on,
    onAny,
    runJob,
    drain: () => post({ type: 'drain' }),
  };
}
