/** What the engine and the training process say to each other. Both sides parse what they get. */
import { z } from 'zod';
import { bytesSchema, intsSchema } from '../../../contract/arrays';
import { wireErrorSchema } from '../../../contract/errors';
import { stepSchema } from '../../process/task';
import { probeTasks, type TaskName } from './tasks';

const taskNameSchema = z.enum(Object.keys(probeTasks) as [TaskName, ...TaskName[]]);

export const toProbeSchema = z.discriminatedUnion('type', [
  /** The first message, once: a process runs one task and ends. */
  z.object({ type: z.literal('start'), task: taskNameSchema, input: z.unknown() }),
  z.object({ type: z.literal('cancel') }),
  /** Answers `need` of the same id. */
  z.object({ type: z.literal('rasters'), id: z.int(), data: bytesSchema }),
]);
export type ToProbe = z.infer<typeof toProbeSchema>;

export const fromProbeSchema = z.discriminatedUnion('type', [
  /** TensorFlow is loaded. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('progress'), step: stepSchema }),
  /** Rasters are pulled, so that neither side ever holds all of a large data set. */
  z.object({ type: z.literal('need'), id: z.int(), indices: intsSchema }),
  z.object({ type: z.literal('checkpoint'), value: z.unknown() }),
  z.object({ type: z.literal('done'), result: z.unknown() }),
  z.object({ type: z.literal('cancelled') }),
  z.object({ type: z.literal('failed'), error: wireErrorSchema }),
]);
export type FromProbe = z.infer<typeof fromProbeSchema>;
