/** The engine's side of the training process. */
import { PlumblineError } from '../../contract/errors';
import { type ChildProgram, runChild } from '../process/child-host';
import { builtEntry } from '../process/entries';
import type { Step } from '../process/task';
import { type FromTraining, fromTrainingSchema, type ToTraining } from './protocol/channel';
import { probeTasks, type TaskCheckpoint, type TaskInput, type TaskName, type TaskResult } from './protocol/tasks';

const CANCEL_GRACE_MS = 2_000;

/**
 * Training allocates and frees the same large buffers at every step. glibc would return each to the system and fault it
 * in again, which costs a fifth of a step at 64×64. Read at process start only. Inner operations keep both cores; more
 * threads gain nothing.
 */
export const childEnvironment = {
  MALLOC_MMAP_THRESHOLD_: '4294967296',
  MALLOC_TRIM_THRESHOLD_: '8589934592',
  MALLOC_TOP_PAD_: '268435456',
  TF_CPP_MIN_LOG_LEVEL: '2',
};

const words: ChildProgram<unknown>['words'] = {
  name: 'training process',
  outOfMemory:
    'Training needed more memory than this machine has free, and its process was stopped. Close other programs or use fewer images; the index and your decisions are untouched.',
  died: (how) =>
    `The training process ${how} before it was done. The index and your decisions are untouched; start it again.`,
};

export interface TaskOptions<T extends TaskName> {
  readonly signal: AbortSignal;
  readonly progress: (step: Step) => void;
  /** Rasters by index; needed by tasks that look at images. */
  readonly rasters?: (indices: Int32Array) => Uint8Array;
  /** Outputs of the pretrained network by index; needed by tasks that are told of its layers. */
  readonly embeddings?: (indices: Int32Array) => Promise<Float32Array>;
  /** Image files by position; needed by tasks whose images have no file. Null where one cannot be read. */
  readonly content?: (index: number) => Promise<Uint8Array | null>;
  readonly checkpoint?: (value: TaskCheckpoint<T>) => void;
}

/**
 * Runs one task in a process of its own. `onSpawn` sees its process id.
 * @throws PlumblineError worker-died, out-of-memory, or what the task itself reports; when cancelled the signal's
 * reason, or PlumblineError cancelled
 */
export async function runTask<T extends TaskName>(
  task: T,
  input: TaskInput<T>,
  { signal, progress, rasters, embeddings, content, checkpoint }: TaskOptions<T>,
  onSpawn?: (pid: number) => void,
): Promise<TaskResult<T>> {
  const schemas = probeTasks[task];
  const hear = async (message: FromTraining, send: (message: ToTraining) => void): Promise<void> => {
    if (message.type === 'checkpoint') {
      const value: unknown = schemas.checkpoint.parse(message.value);
      checkpoint?.(value as TaskCheckpoint<T>);
      return;
    }
    if (message.type === 'need-embeddings') {
      if (!embeddings)
        throw new PlumblineError('internal', `The task ${task} asked for embeddings, but none were given.`);
      send({ type: 'embeddings', id: message.id, data: await embeddings(message.indices) });
      return;
    }
    if (message.type === 'need-content') {
      if (!content) throw new PlumblineError('internal', `The task ${task} asked for contents, but none were given.`);
      send({ type: 'content', id: message.id, data: await content(message.index) });
      return;
    }
    if (!rasters) throw new PlumblineError('internal', `The task ${task} asked for rasters, but none were given.`);
    send({ type: 'rasters', id: message.id, data: rasters(message.indices) });
  };
  const program: ChildProgram<unknown, FromTraining> = {
    id: 'training',
    entry: builtEntry('engine/probe'),
    env: childEnvironment,
    result: schemas.result,
    own: fromTrainingSchema,
    graceMs: CANCEL_GRACE_MS,
    words,
  };
  const start: ToTraining = { type: 'start', task, input };
  // The task picks its schema, so the result fits: TypeScript cannot follow that through a union.
  return (await runChild(program, { start, signal, progress, hear, ...(onSpawn && { onSpawn }) })) as TaskResult<T>;
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

/** `seconds` is the budget for computing the views, in seconds of one core. */
export const INSTANT_ORDER = { seed: 1, seconds: 12 } as const;

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
 * Runs the CNN probe on images; `options.rasters` gives the raster of an index. A later run can continue from a
 * checkpoint.
 */
export function runCnnProbe(
  input: TaskInput<'cnn-probe'>,
  options: TaskOptions<'cnn-probe'>,
): Promise<TaskResult<'cnn-probe'>> {
  return runTask('cnn-probe', input, options);
}
