/** What the engine and the training process say to each other. Both sides parse what they get. */
import { z } from 'zod';
import { wireErrorSchema } from '../../../contract/errors';
import { stepSchema } from '../../process/task';
import { probeTasks, type TaskName } from './tasks';

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const indices = z.custom<Int32Array>((value) => value instanceof Int32Array);
const taskNameSchema = z.enum(Object.keys(probeTasks) as [TaskName, ...TaskName[]]);

export const toProbeSchema = z.discriminatedUnion('type', [
  /** The first message, once: a process runs one task and ends. */
  z.object({ type: z.literal('start'), task: taskNameSchema, input: z.unknown() }),
  z.object({ type: z.literal('cancel') }),
  /** Answers `need` of the same id. */
  z.object({ type: z.literal('rasters'), id: z.int(), data: bytes }),
]);
export type ToProbe = z.infer<typeof toProbeSchema>;

export const fromProbeSchema = z.discriminatedUnion('type', [
  /** TensorFlow is loaded. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('progress'), step: stepSchema }),
  /** Rasters are pulled, so that neither side ever holds all of a large data set. */
  z.object({ type: z.literal('need'), id: z.int(), indices }),
  z.object({ type: z.literal('checkpoint'), value: z.unknown() }),
  z.object({ type: z.literal('done'), result: z.unknown() }),
  z.object({ type: z.literal('cancelled') }),
  z.object({ type: z.literal('failed'), error: wireErrorSchema }),
]);
export type FromProbe = z.infer<typeof fromProbeSchema>;
