/**
 * Messages between the engine and the child processes that it starts for one task. Both sides parse what they receive.
 */
import { z } from 'zod';
import { wireErrorSchema } from '../../contract/errors';
import { logLevels } from '../../host/process-log';
import { stepSchema } from './task';

/** To a child that gets time to stop by itself. */
export const cancelSchema = z.object({ type: z.literal('cancel') });

/** From every child; the protocol of a child may add its own messages. The last three end the task. */
export const fromChildSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), step: stepSchema }),
  /** For the engine's log. */
  z.object({
    type: z.literal('log'),
    level: z.enum(logLevels),
    event: z.string(),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
  z.object({ type: z.literal('done'), result: z.unknown() }),
  z.object({ type: z.literal('cancelled') }),
  z.object({ type: z.literal('failed'), error: wireErrorSchema }),
]);
export type FromChild = z.infer<typeof fromChildSchema>;
