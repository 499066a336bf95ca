/** The lab's input and its progress messages, in a file of their own because the engine must not load TensorFlow. */
import { z } from 'zod';
import { intsSchema } from '../../../contract/arrays';
import { labRunSchema, traceSchema } from '../../../contract/model/lab';
import { recipeSchema } from '../../../contract/model/recipe';
import { CHOICE_IDS } from '../../../core/collapse/choices';

const yardstickSchema = z.object({ balancedAccuracy: z.number(), aboveChance: z.boolean() });

/**
 * Raised when a configuration would be trained or judged otherwise than before: runs of another version are not taken
 * over.
 */
export const LAB_VERSION = 1;

/** What the window shows live, and what a resumed lab goes on from. */
export const labCheckpointSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('yardstick'), yardstick: yardstickSchema }),
  z.object({ type: z.literal('start'), title: z.string(), seed: z.int() }),
  z.object({ type: z.literal('trace'), title: z.string(), seed: z.int(), trace: traceSchema }),
  z.object({ type: z.literal('run'), run: labRunSchema }),
]);
export type LabCheckpoint = z.infer<typeof labCheckpointSchema>;

export const labInputSchema = z.object({
  /** The images of the lab: position i of each array is one image, and index i asks for its raster. */
  widths: intsSchema,
  heights: intsSchema,
  labels: intsSchema,
  classes: z.int().min(1),
  /** Equal numbers are one picture; −1 stands alone. */
  groups: intsSchema,
  /** Positions. */
  training: intsSchema,
  validation: intsSchema,
  leaked: intsSchema,
  flagged: intsSchema,
  duplicates: intsSchema,
  recipe: recipeSchema,
  /** Updates that the user's training makes on all his images. */
  userSteps: z.int().min(1),
  budgetSeconds: z.number().positive(),
  /** Updates of the sound recipe; null: as many as it takes on pictures of this size. */
  soundSteps: z.int().min(1).nullable(),
  /** Line of the script by choice. */
  lines: z.partialRecord(z.enum(CHOICE_IDS), z.int().positive()),
  /** Of an earlier lab that was cut off, on the same images and recipe. */
  yardstick: yardstickSchema.nullable(),
  done: z.array(labRunSchema),
});
export type LabInput = z.infer<typeof labInputSchema>;
