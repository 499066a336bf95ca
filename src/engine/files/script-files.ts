/** The files that a training script imports. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import type { ScriptFile } from '../../contract/model/collapse';
import { importedFiles } from '../../core/collapse/script/modules';
import { whyUnreadable } from '../process/failures';
import { decodeText } from './decode';

/** A module of a net has some hundred lines. */
const MOST_MODULE_BYTES = 300_000;
const MOST_MODULES = 20;

/** The text of a module, or null if there is none in the folder. */
function moduleIn(folder: string, name: string): string | null {
  const stats = statSync(join(folder, name), { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size > MOST_MODULE_BYTES) return null;
  const file = realpathSync(join(folder, name));
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? decodeText(readFileSync(file)).text : null;
}

/**
 * The files in the folder of a training script that it imports, by their path relative to it.
 * @throws PlumblineError no-permission, one sentence, when one cannot be read
 */
export function filesBeside(script: string, text: string): ScriptFile[] {
  try {
    const folder = realpathSync(dirname(script));
    return importedFiles(text)
      .slice(0, MOST_MODULES)
      .flatMap((name) => {
        const found = moduleIn(folder, name);
        return found === null ? [] : [{ name, text: found }];
      });
  } catch (error) {
    throw new PlumblineError(
      'no-permission',
      `A file that “${script}” imports cannot be read: ${whyUnreadable(error)}.`,
      { cause: error },
    );
  }
}
