/** Checks whether an export may be written to a folder, and names the temporary folder in which it is built. */
import { bytes } from '../../core/text/numbers';
import { lstatSync, readdirSync, realpathSync, statSync, statfsSync } from 'node:fs';
import { basename, dirname, join, resolve, isAbsolute } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import type { ExportMode } from '../../contract/model/export';
import { isWithin } from '../../host/within';
import { systemCode } from '../process/failures';

export interface Target {
  /** The final folder; symbolic links in its parent's path are resolved. */
  readonly folder: string;
  /** Temporary folder beside it on the same disk, so that one rename puts the complete export in place. */
  readonly workshop: string;
  readonly device: number;
}

/** Space per image for everything that is not an image file: the image's share of the manifests and folders. */
const BYTES_PER_ROW = 2048;
const BLOCK = 4096;

function refuse(reason: string, message: string, folder: string): PlumblineError {
  return new PlumblineError('export-target', message, { details: { reason, folder } });
}

/**
 * Checks the folder against the data set; writes nothing.
 * @param root real path of the data set
 * @param isOurs whether the folder already holds a finished export of the same plan, which is allowed
 * @throws PlumblineError export-target with details.reason: not-absolute, no-parent, not-a-folder, not-empty,
 * inside-source, around-source, other-disk
 */
export function checkTarget(root: string, chosen: string, isOurs: (target: Target) => boolean): Target {
  if (!isAbsolute(chosen)) throw refuse('not-absolute', `“${chosen}” is not an absolute path.`, chosen);
  const wanted = resolve(chosen);
  const parent = realParent(wanted);
  const folder = join(parent, basename(wanted));
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  const real = stats === undefined ? folder : realpathSync.native(folder);
  if (isWithin(real, root))
    throw refuse(
      'inside-source',
      `“${wanted}” is inside the data set, which Plumbline never changes. Choose a folder outside “${root}”.`,
      wanted,
    );
  if (isWithin(root, real))
    throw refuse('around-source', `The data set is inside “${wanted}”. Choose another folder.`, wanted);
  const device = statSync(parent).dev;
  const target = { folder, workshop: join(parent, `.${basename(folder)}.plumbline-part`), device };
  if (stats !== undefined && !isOurs(target)) checkEmpty(real, wanted);
  if (stats !== undefined && statSync(real).dev !== device) {
    throw refuse(
      'other-disk',
      `“${wanted}” is a separate disk, and an export cannot be moved onto another disk by renaming. Choose a new folder inside it.`,
      wanted,
    );
  }
  if (stats?.isSymbolicLink())
    throw refuse('not-a-folder', `“${wanted}” is a link. Choose the folder that it points to (“${real}”).`, wanted);
  return target;
}

function realParent(wanted: string): string {
  const parent = dirname(wanted);
  if (parent === wanted)
    throw refuse('not-empty', 'An export cannot take the place of a whole disk. Choose a new folder.', wanted);
  try {
    if (statSync(parent).isDirectory()) return realpathSync.native(parent);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT')
      throw refuse('no-parent', `“${parent}” cannot be opened (${systemCode(error)}).`, wanted);
  }
  throw refuse('no-parent', `The folder “${parent}” does not exist. Create it first, or choose another one.`, wanted);
}

function checkEmpty(real: string, wanted: string): void {
  if (!statSync(real).isDirectory())
    throw refuse('not-a-folder', `“${wanted}” is a file. Choose a new or an empty folder.`, wanted);
  const entries = readdirSync(real);
  if (entries.length > 0)
    throw refuse(
      'not-empty',
      `“${wanted}” is not empty (it contains “${entries[0]!}”). Choose a new or an empty folder.`,
      wanted,
    );
}

/** Hard links cannot cross disks. This is decided before any file is written, because copies need space. */
export function possibleMode(root: string, target: Target, wanted: ExportMode): ExportMode {
  return wanted === 'hardlink' && statSync(root).dev !== target.device ? 'copy' : wanted;
}

/** Bytes that an export of these files needs: whole blocks for copies, plus the space for manifests. */
export function neededBytes(sizes: readonly number[], mode: ExportMode): number {
  const files = mode === 'copy' ? sizes.reduce((sum, bytes) => sum + Math.ceil(bytes / BLOCK) * BLOCK, 0) : 0;
  return files + (sizes.length + 100) * BYTES_PER_ROW;
}

/** @throws PlumblineError disk-full */
export function checkSpace(target: Target, needed: number): void {
  const { bavail, bsize } = statfsSync(dirname(target.folder));
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new PlumblineError(
    'disk-full',
    `The export needs ${bytes(needed)}, but only ${bytes(free)} are free on the disk of “${target.folder}”. Free some space, choose another disk, or export links instead of copies.`,
    {
      details: { needed, free },
    },
  );
}
