/** Opens what a run reads and writes, by the address that the user names. */
import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import { isArchive } from './archives/archive';
import { folderSource } from './folder-source';
import { folderStore } from './folder-store';
import type { RunStore } from './run-store';
import { isS3, s3Place } from './s3';
import { s3Source } from './s3-source';
import { s3Store } from './s3-store';
import type { ImageSource } from './source';

/** @throws PlumblineError bad-request for an address that is neither a folder nor in S3 */
export function checkAddress(uri: string): void {
  if (!isS3(uri) && /^[a-z][a-z0-9+.-]*:\/\//i.test(uri))
    throw new PlumblineError('bad-request', `“${uri}” is neither a folder nor an address like s3://BUCKET/PREFIX.`);
}

/**
 * @param uri a folder that all machines see under the same path, or `s3://BUCKET/PREFIX`
 * @throws PlumblineError bad-request
 */
export function openRunStore(uri: string): RunStore {
  if (isS3(uri)) return s3Store(s3Place(uri));
  checkAddress(uri);
  return folderStore(uri);
}

/** @throws PlumblineError not-a-folder, bad-request */
export function openSource(uri: string): ImageSource {
  if (isS3(uri)) return s3Source(s3Place(uri));
  checkAddress(uri);
  let folder: string;
  try {
    folder = realpathSync(resolve(uri));
  } catch (error) {
    throw new PlumblineError('not-a-folder', `There is no folder ${uri} on this machine.`, {
      cause: error,
      details: { root: uri },
    });
  }
  if (isArchive(folder) && statSync(folder).isFile())
    throw new PlumblineError(
      'not-a-folder',
      `${uri} is a file. Name its folder: tar archives and Parquet tables in it are read in place.`,
      { details: { root: uri } },
    );
  return folderSource(folder);
}
