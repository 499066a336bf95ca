/** Keeps clear of a fault of Electron 22: its main process dies at a later collection of a message to a child that takes 4 to 8 KiB. */
import type { ToEngineFrame } from '../contract/frames';

/** Characters. A message takes one or two bytes a character, and some more for its structure. */
const [LEAST, MOST] = [1000, 20_000];

/** The frame, or what the other side reads as the same frame and is longer than the fault. */
export function padded(frame: ToEngineFrame): ToEngineFrame & { readonly padding?: string } {
  const { length } = JSON.stringify(frame);
  return length < LEAST || length > MOST ? frame : { ...frame, padding: ' '.repeat(MOST) };
}
