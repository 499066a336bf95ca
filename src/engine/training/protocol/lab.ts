/** The lab's input and its progress messages, in a file of their own because the engine must not load TensorFlow. */
import { z } from 'zod';
import { intsSchema } from '../../../contract/arrays';
import { layerSchema } from './embed';
import { labRunSchema, traceSchema, yardstickSchema } from '../../../contract/model/lab';
import { recipeSchema } from '../../../core/collapse/recipe';

/**
 * Increased when a configuration would be trained or judged differently than before. Runs of another version are not
 * taken over.
 */
export const LAB_VERSION = 1;

/** What the window shows during the lab, and what a resumed lab continues from. */
export const labCheckpointSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('yardstick'), yardstick: yardstickSchema }),
  z.object({ type: z.literal('start'), title: z.string(), seed: z.int() }),
  z.object({ type: z.literal('trace'), title: z.string(), seed: z.int(), trace: traceSchema }),
  z.object({ type: z.literal('run'), run: labRunSchema }),
]);
export type LabCheckpoint = z.infer<typeof labCheckpointSchema>;

export const labInputSchema = z.object({
  /** The images of the lab. Index i of each array is the same image; a raster is requested by this index. */
  widths: intsSchema,
  heights: intsSchema,
  labels: intsSchema,
  classes: z.int().min(1),
  /** Equal numbers are duplicates of one image; −1 is an image without duplicates. */
  groups: intsSchema,
  /** Indices of images. */
  training: intsSchema,
  validation: intsSchema,
  leaked: intsSchema,
  /** By data intervention: the training images that it leaves out. */
  faulty: z.record(z.string(), intsSchema),
  recipe: recipeSchema,
  /** What the network gives for each image; null if the recipe has no pretrained base. */
  base: z
    .object({
      /** The parts of a row that the network gives for the input that it expects. */
      layers: z.array(layerSchema).min(1),
      /**
       * Names of the inputs of the base, the sound one first. After `layers`, a row has `width` numbers for each other
       * one; if the base is trained, it has a map for each input.
       */
      inputs: z.array(z.string()).min(1),
      /** Numbers that the layers after the base get, the first ones of `layers`. */
      width: z.int().positive(),
      /** If the last part of the network is trained too: its file, and the maps that the last part gets. */
      tuned: z.object({ path: z.string().min(1), channels: z.int().positive(), side: z.int().positive() }).nullable(),
    })
    .nullable(),
  /** Number of weight updates that the user's training makes on all images. */
  userSteps: z.int().min(1),
  budgetSeconds: z.number().positive(),
  /** Number of updates of the sound recipe; null: the number needed for images of this size. */
  soundSteps: z.int().min(1).nullable(),
  /** Line in the script, by choice. */
  lines: z.record(z.string(), z.int().positive()),
  /** Ids of the choices to test first. */
  suspects: z.array(z.string()),
  /** Runs of an interrupted lab on the same images and recipe. */
  yardstick: yardstickSchema.nullable(),
  done: z.array(labRunSchema),
});
export type LabInput = z.infer<typeof labInputSchema>;
