/** Keeps clear of a fault of Electron 22: its main process dies at a later collection of a message to a child that takes 4 to 8 KiB. */
import type { ToEngineFrame } from '../contract/frames';

/** Characters. A message takes one or two bytes a character, and some more for its structure. */
const [LEAST, MOST] = [1000, 20_000];

/** The frame as one text, which the channel copies whole, made longer than the fault with blanks at its end: lists that it writes item by item meet it at any length. */
export function packed(frame: ToEngineFrame): string {
  const text = JSON.stringify(frame);
  return text.length < LEAST || text.length > MOST ? text : text + ' '.repeat(MOST);
}
