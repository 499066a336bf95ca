/** One step of the instant probe over ranges of images, as the training process does it. */
import { z } from 'zod';
import { bytesSchema, intsSchema } from '../../../contract/arrays';
import { layerSchema } from './embed';

/**
 * What a step reads and writes, by name. `features`, `rows` and `scores` are 32-bit numbers, one row for each image;
 * `embeddings` and `marks` are 16-bit numbers, what the pretrained network puts out for the images of a range and for
 * the landmarks among them; all others are data of `training/instant` in the format of `node:v8`.
 */
const stateSchema = z.enum([
  'images',
  'marks',
  'choices',
  'plan',
  'embeddings',
  'features',
  'sums',
  'basis',
  'rows',
  'shared',
  'targets',
  'fit',
  'errors',
  'chosen',
  'scores',
  'round',
  'doubts',
]);
export type ProbeState = z.infer<typeof stateSchema>;

const rangeStepSchema = z.enum(['plan', 'features', 'solve', 'rotate', 'targets', 'errors', 'scores']);
export type RangeStep = z.infer<typeof rangeStepSchema>;

const statesSchema = z.partialRecord(stateSchema, bytesSchema);

export const rangeInputSchema = z.object({
  step: rangeStepSchema,
  /** The range: images by index, `to` is exclusive. */
  from: z.int(),
  to: z.int(),
  states: statesSchema,
  /** `shared` of other ranges. */
  others: z.array(bytesSchema),
  /** Of the step `plan`: the landmarks, and the parts of a row of embeddings, null without a pretrained network. */
  plan: z.object({ marks: intsSchema, layers: z.array(layerSchema).min(1).nullable() }).optional(),
});

export const rangeResultSchema = statesSchema;
