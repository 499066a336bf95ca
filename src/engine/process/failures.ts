/** Turns errors of the system and of the store into the error codes of the contract, with one sentence for the user. */
import { PlumblineError } from '../../contract/errors';

/** The `code` of a Node or SQLite error ('ENOENT', 'SQLITE_FULL', …); '' where there is none. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const WHY_UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is a file and no folder',
  EISDIR: 'it is a folder',
  EACCES: 'you have no permission to read it',
  EPERM: 'you have no permission to read it',
  ELOOP: 'its links point back to themselves',
};

/** Why a file that the user named cannot be read, for a sentence: `it does not exist`. */
export const whyUnreadable = (error: unknown): string =>
  WHY_UNREADABLE[systemCode(error)] ?? (error instanceof Error ? error.message : String(error));

/**
 * The error for a failure with one of Plumbline's own files.
 * @param what the file in words, e.g. "the index of this data set"
 */
export function storeFailure(error: unknown, file: string, what: string): PlumblineError {
  if (error instanceof PlumblineError) return error;
  const options = { details: { file }, cause: error };
  const code = systemCode(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return new PlumblineError(
      'disk-full',
      `The disk is full: ${what} could not be written to ${file}. Free some space and start again; what is indexed so far is kept.`,
      options,
    );
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new PlumblineError('catalog-broken', `The file ${file} (${what}) is damaged and cannot be read.`, options);
  }
  if (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_LOCKED') {
    return new PlumblineError(
      'busy',
      `Another Plumbline is writing ${what} (${file}); try again when it is done.`,
      options,
    );
  }
  if (
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN') ||
    code.startsWith('SQLITE_IOERR') ||
    ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'EIO'].includes(code)
  ) {
    return new PlumblineError(
      'cache-unwritable',
      `Plumbline cannot write ${what} to ${file}. Make that folder writable, or name another one in PLUMBLINE_CACHE_DIR or PLUMBLINE_DATA_DIR.`,
      options,
    );
  }
  return new PlumblineError('internal', error instanceof Error ? error.message : String(error), options);
}

/** An index that was found to be damaged during use. The caller must also set the file aside. */
export function damagedIndex(error: unknown, file: string): PlumblineError {
  return new PlumblineError(
    'catalog-broken',
    'The index of this data set is damaged. It was set aside; index the folder again to make a new one. Your decisions are kept.',
    { details: { file }, cause: error },
  );
}

/** True for errors of the store itself, and not for bugs and user errors. */
export function isStoreError(error: unknown): boolean {
  return systemCode(error).startsWith('SQLITE_');
}
