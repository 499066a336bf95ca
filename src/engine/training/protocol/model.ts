/**
 * The input and the result of running a user's model, in a file of their own because the engine must not load the
 * runners.
 */
import { z } from 'zod';
import { floatsSchema, intsSchema } from '../../../contract/arrays';
import {
  modelKindSchema,
  modelShapeSchema,
  preprocessingSchema,
  preprocessingTrialSchema,
} from '../../../contract/model/user-model';

export const modelInputSchema = z.object({
  kind: modelKindSchema,
  path: z.string().min(1),
  /** Side of the square that images are stretched to, where the model does not say. */
  side: z.int().min(8).max(2048),
  /** Null: what the model tells, else what does best on a few images. */
  preprocessing: preprocessingSchema.nullable(),
  /**
   * Absolute paths of readable images: the model wants them larger than the index keeps them, so they are decoded again
   * where it runs.
   */
  files: z.array(z.string()),
  /** Class of each image, 0 … classes − 1. */
  labels: intsSchema,
  classes: z.int().min(1),
});

export const modelResultSchema = z.object({
  shape: modelShapeSchema,
  preprocessing: preprocessingSchema,
  /** How the preprocessing came about. */
  chosen: z.enum(['given', 'told-by-model', 'by-trial']),
  /** Raw outputs, images × outputs. */
  values: floatsSchema,
  outputs: z.int().positive(),
  trials: z.array(preprocessingTrialSchema),
  trialImages: z.int(),
});
