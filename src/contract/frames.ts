/**
 * The frames of a channel between a client and a server, independent of the transport (child process, window, memory).
 */
import { z } from 'zod';
import { wireErrorSchema } from './errors';

/** Increased when a frame or a call changes its meaning. Both sides refuse any other version. */
export const PROTOCOL_VERSION = 1;

/** The only kind of frame that a window may send. */
export const requestFrameSchema = z.object({
  type: z.literal('request'),
  id: z.int(),
  name: z.string(),
  params: z.unknown(),
});
export type RequestFrame = z.infer<typeof requestFrameSchema>;

export const toEngineFrameSchema = z.discriminatedUnion('type', [
  /**
   * `untrusted`: the shell forwards the request of a window, so calls that take paths are refused. The shell sets this;
   * a window cannot remove it.
   */
  requestFrameSchema.extend({ untrusted: z.boolean().optional() }),
  /** Finish the current work (commit, checkpoint) and exit. */
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
