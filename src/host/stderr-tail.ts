/** The end of what a child process wrote to its standard error, to be logged when it dies. */
import type { Readable } from 'node:stream';

/** How much is kept. */
export const TAIL_CHARACTERS = 4_000;

/**
 * Reads the stream to its end. The returned function gives the last `TAIL_CHARACTERS` so far.
 * @param pass is given everything, as it comes
 */
export function keepTail(stderr: Readable | null, pass: (text: string) => void = () => undefined): () => string {
  let tail = '';
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-TAIL_CHARACTERS);
    pass(text);
  });
  return () => tail;
}
