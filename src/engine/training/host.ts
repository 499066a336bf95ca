/** The engine's side of the training process: one child per task, started for it and gone with it. */
import { type ChildProcess, fork } from 'node:child_process';
import { fromWire, PlumblineError } from '../../contract/errors';
import { builtEntry } from '../process/entries';
import { memoryKills, starved } from '../process/memory-kills';
import type { Step } from '../process/task';
import { type FromProbe, fromProbeSchema, type ToProbe } from './protocol/channel';
import { probeTasks, type TaskCheckpoint, type TaskInput, type TaskName, type TaskResult } from './protocol/tasks';

/** How long a cancelled task may take to stop by itself before it is killed. */
const CANCEL_GRACE_MS = 2_000;
const KEPT_STDERR = 4_000;

/**
 * Training allocates and frees the same large buffers every step; glibc would give each back to the system and fault it
 * in again
 * (a fifth of a step at 64×64). Read at process start only. Inner operations keep both cores; more threads gain
 * nothing.
 */
export const childEnvironment = {
  MALLOC_MMAP_THRESHOLD_: '4294967296',
  MALLOC_TRIM_THRESHOLD_: '8589934592',
  MALLOC_TOP_PAD_: '268435456',
  TF_CPP_MIN_LOG_LEVEL: '2',
};

export interface TaskOptions<T extends TaskName> {
  readonly signal: AbortSignal;
  readonly progress: (step: Step) => void;
  /** Rasters by index; needed by tasks that look at images. */
  readonly rasters?: (indices: Int32Array) => Uint8Array;
  readonly checkpoint?: (value: TaskCheckpoint<T>) => void;
}

function deathOf(
  code: number | null,
  signal: string | null,
  stderr: string,
  killsBefore: number | null,
): PlumblineError {
  const details = { exitCode: code, signal, stderr: stderr.slice(-500) };
  if (starved(signal, stderr, killsBefore)) {
    return new PlumblineError(
      'out-of-memory',
      'Training needed more memory than this machine has free, and its process was stopped. Close other programs or use fewer images; the index and your decisions are untouched.',
      { details },
    );
  }
  const perhaps =
    signal === 'SIGSEGV' || signal === 'SIGABRT' || signal === 'SIGBUS' ? ', perhaps for want of memory' : '';
  const how = signal === null ? `ended with code ${code ?? 'unknown'}` : `was stopped by ${signal}`;
  return new PlumblineError(
    'worker-died',
    `The training process ${how} before it was done${perhaps}. The index and your decisions are untouched; start it again.`,
    { details },
  );
}

/**
 * Runs one task in a process of its own. `onSpawn` sees its process id.
 * @throws PlumblineError cancelled, worker-died, out-of-memory, or what the task itself reports
 */
export async function runTask<T extends TaskName>(
  task: T,
  input: TaskInput<T>,
  options: TaskOptions<T>,
  onSpawn?: (pid: number) => void,
): Promise<TaskResult<T>> {
  if (options.signal.aborted) throw cancelled();
  const schemas = probeTasks[task];
  const killsBefore = memoryKills();
  const child = fork(builtEntry('engine/probe'), [], {
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, ...childEnvironment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const send = (message: ToProbe): void => {
    if (child.connected) child.send(message);
  };
  return await new Promise<TaskResult<T>>((resolve, reject) => {
    let stderr = '';
    let grace: NodeJS.Timeout | undefined;
    const settled = new AbortController();
    const settle = (finish: () => void): void => {
      settled.abort();
      clearTimeout(grace);
      finish();
    };
    const fail = (error: unknown): void => {
      child.kill('SIGKILL');
      settle(() => reject(error instanceof Error ? error : new Error(String(error))));
    };
    const cancel = (): void => {
      send({ type: 'cancel' });
      grace = setTimeout(() => void child.kill('SIGKILL'), CANCEL_GRACE_MS);
    };

    const answer = (message: FromProbe): void => {
      switch (message.type) {
        case 'ready':
          break;
        case 'progress':
          options.progress(message.step);
          break;
        case 'need':
          if (!options.rasters)
            throw new PlumblineError('internal', `The task ${task} asked for rasters, but none were given.`);
          send({ type: 'rasters', id: message.id, data: options.rasters(message.indices) });
          break;
        case 'checkpoint': {
          const value: unknown = schemas.checkpoint.parse(message.value);
          options.checkpoint?.(value as TaskCheckpoint<T>);
          break;
        }
        case 'done': {
          const result = schemas.result.parse(message.result) as TaskResult<T>;
          settle(() => resolve(result));
          break;
        }
        case 'cancelled':
          settle(() => reject(cancelled()));
          break;
        case 'failed':
          settle(() => reject(fromWire(message.error)));
          break;
      }
    };
    child.on('message', (raw) => {
      if (settled.signal.aborted) return;
      try {
        answer(fromProbeSchema.parse(raw));
      } catch (error) {
        fail(error);
      }
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-KEPT_STDERR);
    });
    child.on('error', (error) =>
      fail(
        new PlumblineError('worker-died', `The training process could not be started: ${error.message}`, {
          cause: error,
        }),
      ),
    );
    child.on('close', (code, signal) => {
      if (settled.signal.aborted) return;
      settle(() => reject(options.signal.aborted ? cancelled() : deathOf(code, signal, stderr, killsBefore)));
    });
    options.signal.addEventListener('abort', cancel, { once: true, signal: settled.signal });
    announce(child, onSpawn);
    send({ type: 'start', task, input });
  });
}

function cancelled(): PlumblineError {
  return new PlumblineError('cancelled', 'Training was cancelled.');
}

function announce(child: ChildProcess, onSpawn: ((pid: number) => void) | undefined): void {
  if (child.pid !== undefined) onSpawn?.(child.pid);
}

/**
 * Starts the training process, fits a small network for `steps` steps: proves that TensorFlow works on this machine.
 */
export function runTrainingCheck(
  input: TaskInput<'training-check'>,
  options: TaskOptions<'training-check'>,
): Promise<TaskResult<'training-check'>> {
  return runTask('training-check', input, options);
}

/**
 * The instant probe over images whose rasters `options.rasters` gives by index: every image's class is predicted
 * exactly without that image.
 */
export function runInstantProbe(
  input: TaskInput<'instant-probe'>,
  options: TaskOptions<'instant-probe'>,
): Promise<TaskResult<'instant-probe'>> {
  return runTask('instant-probe', input, options);
}

/**
 * The CNN probe over images whose rasters `options.rasters` gives by index; what it hands over on the way lets a later
 * run go on.
 */
export function runCnnProbe(
  input: TaskInput<'cnn-probe'>,
  options: TaskOptions<'cnn-probe'>,
): Promise<TaskResult<'cnn-probe'>> {
  return runTask('cnn-probe', input, options);
}
