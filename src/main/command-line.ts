/** What `plumbline-app [--note TEXT] [--verbose] [DIR]` asks for. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface Start {
  /** Absolute; null where no folder was named. */
  readonly folder: string | null;
  /** A sentence to show with the folder (the demo says what it has spoilt on purpose). */
  readonly note: string | null;
  /** Log every detail, also to standard error. */
  readonly verbose: boolean;
}

/**
 * Reads Electron's argument vector: unknown switches are Chromium's and are passed over, the first positional is the
 * folder.
 * `ownPath` says whether the vector names the app itself after the executable, as it does when Electron is given a
 * project to run.
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
