/** What a failure of a task means for the user, where its own text does not say it. */
import { PlumblineError } from '../../contract/errors';
import { firstLine } from '../images/refusals';
import { systemCode } from '../process/failures';
import { saysOutOfMemory } from '../process/memory-kills';

/** TensorFlow reports a failed allocation only in its message text. Its other errors are not distinguished. */
export function explained(error: unknown): unknown {
  if (error instanceof PlumblineError) return error;
  if (systemCode(error) === 'ERR_DLOPEN_FAILED')
    return new PlumblineError(
      'worker-died',
      `A library that training needs cannot be loaded (${firstLine(error)}). Its files may have been deleted with the cache folder: run “npm run setup” in the folder of Plumbline, or install its package again.`,
      { cause: error },
    );
  if (saysOutOfMemory(error instanceof Error ? error.message : String(error)))
    return new PlumblineError(
      'out-of-memory',
      'Training ran out of memory. Close other programs or use fewer images; nothing else was harmed.',
      { cause: error },
    );
  return error;
}
