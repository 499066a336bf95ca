/**
 * What the training process can do: one entry per task, and the schemas that both sides parse its input and its result
 * with.
 */
import { z } from 'zod';
import { floatsSchema, intsSchema } from '../../../contract/arrays';
import { labResultSchema } from '../../../contract/model/lab';
import type { Step } from '../../process/task';
import { modelInputSchema, modelResultSchema } from './model';
import { cnnCheckpointSchema, cnnInputSchema } from './cnn';
import { labCheckpointSchema, labInputSchema } from './lab';

const nothing = z.undefined();

/** The images of a probe: position i of each array is one image, and index i asks for its raster. */
const imagesSchema = {
  /** True sizes in pixels. */
  widths: intsSchema,
  heights: intsSchema,
  /** Class of each image, 0 … classes − 1. */
  labels: intsSchema,
  classes: z.int().min(1),
  /**
   * Equal numbers are one group of duplicates, left out together; −1 stands alone. Null where there are no duplicates.
   */
  groups: intsSchema.nullable(),
  seed: z.int(),
};

/** What every probe gives. */
export const probeResultSchema = z.object({
  /** P(true class | image), images × classes, made without the image's label and its duplicates. */
  probabilities: floatsSchema,
  /** images × dimensions, row-major: where each image lies among the others. */
  embedding: floatsSchema,
  dimensions: z.int(),
  /** What the probe chose for this data, for the curious. */
  choices: z.array(z.object({ name: z.string(), value: z.string() })),
});

export const probeTasks = {
  /** Fits a small network on made-up data: proves that TensorFlow works on this machine. */
  'training-check': {
    input: z.object({ steps: z.int().min(1).max(10_000) }),
    checkpoint: nothing,
    result: z.object({ firstLoss: z.number(), lastLoss: z.number() }),
  },
  /** Fixed features, a solved head, every image predicted exactly without itself: seconds. */
  'instant-probe': {
    input: z.object({
      ...imagesSchema,
      /** Time to spend at most on choosing and computing views. */ seconds: z.number().positive(),
    }),
    checkpoint: nothing,
    result: probeResultSchema,
  },
  /** A small CNN trained fold by fold: minutes. */
  'cnn-probe': {
    input: z.object({ ...imagesSchema, ...cnnInputSchema }),
    checkpoint: cnnCheckpointSchema,
    result: probeResultSchema,
  },
  /** Finds by training what makes a recipe collapse: minutes. */
  lab: { input: labInputSchema, checkpoint: labCheckpointSchema, result: labResultSchema },
  /** Predicts every image with a model of the user's own. */
  model: { input: modelInputSchema, checkpoint: nothing, result: modelResultSchema },
} as const;

export type ProbeTasks = typeof probeTasks;
export type TaskName = keyof ProbeTasks;
export type TaskInput<T extends TaskName> = z.infer<ProbeTasks[T]['input']>;
export type TaskCheckpoint<T extends TaskName> = z.infer<ProbeTasks[T]['checkpoint']>;
export type TaskResult<T extends TaskName> = z.infer<ProbeTasks[T]['result']>;

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
