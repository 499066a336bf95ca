/** Parses the command line `plumbline-app [--note TEXT] [--verbose] [DIR]`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Requested } from '../shell/opening';

export interface Start extends Requested {
  /** Log every detail, also to standard error. */
  readonly verbose: boolean;
}

/**
 * Parses Electron's arguments. Unknown switches belong to Chromium and are ignored; the first positional argument is
 * the folder.
 * @param ownPath whether the path of the app comes after the executable, as when Electron is started with a project
 */
export function parseCommandLine(argv: readonly string[], ownPath: boolean, cwd: string): Start {
  const { values, positionals } = parseArgs({
    args: argv.slice(1),
    options: { note: { type: 'string' }, verbose: { type: 'boolean' } },
    strict: false,
    allowPositionals: true,
  });
  const folder = positionals[ownPath ? 1 : 0];
  return {
    folder: folder === undefined || folder === '' ? null : resolve(cwd, folder),
    note: typeof values.note === 'string' ? values.note : null,
    verbose: values.verbose === true,
  };
}
