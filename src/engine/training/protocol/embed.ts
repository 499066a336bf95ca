/**
 * The inputs and the messages of the tasks that run a pretrained network, in a file of their own because the engine must
 * not load onnxruntime.
 */
import { z } from 'zod';
import { bytesSchema, floatsSchema, intsSchema } from '../../../contract/arrays';
import {
  backboneChoicesSchema,
  networkInputSchema,
  networkOutputSchema,
  networkPlanSchema,
  pixelNormalizationSchema,
} from '../../../contract/model/backbone';

/** One part of a row of embeddings: `width` numbers for each image. */
export const layerSchema = z.object({ name: z.string().min(1), width: z.int().positive() });

/** A network and how to run it. */
export const encoderSchema = z.object({
  /** Absolute path of an ONNX file. */
  path: z.string().min(1),
  /** Hash that the network must still have; null for the built-in one, which set-up has checked. */
  sha256: z.string().nullable(),
  input: networkInputSchema,
  normalization: pixelNormalizationSchema,
  /** Whether the network is given blue where it expects red. The normalization is that of what it expects. */
  swapped: z.boolean().optional(),
  /** A value inside the graph that is wanted as an output too. */
  exposes: z.string().min(1).optional(),
  /** The outputs to compute, in the order of a row. */
  outputs: z.array(networkOutputSchema).min(1),
});
export type EncoderOrder = z.infer<typeof encoderSchema>;

export const embedInputSchema = encoderSchema.extend({
  /** Pixels of the square that the network is given. */
  side: z.int().min(8).max(1024),
  /** After this time no further batch is begun, and the images that are left are passed over; absent: no limit. */
  seconds: z.number().optional(),
  /** Threads that the network runs on; absent: one for each core. */
  threads: z.int().positive().optional(),
  images: z.array(
    z.object({
      /**
       * The absolute path in bytes, because the name of a file need not be valid text; null: the content is asked of the
       * process that started the task.
       */
      file: bytesSchema.nullable(),
      /** Of the content that was indexed: a file with another content is passed over. */
      sha256: z.string(),
    }),
  ),
});

export const embedCheckpointSchema = z.object({
  /** Positions in the input's `images`. */
  positions: intsSchema,
  /** positions × the sum of the outputs' widths, row-major, all finite. */
  values: floatsSchema,
});

export const embedResultSchema = z.object({
  /**
   * Positions without values: the file cannot be read, is not the one that was indexed, the network put out NaN or
   * infinity, or the time was over.
   */
  passedOver: intsSchema,
});

export const inspectInputSchema = backboneChoicesSchema.extend({
  /** Absolute path of an ONNX file. */
  path: z.string().min(1),
});

export const inspectResultSchema = z.object({
  plan: networkPlanSchema,
  sideIsFixed: z.boolean(),
  notes: z.array(z.string()),
});
