/**
 * Pads frames to a child process to lengths that a bug in Electron 22 does not affect (see README.md in this folder).
 * The buffer of a message is larger than the message, but is freed with the message's length. This frees the wrong
 * memory pages when the buffer has more than one page and at most two, or when the message ends just below the end of a
 * page. The main process then dies when the message is garbage-collected, perhaps minutes later.
 */

/** Bytes. */
const PAGE = 4096;
/** Upper bound in bytes: the extra space in the buffer of a single text (64) plus the bytes in front of the text. */
const MARGIN = 256;

/** The smallest length of a text, at least `length`, that the bug does not affect. */
function spared(length: number): number {
  const long = length < PAGE - MARGIN ? length : Math.max(length, 2 * PAGE);
  return long % PAGE < PAGE - MARGIN ? long : long + 2 * MARGIN;
}

/**
 * The frame as JSON in single-byte characters, padded with blanks. A single text is copied into the buffer as a whole;
 * the items of a list would make the buffer grow step by step, to sizes that cannot be predicted.
 */
export function packed(frame: unknown): string {
  const escaped = JSON.stringify(frame).replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // A string made from a two-byte string stays one, and is copied with two bytes for each character.
  return Buffer.from(escaped.padEnd(spared(escaped.length)), 'latin1').toString('latin1');
}
