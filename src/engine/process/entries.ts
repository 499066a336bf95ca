/**
 * Finds a built program of this app: next to the running one or, when run from source, in the project's output folder.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlumblineError } from '../../contract/errors';

/**
 * @param name of an entry of vite.engine.config.ts, e.g. `engine/copy`, or of a file of the built page
 * @throws PlumblineError worker-died
 */
export function builtEntry(name: string, extension: 'js' | 'html' = 'js'): string {
  const file = `${name}.${extension}`;
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    for (const candidate of [join(folder, file), join(folder, 'out', file)])
      if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder))
      throw new PlumblineError('worker-died', `A part of Plumbline is missing (${file}): this copy is incomplete.`);
  }
}
