/** The engine as a child process: started, spoken to through frames, started again when it dies, drained at the end. */
import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  engineApi,
  events,
  jobStarted,
  type Answer,
  type EngineApi,
  type EngineCall,
  type EventName,
  type EventPayload,
  type Params,
} from '../contract/api';
import { PlumblineError, fromWire } from '../contract/errors';
import { PROTOCOL_VERSION, fromEngineFrameSchema, type FromEngineFrame, type ToEngineFrame } from '../contract/frames';
import type { Runtime } from './engine-runtime';
import { packed } from './electron22/padding';

/** An event with its name, told apart by it. */
export type Announcement = { [E in EventName]: { readonly name: E; readonly payload: EventPayload<E> } }[EventName];

export interface EngineOptions {
  /** The engine's built entry file. */
  readonly entry: string;
  readonly runtime: Runtime;
  /** Hears every event of the engine, and the `engine` events that tell how it is. */
  readonly announce: (event: Announcement) => void;
  readonly log: (line: string) => void;
  /** Milliseconds to wait before each start after an exit; as many failures in a row as there are entries are borne. */
  readonly backOff?: readonly number[];
  /** Milliseconds that a drained engine gets to finish. */
  readonly patience?: number;
}

interface Pending {
  readonly name: EngineCall;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: PlumblineError) => void;
}

const BACK_OFF = [100, 500, 2_000];
/** An engine that lived this long had no trouble starting: the next failure is counted as the first. */
const STEADY = 30_000;
const PATIENCE = 10_000;

export function isEngineCall(name: string): name is EngineCall {
  return Object.hasOwn(engineApi, name);
}

function parseAnnouncement(name: string, payload: unknown): Announcement | null {
  if (!Object.hasOwn(events, name)) return null;
  const parsed = events[name as EventName].safeParse(payload);
  // The name picks the schema, so the pair fits: TypeScript cannot follow that through a union.
  return parsed.success ? ({ name, payload: parsed.data } as Announcement) : null;
}

function describeExit(code: number | null, signal: string | null): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}

export class EngineProcess {
  readonly #options: EngineOptions;
  readonly #pending = new Map<number, Pending>();
  #connection: Promise<ChildProcess>;
  /** The process that lives now, whether it has said hello or not. */
  #child: ChildProcess | null = null;
  #nextId = 1;
  #failures = 0;
  #stopping = false;

  /** Starts the engine at once: it loads while the window is made. */
  constructor(options: EngineOptions) {
    this.#options = options;
    this.#connection = this.#launch().catch((error: unknown) => this.#startAgain(error));
    this.#watch('up', 'The engine runs.');
  }

  /**
   * One call with its own types; the answer is parsed. Waits while the engine starts; rejects with a PlumblineError.
   */
  async call<K extends EngineCall>(name: K, params: Params<EngineApi, K>): Promise<Answer<EngineApi, K>> {
    return (await this.request(name, params)) as Answer<EngineApi, K>;
  }

  /**
   * As `call`, for a name that is known at run time only.
   * @param untrusted passed on for a window: the engine refuses what takes a path
   */
  async request(name: EngineCall, params: unknown, untrusted = false): Promise<unknown> {
    const child = await this.#connection;
    // It can have died since: its exit has rejected what was pending then, and would not see this call.
    if (!child.connected) throw new PlumblineError('engine-exited', 'The engine stopped.');
    const entry = engineApi[name];
    const result = await new Promise<unknown>((resolve, reject) => {
      const id = this.#nextId++;
      this.#pending.set(id, { name, resolve, reject });
      this.#send(child, { type: 'request', id, name, params, untrusted });
    });
    const parsed = (entry.mode === 'job' ? jobStarted : entry.result).safeParse(result);
    if (!parsed.success)
      throw new PlumblineError('internal', `The engine answered ${name} in a form that is not agreed.`, {
        cause: parsed.error,
      });
    return parsed.data;
  }

  /** Lets running work be committed, then ends the engine; kills it when it takes longer than its patience. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.#send(child, { type: 'drain' });
    const timer = setTimeout(() => child.kill('SIGKILL'), this.#options.patience ?? PATIENCE);
    await gone;
    clearTimeout(timer);
  }

  /** Resolves at the engine's hello; rejects when it exits before, or speaks another version. */
  #launch(): Promise<ChildProcess> {
    const { entry, runtime } = this.#options;
    const child = fork(entry, [], {
      execPath: runtime.execPath,
      env: runtime.env,
      // Electron's own switches (a debugger port, a test driver's preload) are not for the engine.
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const started = Date.now();
    this.#child = child;
    return new Promise((resolve, reject) => {
      let greeted = false;
      child.on('message', (message) => {
        const frame = fromEngineFrameSchema.safeParse(message);
        if (!frame.success) {
          this.#options.log(`engine: a frame that is not agreed was dropped: ${frame.error.message}`);
        } else if (frame.data.type !== 'hello') {
          this.#receive(frame.data);
        } else if (frame.data.version === PROTOCOL_VERSION) {
          greeted = true;
          resolve(child);
        } else {
          reject(
            new PlumblineError(
              'version-mismatch',
              `The engine speaks version ${frame.data.version} of the protocol, the window ${PROTOCOL_VERSION}: build the app again.`,
            ),
          );
          child.kill();
        }
      });
      child.on('error', (error) => {
        // A spawn that fails emits no exit.
        if (child.pid === undefined) {
          this.#child = null;
          reject(
            new PlumblineError('engine-exited', `The engine could not be started: ${error.message}`, { cause: error }),
          );
        } else this.#options.log(`engine: ${error.message}`);
      });
      child.once('exit', (code, signal) => {
        if (this.#child === child) this.#child = null;
        if (Date.now() - started > STEADY) this.#failures = 0;
        const error = new PlumblineError('engine-exited', `The engine stopped (${describeExit(code, signal)}).`);
        for (const [id, call] of this.#pending) {
          this.#pending.delete(id);
          call.reject(error);
        }
        if (!greeted) reject(error);
        else if (!this.#stopping) {
          this.#connection = this.#startAgain(error);
          this.#watch('restarted', `${error.message.slice(0, -1)} and was started again.`);
        }
      });
    });
  }

  async #startAgain(reason: unknown): Promise<ChildProcess> {
    const delays = this.#options.backOff ?? BACK_OFF;
    let error = reason;
    for (;;) {
      const delay = delays[this.#failures++];
      const hopeless = error instanceof PlumblineError && error.code === 'version-mismatch';
      if (delay === undefined || hopeless || this.#stopping) throw error;
      this.#options.log(
        `engine: ${error instanceof Error ? error.message : String(error)} Starting again in ${delay} ms.`,
      );
      await sleep(delay);
      try {
        return await this.#launch();
      } catch (failure) {
        error = failure;
      }
    }
  }

  /** Tells how the connection that is being made turns out. */
  #watch(state: 'up' | 'restarted', message: string): void {
    this.#connection.then(
      () => this.#options.announce({ name: 'engine', payload: { state, message } }),
      (error: unknown) => {
        if (this.#stopping) return;
        const reason = error instanceof Error ? error.message : String(error);
        this.#options.announce({
          name: 'engine',
          payload: { state: 'down', message: `${reason} Close Plumbline and open it again.` },
        });
      },
    );
  }

  #send(child: ChildProcess, frame: ToEngineFrame): void {
    // A channel that is closed shows as `exit` as well, which rejects what is pending.
    if (child.connected)
      child.send(packed(frame), (error) => error !== null && this.#options.log(`engine: ${error.message}`));
  }

  #receive(frame: Exclude<FromEngineFrame, { type: 'hello' }>): void {
    if (frame.type === 'event') {
      const announcement = parseAnnouncement(frame.name, frame.payload);
      if (announcement === null)
        this.#options.log(`engine: the event ${frame.name} is not in an agreed form and was dropped`);
      else this.#options.announce(announcement);
      return;
    }
    const call = this.#pending.get(frame.id);
    this.#pending.delete(frame.id);
    if (frame.type === 'reply') call?.resolve(frame.result);
    else call?.reject(fromWire(frame.error));
  }
}
