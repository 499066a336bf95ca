/** What may be asked of the images of a data set: which, and in what order. */
import { z } from 'zod';
import { imageFormatSchema, imageIdSchema } from './image';

/** `instant` and `cnn` are the probes' own predictions; anything else was brought by the user. */
export const predictionsIdSchema = z.string().regex(/^(instant|cnn|[0-9a-f]{32})$/);

export const imageFilterSchema = z.object({
  classes: z.array(z.string()).optional(),
  splits: z.array(z.string()).optional(),
  formats: z.array(imageFormatSchema).optional(),
  unreadable: z.boolean().optional(),
  /** Substring of the path, any case. */
  text: z.string().max(500).optional(),
  /** Only images of this finding. */
  finding: z.string().optional(),
  ids: z.array(imageIdSchema).max(100_000).optional(),
  /** Only images of this cell of the confusion matrix of some predictions. */
  cell: z.object({ predictions: predictionsIdSchema, given: z.string(), predicted: z.string() }).optional(),
});
export type ImageFilter = z.infer<typeof imageFilterSchema>;

export const imageSortSchema = z.object({
  by: z.enum(['path', 'class', 'width', 'bytes', 'brightness', 'entropy', 'sharpness', 'value']),
  descending: z.boolean(),
});
export type ImageSort = z.infer<typeof imageSortSchema>;
