/** Errors of the unpacking libraries as one sentence for the user. */
import { PlumblineError } from '../../contract/errors';
import { systemCode } from '../process/failures';

const CUT_OFF = /unexpected end|truncated|end of central directory|ended early|out of bounds|not enough bytes/i;

export const badArchive = (name: string, why: string, cause?: unknown): PlumblineError =>
  new PlumblineError('bad-archive', `${name} cannot be unpacked: ${why}.`, { details: { name }, cause });

/**
 * @param name of the archive
 * @returns the error itself if it already has a sentence
 */
export function archiveFailure(error: unknown, name: string): PlumblineError {
  if (error instanceof PlumblineError) return error;
  const code = systemCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'EACCES' || code === 'EPERM')
    return new PlumblineError('no-permission', `You have no permission to read ${name}, or to write its copy.`, {
      cause: error,
    });
  if (code === 'ENOENT') return badArchive(name, 'it was moved or deleted meanwhile', error);
  if (code === 'Z_BUF_ERROR' || CUT_OFF.test(message))
    return badArchive(name, 'it is cut off or damaged; download or copy it again', error);
  return badArchive(name, `it is damaged (${message.split('\n')[0]!.slice(0, 200)}); download or copy it again`, error);
}
