/** What a window tells the shell for the log: its own errors, and the frames that it dropped. */
import { z } from 'zod';

/** Why a frame was dropped: it does not fit the contract. */
export const frameFaultSchema = z.enum([
  'malformed-frame',
  /** An answer to a call for which nobody is waiting. */
  'unknown-call',
  /** The call was rejected. */
  'malformed-answer',
  'unknown-event',
  'malformed-event',
  /** A frame from a page that may not use the shell. */
  'foreign-sender',
]);
export type FrameFault = z.infer<typeof frameFaultSchema>;

/** Characters. The window cuts its texts to this length; the shell refuses longer ones. */
export const FAULT_TEXT = 2_000;
const text = z.string().max(FAULT_TEXT);

export const windowFaultSchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('window-error'),
    /** Where it was caught: by the page, as a promise that nobody handles, or while a view was drawn. */
    source: z.enum(['page', 'promise', 'view']),
    /** The id of the view that was shown. */
    view: text,
    /** The error's own code where it has one, else its class: "internal", "TypeError". */
    code: text,
    message: text,
    stack: text,
  }),
  z.object({
    event: z.literal('frame-dropped'),
    reason: frameFaultSchema,
    /** The call or event. */
    name: text.nullable(),
    /** What does not fit, field by field. */
    problem: text.nullable(),
  }),
]);
export type WindowFault = z.infer<typeof windowFaultSchema>;
