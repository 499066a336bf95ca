/**
 * What the training process can do: one entry per task, with the schemas by which both sides parse its input and its
 * result.
 */
import { z } from 'zod';
import { floatsSchema, intsSchema } from '../../../contract/arrays';
import { labResultSchema } from '../../../contract/model/lab';
import { pretrainedUseSchema } from '../../../contract/model/labels';
import type { Step } from '../../process/task';
import { modelInputSchema, modelResultSchema } from './model';
import { cnnCheckpointSchema, cnnInputSchema } from './cnn';
import {
  embedCheckpointSchema,
  embedInputSchema,
  embedResultSchema,
  inspectInputSchema,
  inspectResultSchema,
  layerSchema,
} from './embed';
import { labCheckpointSchema, labInputSchema } from './lab';
import { rangeInputSchema, rangeResultSchema } from './probe-range';

const nothing = z.undefined();

/** The images of a probe. Index i of each array is the same image; a raster is requested by this index. */
const imagesSchema = {
  /** True sizes in pixels. */
  widths: intsSchema,
  heights: intsSchema,
  /** Class of each image, 0 … classes − 1. */
  labels: intsSchema,
  classes: z.int().min(1),
  /**
   * Equal numbers are one group of duplicates, which is left out together; −1 is an image without duplicates. Null
   * where no image has duplicates.
   */
  groups: intsSchema.nullable(),
  seed: z.int(),
};

/** The result of every probe. */
export const probeResultSchema = z.object({
  /** P(given label | image), images × classes, predicted without the image's own label and without its duplicates. */
  probabilities: floatsSchema,
  /** P(true class | image), images × classes: the same with the label noise removed. */
  truth: floatsSchema,
  /** Positions of the images in the embedding: images × dimensions, row-major. */
  embedding: floatsSchema,
  dimensions: z.int(),
  /** Whether the embeddings helped; absent without any. */
  usesEmbedding: z.boolean().optional(),
  /** The same for the built-in network; absent where the probe was given another source of embeddings. */
  pretrained: pretrainedUseSchema.optional(),
  /** What the probe chose for this data set, for interested users. */
  choices: z.array(z.object({ name: z.string(), value: z.string() })),
});

export const probeTasks = {
  /** Fits a small network on generated data, to check that TensorFlow works on this machine. */
  'training-check': {
    input: z.object({ steps: z.int().min(1).max(10_000) }),
    checkpoint: nothing,
    result: z.object({ firstLoss: z.number(), lastLoss: z.number() }),
  },
  /** Fixed features and a closed-form classifier; every image is predicted exactly as without it. Takes seconds. */
  'instant-probe': {
    input: z.object({
      ...imagesSchema,
      /** Most seconds for choosing and computing views. */ seconds: z.number().positive(),
      /** The parts of a row of embeddings, in order; null without a pretrained network. */
      layers: z.array(layerSchema).min(1).nullable(),
      /** Where the embeddings come from. Those of the user are tried on any pictures. */
      source: z.enum(['pretrained', 'own-network', 'own-embedding']),
      /** Folder for what does not fit into memory, about 5 kB an image; absent: the system's temporary folder. */
      scratch: z.string().optional(),
    }),
    checkpoint: nothing,
    result: probeResultSchema,
  },
  /** One step of the instant probe over ranges of images, for a run on a cluster. */
  'probe-range': { input: rangeInputSchema, checkpoint: nothing, result: rangeResultSchema },
  /** A small CNN, trained fold by fold. Takes minutes. */
  'cnn-probe': {
    input: z.object({ ...imagesSchema, ...cnnInputSchema }),
    checkpoint: cnnCheckpointSchema,
    result: probeResultSchema,
  },
  /** Finds out, by training, what makes a recipe collapse. Takes minutes. */
  lab: { input: labInputSchema, checkpoint: labCheckpointSchema, result: labResultSchema },
  /** Computes what a pretrained network puts out for each image. */
  embed: { input: embedInputSchema, checkpoint: embedCheckpointSchema, result: embedResultSchema },
  /** Finds out how a network of the user is run. */
  'inspect-backbone': { input: inspectInputSchema, checkpoint: nothing, result: inspectResultSchema },
  /** Predicts every image with the user's model. */
  model: { input: modelInputSchema, checkpoint: nothing, result: modelResultSchema },
} as const;

export type ProbeTasks = typeof probeTasks;
export type TaskName = keyof ProbeTasks;
export type TaskInput<T extends TaskName> = z.infer<ProbeTasks[T]['input']>;
export type TaskCheckpoint<T extends TaskName> = z.infer<ProbeTasks[T]['checkpoint']>;
export type TaskResult<T extends TaskName> = z.infer<ProbeTasks[T]['result']>;

/** What a task can use from outside. */
export interface TaskContext<T extends TaskName> {
  readonly signal: AbortSignal;
  readonly progress: (step: Step) => void;
  /** Rasters of images by index, 64×64×3 bytes each (row-major RGB), in the requested order. */
  readonly rasters: (indices: Int32Array) => Promise<Uint8Array>;
  /** Outputs of the pretrained network by index, in the order of the request; NaN for an image without any. */
  readonly embeddings: (indices: Int32Array) => Promise<Float32Array>;
  /** The file of the image at this position; null where it cannot be read. */
  readonly content: (index: number) => Promise<Uint8Array | null>;
  /** Sends the state that a later run needs to continue from here. */
  readonly checkpoint: (value: TaskCheckpoint<T>) => void;
}

export type TaskRunner<T extends TaskName> = (input: TaskInput<T>, context: TaskContext<T>) => Promise<TaskResult<T>>;
