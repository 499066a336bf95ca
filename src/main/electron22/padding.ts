/**
 * Frames to a child process, padded to lengths that a fault of Electron 22 spares (README.md in this folder). The buffer
 * of a message is larger than the message, but freed with the message's length. That frees the wrong memory pages when
 * the buffer holds more than one page and at most two, or when the message ends just below the end of a page. The main
 * process then dies when the message is collected, perhaps minutes later.
 */

/** Bytes. */
const PAGE = 4096;
/** More than the buffer is larger than a single text (64 bytes), with the bytes in front of the text. */
const MARGIN = 256;

/** The next length of a text that the fault spares, not below `length`. */
function spared(length: number): number {
  const long = length < PAGE - MARGIN ? length : Math.max(length, 2 * PAGE);
  return long % PAGE < PAGE - MARGIN ? long : long + 2 * MARGIN;
}

/**
 * The frame as JSON in single-byte letters, with blanks at its end. One text is copied into the buffer as a whole; the
 * items of a list would make the buffer grow step by step, to sizes that cannot be foreseen.
 */
export function packed(frame: unknown): string {
  const escaped = JSON.stringify(frame).replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // Made from a text of two-byte letters, it would keep them, and be copied with two bytes for each letter.
  return Buffer.from(escaped.padEnd(spared(escaped.length)), 'latin1').toString('latin1');
}
