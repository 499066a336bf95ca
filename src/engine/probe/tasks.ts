/** What the training process can do: one entry per task, and the schemas that both sides parse its input and its result with. */
import { z } from 'zod';

const nothing = z.undefined();

export const probeTasks = {
  /** Fits a small network on made-up data: proves that TensorFlow works on this machine. */
  'training-check': {
    input: z.object({ steps: z.int().min(1).max(10_000) }),
    checkpoint: nothing,
    result: z.object({ firstLoss: z.number(), lastLoss: z.number() }),
  },
} as const;

export type ProbeTasks = typeof probeTasks;
export type TaskName = keyof ProbeTasks;
export type TaskInput<T extends TaskName> = z.infer<ProbeTasks[T]['input']>;
export type TaskCheckpoint<T extends TaskName> = z.infer<ProbeTasks[T]['checkpoint']>;
export type TaskResult<T extends TaskName> = z.infer<ProbeTasks[T]['result']>;

/** How far a task is, in its own units. */
export interface Step {
  /** A short phrase for the user: "Learning patches". */
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
}

/** What a task may use of the world. */
export interface TaskContext<T extends TaskName> {
  readonly signal: AbortSignal;
  readonly progress: (step: Step) => void;
  /** Rasters of images by index, 64×64×3 bytes each (row-major RGB), in the order asked for. */
  readonly rasters: (indices: Int32Array) => Promise<Uint8Array>;
  /** Hands over what a later run needs to go on from here. */
  readonly checkpoint: (value: TaskCheckpoint<T>) => void;
}

export type TaskRunner<T extends TaskName> = (input: TaskInput<T>, context: TaskContext<T>) => Promise<TaskResult<T>>;
