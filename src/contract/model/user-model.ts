/** A model of the user that is run on the data set. */
import { z } from 'zod';

/** Represents a model file that the user chose. Windows never see its path. */
export const modelTokenSchema = z.string().regex(/^[0-9a-f]{32}$/);

/** How pixels are turned into the numbers that a model expects. */
export const scalingSchema = z.enum(['unit', 'symmetric', 'imagenet', 'raw']);
export type Scaling = z.infer<typeof scalingSchema>;

export const preprocessingSchema = z.object({ scaling: scalingSchema, order: z.enum(['rgb', 'bgr']) });
export type Preprocessing = z.infer<typeof preprocessingSchema>;

export const modelKindSchema = z.enum(['onnx', 'saved-model', 'layers-model', 'graph-model']);
export type ModelKind = z.infer<typeof modelKindSchema>;

/** What a model file says about the model. */
export const modelShapeSchema = z.object({
  kind: modelKindSchema,
  /** Pixels; null where the model takes any size. */
  width: z.int().positive().nullable(),
  height: z.int().positive().nullable(),
  channels: z.union([z.literal(1), z.literal(3)]),
  layout: z.enum(['nhwc', 'nchw']),
  /** Number of outputs per image; null where only a run can tell. */
  outputs: z.int().positive().nullable(),
  /**
   * The scaling that the model does itself (a Rescaling layer), so that it must get unscaled pixels; null where the
   * model does not say.
   */
  ownScaling: z.string().nullable(),
});
export type ModelShape = z.infer<typeof modelShapeSchema>;

/** Result of a model on a few images with one preprocessing. */
export const preprocessingTrialSchema = z.object({
  preprocessing: preprocessingSchema,
  accuracy: z.number(),
  confidence: z.number(),
});
export type PreprocessingTrial = z.infer<typeof preprocessingTrialSchema>;
