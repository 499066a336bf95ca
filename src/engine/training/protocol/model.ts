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
  /** Side of the square that images are stretched to, if the model does not specify a size. */
  side: z.int().min(8).max(2048),
  /** Null: what the model itself specifies, otherwise what works best on a few images. */
  preprocessing: preprocessingSchema.nullable(),
  /**
   * Absolute paths of readable images. The model needs larger images than the rasters in the index, so the files are
   * decoded again in the training process.
   */
  files: z.array(z.string()),
  /** Class of each image, 0 … classes − 1. */
  labels: intsSchema,
  classes: z.int().min(1),
});

export const modelResultSchema = z.object({
  shape: modelShapeSchema,
  preprocessing: preprocessingSchema,
  /** How the preprocessing was chosen. */
  chosen: z.enum(['given', 'told-by-model', 'by-trial']),
  /** Raw outputs, images × outputs. */
  values: floatsSchema,
  outputs: z.int().positive(),
  trials: z.array(preprocessingTrialSchema),
  trialImages: z.int(),
});
