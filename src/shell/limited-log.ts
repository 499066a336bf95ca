/** Keeps a window that fails again and again from filling the log. */
import type { Log } from '../host/process-log';

/** Lines a minute. */
export const LINES_A_MINUTE = 30;
const MINUTE = 60_000;

/**
 * Passes on the first `LINES_A_MINUTE` lines of each minute. At the end of a minute that had more, one line
 * `lines-dropped` says how many were left out.
 */
export function limited(write: Log['warn']): Log['warn'] {
  let written = 0;
  let dropped = 0;
  let minute: NodeJS.Timeout | null = null;
  const end = (): void => {
    if (dropped > 0) write('lines-dropped', { side: 'window', dropped });
    [written, dropped, minute] = [0, 0, null];
  };
  return (event, facts) => {
    minute ??= setTimeout(end, MINUTE).unref();
    if (written >= LINES_A_MINUTE) {
      dropped += 1;
      return;
    }
    written += 1;
    write(event, facts);
  };
}
