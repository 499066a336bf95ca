/** The folder of a run, in which the steps of all machines leave their files: in a file system, or in S3. */
import { PlumblineError } from '../../contract/errors';

/** Names of files are relative to the run, with “/”. Every file is written whole or not at all. */
export interface RunStore {
  /** As the user names it. */
  readonly uri: string;
  /** @returns null for a file that does not exist */
  find(name: string): Promise<Buffer | null>;
  /** @param end exclusive */
  readRange(name: string, start: number, end: number): Promise<Buffer>;
  write(name: string, content: Uint8Array | string): Promise<void>;
  /** The files in a folder of the run and in its subfolders, sorted. Files that are still being written are left out. */
  list(folder: string): Promise<string[]>;
  /** The path of a local file with the same content, which the caller only reads. */
  local(name: string): Promise<string>;
  /** Removes what `local` copied. */
  close(): Promise<void>;
}

/** A run that cannot be continued as it is. The message says what is wrong, where, and what to do. */
export function badRun(message: string, cause?: unknown): PlumblineError {
  return new PlumblineError('bad-run', message, { cause });
}

/** @throws PlumblineError bad-run for a file that does not exist */
export async function readWholeFile(store: RunStore, name: string): Promise<Buffer> {
  const bytes = await store.find(name);
  if (bytes === null) throw missingFile(store.uri, name);
  return bytes;
}

export function missingFile(uri: string, name: string): PlumblineError {
  return badRun(
    `${name} is not in the run ${uri}. Start the same command again: it makes what is missing, and keeps the rest.`,
  );
}
