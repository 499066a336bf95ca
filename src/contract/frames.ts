/**
 * The envelopes of one channel between a client and the engine, whatever carries them (fork channel, window IPC, in
 * memory).
 */
import { z } from 'zod';
import { wireErrorSchema } from './errors';

/** Raised when a frame or an api entry changes its meaning; both sides refuse another version. */
export const PROTOCOL_VERSION = 1;

/** The only frame that a window may send. */
export const requestFrameSchema = z.object({
  type: z.literal('request'),
  id: z.int(),
  name: z.string(),
  params: z.unknown(),
});
export type RequestFrame = z.infer<typeof requestFrameSchema>;

export const toEngineFrameSchema = z.discriminatedUnion('type', [
  /**
   * `untrusted`: passed on for a window, so that entries which take paths are refused. The shell sets it; a window
   * cannot clear it.
   */
  requestFrameSchema.extend({ untrusted: z.boolean().optional() }),
  /** Finish what is running (commit, checkpoint) and exit. */
  z.object({ type: z.literal('drain') }),
]);
export type ToEngineFrame = z.infer<typeof toEngineFrameSchema>;

export const fromEngineFrameSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.int(), pid: z.int() }),
  z.object({ type: z.literal('reply'), id: z.int(), ok: z.literal(true), result: z.unknown() }),
  z.object({ type: z.literal('error'), id: z.int(), ok: z.literal(false), error: wireErrorSchema }),
  z.object({ type: z.literal('event'), name: z.string(), payload: z.unknown() }),
]);
export type FromEngineFrame = z.infer<typeof fromEngineFrameSchema>;
