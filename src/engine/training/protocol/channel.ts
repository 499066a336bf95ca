/** Messages between the engine and the training process, in addition to those of every child process. */
import { z } from 'zod';
import { bytesSchema, floatsSchema, intsSchema } from '../../../contract/arrays';
import { cancelSchema } from '../../process/child-protocol';
import { probeTasks, type TaskName } from './tasks';

const taskNameSchema = z.enum(Object.keys(probeTasks) as [TaskName, ...TaskName[]]);

export const toTrainingSchema = z.discriminatedUnion('type', [
  /** The first message, sent once: a process runs one task and ends. */
  z.object({ type: z.literal('start'), task: taskNameSchema, input: z.unknown() }),
  cancelSchema,
  /** Answers `need` of the same id. */
  z.object({ type: z.literal('rasters'), id: z.int(), data: bytesSchema }),
  /** Answers `need-embeddings` of the same id. */
  z.object({ type: z.literal('embeddings'), id: z.int(), data: floatsSchema }),
  /** Answers `need-content` of the same id; null: there is none. */
  z.object({ type: z.literal('content'), id: z.int(), data: bytesSchema.nullable() }),
]);
export type ToTraining = z.infer<typeof toTrainingSchema>;

export const fromTrainingSchema = z.discriminatedUnion('type', [
  /** The training process requests rasters, so that neither side ever holds all rasters of a large data set. */
  z.object({ type: z.literal('need'), id: z.int(), indices: intsSchema }),
  /** The same for what a pretrained network sees in the images. */
  z.object({ type: z.literal('need-embeddings'), id: z.int(), indices: intsSchema }),
  /** One image file, for images that are not in the file system. */
  z.object({ type: z.literal('need-content'), id: z.int(), index: z.int() }),
  z.object({ type: z.literal('checkpoint'), value: z.unknown() }),
]);
export type FromTraining = z.infer<typeof fromTrainingSchema>;
