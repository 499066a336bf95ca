/** A model of the user's own, run on the data set. */
import { z } from 'zod';

/** How pixels become the numbers that a model expects. */
export const scalingSchema = z.enum(['unit', 'symmetric', 'imagenet', 'raw']);
export type Scaling = z.infer<typeof scalingSchema>;

export const preprocessingSchema = z.object({ scaling: scalingSchema, order: z.enum(['rgb', 'bgr']) });
export type Preprocessing = z.infer<typeof preprocessingSchema>;

export const modelKindSchema = z.enum(['onnx', 'saved-model', 'layers-model', 'graph-model']);
export type ModelKind = z.infer<typeof modelKindSchema>;

/** What a model says of itself. */
export const modelShapeSchema = z.object({
  kind: modelKindSchema,
  /** Pixels; null where the model takes any size. */
  width: z.int().positive().nullable(),
  height: z.int().positive().nullable(),
  channels: z.union([z.literal(1), z.literal(3)]),
  layout: z.enum(['nhwc', 'nchw']),
  /** Numbers per image that it puts out; null where only a run tells. */
  outputs: z.int().positive().nullable(),
  /**
   * The scaling that stands in the model itself (a Rescaling layer), so that it must be fed raw; null where it does not
   * say.
   */
  ownScaling: z.string().nullable(),
});
export type ModelShape = z.infer<typeof modelShapeSchema>;

/** How a model fares on a few images under one preprocessing. */
export const preprocessingTrialSchema = z.object({
  preprocessing: preprocessingSchema,
  accuracy: z.number(),
  confidence: z.number(),
});
export type PreprocessingTrial = z.infer<typeof preprocessingTrialSchema>;
