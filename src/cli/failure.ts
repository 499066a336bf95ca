/** One sentence about the error that ended a command. */
import { PlumblineError } from '../contract/errors';

/**
 * Expected failures have a message for the user. Any other error is a fault of the program; its stack trace is shown if
 * PLUMBLINE_DEBUG is set.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof PlumblineError && error.code !== 'internal') return error.message;
  const text = error instanceof Error ? error.message : String(error);
  return process.env['PLUMBLINE_DEBUG'] && error instanceof Error && error.stack
    ? error.stack
    : `something went wrong inside Plumbline: ${text}`;
}
