/** A typed client of an engine in this process: the CLI's and the tests'. */
import {
  engineApi,
  events,
  jobStarted,
  type Answer,
  type EngineApi,
  type EngineCall,
  type EventName,
  type EventPayload,
  type JobCall,
  type JobResult,
  type Params,
} from '../../contract/api';
import { fromWire, PlumblineError } from '../../contract/errors';
import { fromEngineFrameSchema, type FromEngineFrame } from '../../contract/frames';
import type { CatalogFolders } from '../catalog/catalog';
import { portPair, type Port } from '../process/port';
import { serve } from './serve';

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class EngineClient {
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<EventName, Set<(payload: never) => void>>();
  #nextId = 1;

  constructor(port: Port) {
    this.#port = port;
    port.listen((message) => this.#receive(fromEngineFrameSchema.parse(message)));
    port.whenClosed(() => {
      for (const call of this.#pending.values())
        call.reject(new PlumblineError('engine-exited', 'The engine stopped.'));
      this.#pending.clear();
    });
  }

  /** @throws PlumblineError as the engine answers */
  async call<K extends EngineCall>(name: K, params: Params<EngineApi, K>): Promise<Answer<EngineApi, K>> {
    const entry = engineApi[name];
    const result = await new Promise<unknown>((resolve, reject) => {
      const id = this.#nextId++;
      this.#pending.set(id, { resolve, reject });
      this.#port.post({ type: 'request', id, name, params });
    });
    return (entry.mode === 'job' ? jobStarted : entry.result).parse(result) as Answer<EngineApi, K>;
  }

  /** @returns how to stop listening */
  on<E extends EventName>(name: E, listener: (payload: EventPayload<E>) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /**
   * Starts a job and waits for its end. `started` is told its id.
   * @throws PlumblineError with the job's code; cancelled when it was; engine-exited when it was cut off
   */
  async run<K extends JobCall>(
    name: K,
    params: Params<EngineApi, K>,
    heard?: (status: EventPayload<'job'>) => void,
    started?: (job: string) => void,
  ): Promise<JobResult<EngineApi, K>> {
    // Events can overtake the answer that names the job: they are kept until it is known.
    const early: EventPayload<'job'>[] = [];
    let take = (status: EventPayload<'job'>) => void early.push(status);
    const stop = this.on('job', (status) => take(status));
    try {
      const { job } = (await this.call(name, params)) as { job: string };
      started?.(job);
      const last = await new Promise<EventPayload<'job'>>((resolve, reject) => {
        this.#port.whenClosed(() => reject(new PlumblineError('engine-exited', 'The engine stopped.')));
        take = (status) => {
          if (status.job !== job) return;
          heard?.(status);
          if (status.state !== 'running') resolve(status);
        };
        for (const status of early) take(status);
      });
      if (last.state === 'done') return engineApi[name].result.parse(last.result) as JobResult<EngineApi, K>;
      if (last.state === 'cancelled') throw new PlumblineError('cancelled', 'Cancelled.');
      throw last.error ? fromWire(last.error) : new PlumblineError('engine-exited', 'The job was cut off.');
    } finally {
      stop();
    }
  }

  #receive(frame: FromEngineFrame): void {
    if (frame.type === 'hello') return;
    if (frame.type === 'event') {
      if (!Object.hasOwn(events, frame.name)) return;
      const name = frame.name as EventName;
      const payload = events[name].parse(frame.payload);
      for (const listener of this.#listeners.get(name) ?? []) listener(payload as never);
      return;
    }
    const call = this.#pending.get(frame.id);
    this.#pending.delete(frame.id);
    if (frame.type === 'reply') call?.resolve(frame.result);
    else call?.reject(fromWire(frame.error));
  }
}

/** An engine and its client in one process, through the same frames and schemas as everywhere else. */
export function localEngine(folders: CatalogFolders): {
  readonly client: EngineClient;
  readonly stop: () => Promise<void>;
} {
  const ports = portPair();
  const client = new EngineClient(ports.client);
  const { drain } = serve(ports.engine, folders, () => undefined);
  return {
    client,
    stop: async () => {
      await drain();
      ports.close();
    },
  };
}
