/**
 * The engine as a child process: starts it, talks to it by frames, restarts it when it dies, and drains it at the end.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  engineApi,
  type Announcement,
  type Answer,
  type EngineApi,
  type EngineCall,
  type Params,
} from '../contract/api';
import { PlumblineError } from '../contract/errors';
import { createClient, type Client } from '../contract/rpc/client';
import { dropFacts } from '../contract/rpc/port';
import { inspectorFlags } from '../host/inspector';
import type { Log } from '../host/process-log';
import { keepTail } from '../host/stderr-tail';
import { childPort } from './child-port';

/** The executable that runs the engine. */
export interface Runtime {
  readonly execPath: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface EngineOptions {
  /** The engine's built entry file. */
  readonly entry: string;
  readonly runtime: Runtime;
  /** Called for every event of the engine, and for the `engine` events about its state. */
  readonly announce: (event: Announcement) => void;
  readonly log: Log;
  /** What the user can do when the engine cannot be started again: one sentence. */
  readonly advice: string;
  /** Starts the engine in a process group of its own, so that Ctrl-C in a terminal does not reach it. */
  readonly apart?: boolean;
  /** Turns a frame into what is sent to the engine instead of it. */
  readonly encode?: (frame: unknown) => unknown;
  /** Milliseconds to wait before each restart. The engine may fail as many times in a row as there are entries. */
  readonly backOff?: readonly number[];
  /** Milliseconds that the engine gets to finish after a drain. */
  readonly patience?: number;
}

interface Connection {
  readonly child: ChildProcess;
  readonly client: Client<EngineApi>;
}

const BACK_OFF = [100, 500, 2_000];
/** After an engine has run this many milliseconds, the next failure is counted as the first. */
const STEADY = 30_000;
const PATIENCE = 10_000;

export class EngineProcess {
  readonly #options: EngineOptions;
  #connection: Promise<Connection>;
  /** The process that is running, with or without a hello so far. */
  #living: Connection | null = null;
  #failures = 0;
  #stopping = false;

  /** Starts the engine at once, so that it loads while the window is created. */
  constructor(options: EngineOptions) {
    this.#options = options;
    this.#connection = this.#launch().catch((error: unknown) => this.#startAgain(error));
    this.#watch('up', 'The engine is running.');
  }

  /**
   * Makes a call with its own types; the answer is parsed. Waits while the engine starts. Rejects with a
   * PlumblineError.
   */
  async call<K extends EngineCall>(name: K, params: Params<EngineApi, K>): Promise<Answer<EngineApi, K>> {
    return (await this.#client()).call(name, params);
  }

  /** Like `call`, but for a window: the engine refuses calls that take a path. The answer is not parsed. */
  async forward(name: EngineCall, params: unknown): Promise<unknown> {
    return (await this.#client()).forward(name, params);
  }

  /** Lets the engine commit its running work and exit; kills it if this takes longer than `patience`. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#living === null) return;
    const { child, client } = this.#living;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    client.drain();
    const timer = setTimeout(() => child.kill('SIGKILL'), this.#options.patience ?? PATIENCE);
    await gone;
    clearTimeout(timer);
  }

  async #client(): Promise<Client<EngineApi>> {
    const { child, client } = await this.#connection;
    // A process whose channel is closed would never answer.
    if (!child.connected) throw new PlumblineError('engine-exited', 'The engine stopped.');
    return client;
  }

  /** Resolves at the engine's hello. Rejects if the engine exits before, or uses another protocol version. */
  async #launch(): Promise<Connection> {
    const { entry, runtime, announce, encode, log, apart = false } = this.#options;
    const child = fork(entry, [], {
      execPath: runtime.execPath,
      env: runtime.env,
      // Electron's own switches (a debugger port, a test driver's preload) must not reach the engine.
      execArgv: inspectorFlags('engine', runtime.env),
      serialization: 'advanced',
      detached: apart,
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    const stderr = keepTail(child.stderr, (text) => process.stderr.write(text));
    const port = childPort(child, {
      ...(encode && { encode }),
      onSendError: (error) => log.warn('engine-send-failed', { message: error.message }),
    });
    const client = createClient(port, {
      api: engineApi,
      onDropped: (reason, details) => log.warn('frame-dropped', dropFacts('shell', reason, details)),
    });
    const connection = { child, client };
    const started = Date.now();
    this.#living = connection;
    client.onAny(announce);
    let greeted = false;
    child.once('exit', () => {
      if (this.#living === connection) this.#living = null;
      if (Date.now() - started > STEADY) this.#failures = 0;
    });
    // At `exit` the end of its standard error may not be read yet.
    child.once('close', (exitCode, signal) => {
      if (child.pid === undefined || (this.#stopping && exitCode === 0)) return;
      log.error('engine-died', { enginePid: child.pid, exitCode, signal, stderr: stderr() });
    });
    port.whenClosed((how) => {
      if (!greeted || this.#stopping) return;
      const reason = `The engine stopped (${how ?? 'unknown'})`;
      this.#connection = this.#startAgain(new PlumblineError('engine-exited', `${reason}.`));
      this.#watch('restarted', `${reason} and was started again.`);
    });
    const spawned = new Promise<never>((_resolve, reject) => {
      child.on('error', (error) => {
        // After a failed spawn there is no `exit` event.
        if (child.pid === undefined) {
          this.#living = null;
          reject(
            new PlumblineError('engine-exited', `The engine could not be started: ${error.message}`, { cause: error }),
          );
        } else log.error('engine-process-error', { message: error.message });
      });
    });
    try {
      await Promise.race([client.ready, spawned]);
    } catch (error) {
      child.kill();
      throw error;
    }
    greeted = true;
    return connection;
  }

  async #startAgain(reason: unknown): Promise<Connection> {
    const delays = this.#options.backOff ?? BACK_OFF;
    let error = reason;
    for (;;) {
      const delay = delays[this.#failures++];
      const hopeless = error instanceof PlumblineError && error.code === 'version-mismatch';
      if (delay === undefined || hopeless || this.#stopping) throw error;
      const why = error instanceof Error ? error.message : String(error);
      this.#options.log.error('engine-restarting', { reason: why, delayMs: delay });
      await sleep(delay);
      try {
        return await this.#launch();
      } catch (failure) {
        error = failure;
      }
    }
  }

  /** Announces whether the connection that is being made succeeds. */
  #watch(state: 'up' | 'restarted', message: string): void {
    this.#connection.then(
      () => this.#options.announce({ name: 'engine', payload: { state, message } }),
      (error: unknown) => {
        if (this.#stopping) return;
        const reason = error instanceof Error ? error.message : String(error);
        this.#options.announce({
          name: 'engine',
          payload: { state: 'down', message: `${reason} ${this.#options.advice}` },
        });
      },
    );
  }
}
