/** The engine's side of a child process. Each process is started for one task and ends with it. */
import { fork, type ChildProcess } from 'node:child_process';
import type { z } from 'zod';
import { fromWire, PlumblineError } from '../../contract/errors';
import { inspectorFlags, type Inspected } from '../../host/inspector';
import { processLog } from '../../host/process-log';
import { keepTail } from '../../host/stderr-tail';
import { type FromChild, fromChildSchema } from './child-protocol';
import { memoryKills, starved } from './memory-kills';
import type { Step } from './task';

const TOLD_STDERR = 500;

/**
 * A program that runs in a child process. `Own`: the messages that this program sends in addition to those of every
 * child.
 */
export interface ChildProgram<Result, Own = never> {
  /** Names the process in the log and for a debugger. */
  readonly id: Inspected;
  /** The built entry file. The process gets the engine's process id as its first argument. */
  readonly entry: string;
  /** Added to the engine's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly result: z.ZodType<Result>;
  readonly own?: z.ZodType<Own>;
  /** Milliseconds that a cancelled task gets to stop by itself. Without it, the process is killed at once. */
  readonly graceMs?: number;
  readonly words: {
    /** For example "training process". */
    readonly name: string;
    readonly outOfMemory: string;
    /** @param how "was stopped by SIGKILL", "ended with code 3" */
    readonly died: (how: string) => string;
  };
}

export interface ChildRun<Sent, Own = never> {
  /** The first message. */
  readonly start: Sent;
  readonly signal: AbortSignal;
  readonly progress: (step: Step) => void;
  /** Called with the program's own messages. An error that it throws, or a promise of it that is rejected, ends the
   * task. */
  readonly hear?: (message: Own, send: (message: Sent) => void) => void | Promise<void>;
  readonly onSpawn?: (pid: number) => void;
}

function cancellation({ reason }: AbortSignal): Error {
  const chosen = reason instanceof Error && !(reason instanceof DOMException && reason.name === 'AbortError');
  return chosen ? reason : new PlumblineError('cancelled', 'Cancelled.', { cause: reason });
}

function describeDeath(code: number | null, signal: string | null): string {
  const perhaps = signal === 'SIGSEGV' || signal === 'SIGABRT' || signal === 'SIGBUS';
  const how = signal === null ? `ended with code ${code ?? 'unknown'}` : `was stopped by ${signal}`;
  return perhaps ? `${how} (perhaps it ran out of memory)` : how;
}

function startChild({ id, entry, env }: Pick<ChildProgram<unknown>, 'id' | 'entry' | 'env'>): ChildProcess {
  return fork(entry, [String(process.pid)], {
    serialization: 'advanced',
    execArgv: inspectorFlags(id, process.env),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/**
 * Runs one task in a child process; its messages are parsed.
 * @throws PlumblineError worker-died, out-of-memory, internal for a message that does not fit the schemas, or the error
 * that the task itself reports. After a cancel: the signal's reason, or PlumblineError cancelled if the signal has no
 * reason of its own
 */
export async function runChild<Result, Sent extends object, Own = never>(
  program: ChildProgram<Result, Own>,
  { start, signal, progress, hear, onSpawn }: ChildRun<Sent, Own>,
): Promise<Result> {
  if (signal.aborted) throw cancellation(signal);
  const { id, words, graceMs } = program;
  const killsBefore = memoryKills();
  const child = startChild(program);
  // A message to a process that has ended is lost; `close` reports the end.
  const send = (message: object): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  const stderr = keepTail(child.stderr);
  let grace: NodeJS.Timeout | undefined;
  const settled = new AbortController();
  const kill = (): void => void child.kill('SIGKILL');

  const running = new Promise<Result>((resolve, reject) => {
    const receive = (raw: unknown): void => {
      const { data: message } = fromChildSchema.safeParse(raw);
      if (message === undefined) hearOwn(raw);
      else take(message);
    };
    const take = (message: FromChild): void => {
      switch (message.type) {
        case 'progress':
          if (!signal.aborted) progress(message.step);
          break;
        case 'log':
          processLog[message.level](message.event, { ...message.facts, child: id });
          break;
        case 'done':
          resolve(program.result.parse(message.result));
          break;
        case 'cancelled':
          reject(cancellation(signal));
          break;
        case 'failed':
          reject(fromWire(message.error));
          break;
      }
    };
    const hearOwn = (raw: unknown): void => {
      const parsed = program.own?.safeParse(raw);
      if (!parsed?.success)
        throw new PlumblineError('internal', `The ${words.name} sent a message of an unknown form.`, {
          cause: parsed?.error,
        });
      const heard = hear?.(parsed.data, send);
      heard?.catch(fail);
    };
    const fail = (error: unknown): void => {
      kill();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    child.on('message', (raw) => {
      if (settled.signal.aborted) return;
      try {
        receive(raw);
      } catch (error) {
        fail(error);
      }
    });
    child.on('error', (error) =>
      reject(
        new PlumblineError('worker-died', `The ${words.name} could not be started: ${error.message}`, { cause: error }),
      ),
    );
    child.on('close', (code, killer) => {
      if (signal.aborted) {
        reject(cancellation(signal));
        return;
      }
      const death = { exitCode: code, signal: killer };
      const details = { ...death, stderr: stderr().slice(-TOLD_STDERR) };
      if (!settled.signal.aborted) processLog.error('child-died', { child: id, ...death, stderr: stderr() });
      reject(
        starved(killer, stderr(), killsBefore)
          ? new PlumblineError('out-of-memory', words.outOfMemory, { details })
          : new PlumblineError('worker-died', words.died(describeDeath(code, killer)), { details }),
      );
    });
    const cancel = (): void => {
      if (graceMs === undefined) {
        kill();
        return;
      }
      send({ type: 'cancel' });
      grace = setTimeout(kill, graceMs);
    };
    signal.addEventListener('abort', cancel, { once: true, signal: settled.signal });
    if (child.pid !== undefined) onSpawn?.(child.pid);
    send(start);
  });
  try {
    return await running;
  } finally {
    settled.abort();
    clearTimeout(grace);
  }
}
