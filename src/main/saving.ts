/** Saves files where the user chooses. */
import { realpathSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PlumblineError } from '../contract/errors';
import { isWithin } from '../host/within';

/**
 * Writes the whole file or nothing, and never into the data set.
 * @param path as chosen in a dialog
 * @param root real path of the data set
 * @returns the file's name
 * @throws PlumblineError no-permission
 */
export async function saveChosen(path: string, root: string, text: string): Promise<string> {
  const part = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    if (isWithin(realpathSync(dirname(path)), root)) {
      throw new PlumblineError(
        'no-permission',
        `“${path}” is in the data set, which is never written to. Choose a folder outside of it.`,
        { details: { path } },
      );
    }
    await writeFile(part, text);
    await rename(part, path);
  } catch (error) {
    if (error instanceof PlumblineError) throw error;
    await rm(part, { force: true }).catch(() => undefined);
    throw new PlumblineError('no-permission', `“${path}” cannot be written. Choose another folder.`, {
      details: { path },
      cause: error,
    });
  }
  return basename(path);
}
