/** The unpacked copies in the cache folder: one for each archive or folder, replaced when the source changes. */
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { datasetIdOf } from '../files/dataset-id';
import { COPY_RECORD, readCopyRecord, type CopyRecord } from '../catalog/copy-record';
import { storeFailure } from '../process/failures';
import { isAlive } from '../../host/processes';
import type { Task } from '../process/task';
import { fingerprintOf, type UnpackSource } from './source';
import { UnpackTarget } from './target';
import { unpackAll } from './unpack';

/** Raised when the same source would now be unpacked in another way. */
const UNPACK_VERSION = 1;
const UNPACKED = 'unpacked';
const PART = /^part-(\d+)$/;

const placeOf = (cache: string, { path }: UnpackSource): string => join(cache, UNPACKED, datasetIdOf(path));

/** The copy of a source that has not changed since; null if it has to be unpacked. */
export function currentCopy(cache: string, source: UnpackSource): string | null {
  const place = placeOf(cache, source);
  const record = readCopyRecord(place);
  if (record?.version !== UNPACK_VERSION || record.fingerprint !== fingerprintOf(source)) return null;
  const root = join(place, record.folder);
  return existsSync(root) ? root : null;
}

/** Removes what engines left behind that were ended while they unpacked. */
function removeParts(place: string): void {
  for (const name of readdirSync(place)) {
    const pid = PART.exec(name)?.[1];
    if (pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid))))
      rmSync(join(place, name), { recursive: true, force: true });
  }
}

function writeRecord(place: string, record: CopyRecord): void {
  const part = join(place, `${COPY_RECORD}.${process.pid}`);
  writeFileSync(part, JSON.stringify(record));
  renameSync(part, join(place, COPY_RECORD));
}

/**
 * Unpacks a source into the cache folder. The copy appears when it is whole; one of an older state of the source is
 * replaced. What a cancelled or killed unpacking left is removed.
 * @returns the folder of the copy
 * @throws PlumblineError bad-archive, no-images, disk-full, no-permission, cache-unwritable
 */
export async function unpackCopy(cache: string, source: UnpackSource, task: Task): Promise<string> {
  const place = placeOf(cache, source);
  const part = join(place, `part-${process.pid}`);
  const fingerprint = fingerprintOf(source);
  // The data set gets the name of this folder.
  const folder = source.name.replace(/(\.tar)?\.[a-z\d]{1,7}$/i, '') || source.name;
  try {
    await mkdir(place, { recursive: true });
    removeParts(place);
    await mkdir(part);
    const packed = source.files.reduce((sum, { bytes }) => sum + bytes, 0);
    const target = new UnpackTarget(part, source.name, packed, task);
    const whole = await unpackAll(source, target);
    task.signal.throwIfAborted();
    rmSync(join(place, COPY_RECORD), { force: true });
    await rm(join(place, folder), { recursive: true, force: true });
    await rename(whole, join(place, folder));
    const { notes } = target;
    writeRecord(place, { source: source.path, notes: notes.list, folder, fingerprint, version: UNPACK_VERSION });
    return join(place, folder);
  } catch (error) {
    if (task.signal.aborted) throw error;
    throw storeFailure(error, place, 'the unpacked copy');
  } finally {
    await rm(part, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Deletes the copy that a data set was read from, if it was one. */
export function deleteCopy(cache: string, root: string): void {
  const place = dirname(root);
  if (dirname(place) === join(cache, UNPACKED) && basename(root) !== '')
    rmSync(place, { recursive: true, force: true });
}
