/** Opens what a run reads and writes, by the address that the user names. */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import { folderSource } from './folder-source';
import { folderStore } from './folder-store';
import type { RunStore } from './run-store';
import { isS3, s3Place } from './s3';
import { s3Source } from './s3-source';
import { s3Store } from './s3-store';
import type { ImageSource } from './source';

/**
 * @param uri a folder that all machines see under the same path, or `s3://BUCKET/PREFIX`
 * @throws PlumblineError bad-request for an address that is neither
 */
export function openRunStore(uri: string): RunStore {
  if (isS3(uri)) return s3Store(s3Place(uri));
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(uri))
    throw new PlumblineError('bad-request', `“${uri}” is neither a folder nor an address like s3://BUCKET/PREFIX.`);
  return folderStore(uri);
}

/** @throws PlumblineError not-a-folder, bad-request */
export function openSource(uri: string): ImageSource {
  if (isS3(uri)) return s3Source(s3Place(uri));
  try {
    return folderSource(realpathSync(resolve(uri)));
  } catch {
    throw new PlumblineError('not-a-folder', `There is no folder ${uri} on this machine.`, { details: { root: uri } });
  }
}
