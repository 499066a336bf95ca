/**
 * The input and the messages of the task that runs the pretrained network, in a file of their own because the engine
 * must not load onnxruntime.
 */
import { z } from 'zod';
import { bytesSchema, floatsSchema, intsSchema } from '../../../contract/arrays';

/** One output of a pretrained network: its mean over all positions, `width` numbers for each image. */
export const layerSchema = z.object({ name: z.string().min(1), width: z.int().positive() });

export const embedInputSchema = z.object({
  /** Absolute path of an ONNX file. It takes images × 3 × side × side, values −1 … 1, for any number and any side. */
  path: z.string().min(1),
  /** The name of that input. */
  input: z.string().min(1),
  /** Pixels of the square that the network is given. */
  side: z.int().min(8).max(1024),
  /** The outputs to compute, in the order of a row. */
  outputs: z.array(layerSchema).min(1),
  images: z.array(
    z.object({
      /** The absolute path in bytes, because the name of a file need not be valid text. */
      file: bytesSchema,
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
   * Positions without values: the file cannot be read, is not the one that was indexed, or the network put out NaN or
   * infinity.
   */
  passedOver: intsSchema,
});
