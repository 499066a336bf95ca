/** What client and server require of the channel between them. */
import type { FrameFault } from '../model/window-fault';

/**
 * One end of a two-way channel of frames: a child process, a window, memory. Every implementation must guarantee:
 * - Order: frames arrive in the order in which they were posted, each at most once and whole.
 * - Content: null, booleans, finite numbers, text, plain objects, arrays, undefined in an object, `Uint8Array`. A
 *   channel of text (a WebSocket) must encode the bytes itself. Frames may be shared with the sender: neither side
 *   changes one.
 * - Timing: `receive` and `react` are never called from inside `post`, `listen` or `whenClosed`.
 * - Start: no frame is lost if `listen` is called in the same turn in which the port was made.
 * - Close: every `whenClosed` callback runs once, when nothing can arrive any more and after every frame that did
 *   arrive. `post` never throws; a frame posted after the other side has gone is lost. A port that lives as long as its
 *   program need not report its end.
 * The port does not check the frames: client and server parse each of them.
 */
export interface Port {
  readonly post: (frame: unknown) => void;
  readonly listen: (receive: (frame: unknown) => void) => void;
  /** `how`: how the other side ended ("exit code 3"), for the error of the pending calls. */
  readonly whenClosed: (react: (how?: string) => void) => void;
}

/** What is known about a dropped frame. It never includes the content of the frame, so no image and no path. */
export interface DropDetails {
  /** Name of the call or event. */
  readonly name?: string;
  /** What does not fit the schema, field by field. */
  readonly problem?: string;
}

/** Called for each frame that was dropped because it does not fit the contract. */
export type OnDropped = (reason: FrameFault, details: DropDetails) => void;

/**
 * A dropped frame as facts for the log.
 * @param side who dropped it
 */
export function dropFacts(side: string, reason: FrameFault, details: DropDetails): Record<string, string> {
  return { side, reason, ...details };
}
