/** Which images of a data set a client may ask for, and in what order. */
import { z } from 'zod';
import { probeKindSchema, suspectFilterSchema } from './labels';
import { reviewVerdictSchema } from './review';
import { checkIdSchema } from './finding';
import { imageFormatSchema, imageIdSchema } from './image';

/** Id of predictions that the user added. */
export const ownPredictionsIdSchema = z.string().regex(/^[0-9a-f]{32}$/);
/** The kind of a probe stands for its last predictions. */
export const predictionsIdSchema = z.union([probeKindSchema, ownPredictionsIdSchema]);

/** `open`: without a decision. */
export const decidedAsSchema = z.enum([...reviewVerdictSchema.options, 'open']);
export type DecidedAs = z.infer<typeof decidedAsSchema>;

/** What is measured of an image; `suspicion`: P(the label is wrong), as `imageSortSchema`. */
export const measureSchema = z.enum([
  'size',
  'aspect',
  'bytes',
  'brightness',
  'entropy',
  'sharpness',
  'edges',
  'colourfulness',
  'suspicion',
]);
export type Measure = z.infer<typeof measureSchema>;

/** From `from` up to, but not including, `to`; null: no limit. */
export const measureRangeSchema = z.object({ from: z.number().nullable(), to: z.number().nullable() });
export type MeasureRange = z.infer<typeof measureRangeSchema>;

export const imageFilterSchema = z.object({
  classes: z.array(z.string()).optional(),
  splits: z.array(z.string()).optional(),
  formats: z.array(imageFormatSchema).optional(),
  unreadable: z.boolean().optional(),
  /** Substring of the path or the note; upper and lower case are equal. */
  text: z.string().max(500).optional(),
  /** Only images of this finding. */
  finding: z.string().optional(),
  ids: z.array(imageIdSchema).max(100_000).optional(),
  /** Only images in this cell of the confusion matrix of these predictions. */
  cell: z.object({ predictions: predictionsIdSchema, given: z.string(), predicted: z.string() }).optional(),
  /** Only images that the probe predicts as one of these classes. If several probes ran: the first of `labels.summary`. */
  predicted: z.array(z.string()).optional(),
  /** Only images with a suspicious label. */
  suspect: suspectFilterSchema.optional(),
  /** Of the images that match the rest, the 1,000 most similar to the mean of these images (paths). */
  like: z.array(z.string()).min(1).max(100).optional(),
  decided: z.array(decidedAsSchema).optional(),
  /** Only images that another reviewer decided differently, until the user has settled that. */
  disagreements: z.literal(true).optional(),
  /** Only images that have one of these tags. */
  tags: z.array(z.string()).optional(),
  /** Only images that have a note, or that have none. */
  noted: z.boolean().optional(),
  /** Only readable images whose measures are in all of these ranges. */
  ranges: z.partialRecord(measureSchema, measureRangeSchema).optional(),
  /** Only images whose measure in this check is in this range; for checks that measure single pictures. */
  checked: measureRangeSchema.extend({ check: checkIdSchema }).optional(),
});
export type ImageFilter = z.infer<typeof imageFilterSchema>;

/**
 * `value`: as `like`, the finding or the suspicious labels of the filter. `suspicion`: P(the label is wrong). `predicted`: class
 * predicted by the probe. `decided`: time of the decision.
 */
export const imageSortSchema = z.object({
  by: z.enum(['path', 'class', 'width', ...measureSchema.options, 'value', 'predicted', 'decided']),
  descending: z.boolean(),
});
export type ImageSort = z.infer<typeof imageSortSchema>;
