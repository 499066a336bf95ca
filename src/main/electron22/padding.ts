/**
 * Keeps clear of a fault of Electron 22: what is sent to a child is written into a buffer that grows ahead of need, and
 * the memory pages
 * that it gives back are not always those that it took: where it holds more than one page and at most two, or ends just
 * below a page's end.
 * The main process then dies when the message is collected, minutes later perhaps.
 */

/** Bytes. */
const PAGE = 4096;
/** More than the buffer is ahead of a single text (64 bytes) and what the text has in front of it. */
const MARGIN = 256;

/** Lengths of a text that the fault spares, at least so long. */
function spared(length: number): number {
  const long = length < PAGE - MARGIN ? length : Math.max(length, 2 * PAGE);
  return long % PAGE < PAGE - MARGIN ? long : long + 2 * MARGIN;
}

/**
 * The frame as one text of single bytes, which the channel copies whole, with as many blanks at its end as the fault
 * asks for.
 */
export function packed(frame: unknown): string {
  const escaped = JSON.stringify(frame).replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // A text made from one of two-byte letters would be kept, and copied, as such.
  return Buffer.from(escaped.padEnd(spared(escaped.length)), 'latin1').toString('latin1');
}
