/** A pretrained network of the user (an ONNX file) that turns pictures into embeddings. */
import { z } from 'zod';
import { modelTokenSchema } from './user-model';

/** The usual ways to normalize pixels between 0 and 1. The numbers are in core/backbone/normalization.ts. */
export const normalizationNameSchema = z.enum(['imagenet', 'clip', 'half', 'none']);
export type NormalizationName = z.infer<typeof normalizationNameSchema>;

const colour = z.tuple([z.number(), z.number(), z.number()]);

/** (value − mean) / std for red, green and blue, where value is a byte divided by 255. */
export const pixelNormalizationSchema = z.object({ mean: colour, std: colour });
export type PixelNormalization = z.infer<typeof pixelNormalizationSchema>;

/** How one output becomes a row of numbers for each picture. */
export const poolingSchema = z.enum(['row', 'first-token', 'mean-of-tokens', 'mean-of-positions']);
export type Pooling = z.infer<typeof poolingSchema>;

export const networkInputSchema = z.object({
  name: z.string().min(1),
  layout: z.enum(['nchw', 'nhwc']),
  type: z.enum(['float32', 'float16', 'uint8']),
  /** Number of pictures in each run; null where the network takes any number. */
  batch: z.int().positive().nullable(),
});
export type NetworkInput = z.infer<typeof networkInputSchema>;

export const networkOutputSchema = z.object({
  name: z.string().min(1),
  /** Numbers for each picture, after pooling. */
  width: z.int().positive(),
  pooling: poolingSchema,
});
export type NetworkOutput = z.infer<typeof networkOutputSchema>;

/** How a network is run, without the place of its file. */
export const networkPlanSchema = z.object({
  /** Of the ONNX file and the files of its weights, as hexadecimal text. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  input: networkInputSchema,
  /** Side in pixels of the pictures that it is given. */
  side: z.int().min(8).max(1024),
  normalization: pixelNormalizationSchema,
  output: networkOutputSchema,
});

export const ownBackboneSchema = networkPlanSchema.extend({
  model: modelTokenSchema,
  /** File name, for display. */
  file: z.string().min(1),
});
export type OwnBackbone = z.infer<typeof ownBackboneSchema>;

/** What the user chose; null: read from the file or guessed. */
export const backboneChoicesSchema = z.object({
  side: z.int().min(8).max(1024).nullable(),
  normalization: normalizationNameSchema.nullable(),
});
export type BackboneChoices = z.infer<typeof backboneChoicesSchema>;

export const checkedBackboneSchema = z.object({
  backbone: ownBackboneSchema,
  /** Whether the file itself says which side it takes, so that no other can be chosen. */
  sideIsFixed: z.boolean(),
  /** What was read and what was guessed, one sentence each. */
  notes: z.array(z.string()),
});
export type CheckedBackbone = z.infer<typeof checkedBackboneSchema>;

/** The user's network beside a probe. */
export const offeredBackboneSchema = z.object({
  file: z.string(),
  sha256: z.string(),
  /** Whether the probe used it, because it helps to tell the classes apart. */
  used: z.boolean(),
});
