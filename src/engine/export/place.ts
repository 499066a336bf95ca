/** Places one file of the data set in the export. Synchronous, because it runs on a worker thread. */
import { createHash, hash } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import type { ExportMode } from '../../contract/model/export';
import { systemCode } from '../process/failures';

export interface PlaceRequest {
  /** Absolute path as bytes, because a file name need not be valid text. */
  readonly from: Uint8Array;
  readonly to: string;
  readonly mode: ExportMode;
  /** The source file as it was indexed. */
  readonly sha256: string;
  readonly bytes: number;
  readonly modified: number;
}

/** `changed`: the source file differs from what was indexed, and nothing was left in the export. */
export type PlaceResult = { readonly how: ExportMode } | { readonly how: 'changed' };

/** One buffer for all files: allocating one per file would cost as much as the copying. */
const piece = Buffer.allocUnsafeSlow(1024 * 1024);
/** Error codes that mean: this kind of link is not supported or not permitted here. The file is copied instead. */
const NO_LINK = new Set(['EXDEV', 'EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS', 'EINVAL', 'UNKNOWN']);

/**
 * A copy is hashed and compared with the index. A link is made only when size and modification time are as indexed. A
 * file that a killed run left at `to` is kept if it is complete; otherwise it is replaced.
 * @throws the system's error, e.g. ENOSPC
 */
export function placeFile(request: PlaceRequest): PlaceResult {
  const from = Buffer.from(request.from);
  if (request.mode !== 'copy') {
    const stats = statSync(from);
    if (stats.size !== request.bytes || stats.mtimeMs !== request.modified) return { how: 'changed' };
    try {
      link(from, request.to, request.mode);
      return { how: request.mode };
    } catch (error) {
      if (!NO_LINK.has(systemCode(error))) throw error;
    }
  }
  return copy(from, request);
}

function link(from: Buffer, to: string, mode: 'hardlink' | 'symlink'): void {
  // Link to the real file: a hard link to a symbolic link would be another symbolic link, and a symbolic link should
  // not depend on a chain of links.
  const real = mode === 'symlink' || lstatSync(from).isSymbolicLink() ? realpathSync.native(from, 'buffer') : from;
  try {
    if (mode === 'hardlink') linkSync(real, to);
    else symlinkSync(real, to);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    if (isSameLink(real, to, mode)) return;
    unlinkSync(to);
    if (mode === 'hardlink') linkSync(real, to);
    else symlinkSync(real, to);
  }
}

function isSameLink(real: Buffer, to: string, mode: 'hardlink' | 'symlink'): boolean {
  const there = lstatSync(to);
  if (mode === 'symlink') return there.isSymbolicLink() && readlinkSync(to, 'buffer').equals(real);
  const source = statSync(real);
  return there.isFile() && there.ino === source.ino && there.dev === source.dev;
}

/**
 * The kernel makes the copy; where the file system supports it, both files share their blocks. The copy is hashed
 * afterwards, so the copy itself is verified.
 */
function copy(from: Buffer, { to, sha256, bytes }: PlaceRequest): PlaceResult {
  const left = lstatSync(to, { throwIfNoEntry: false });
  if (left !== undefined) {
    if (left.isFile() && left.nlink === 1 && left.size === bytes && hashOf(to, bytes) === sha256)
      return { how: 'copy' };
    unlinkSync(to);
  }
  copyFileSync(from, to, constants.COPYFILE_EXCL);
  if (hashOf(to, bytes) === sha256) return { how: 'copy' };
  unlinkSync(to);
  return { how: 'changed' };
}

/** @param bytes expected size of the file */
function hashOf(file: string, bytes: number): string {
  const input = openSync(file, 'r');
  try {
    let read = readSync(input, piece);
    // Most images fit into the buffer, and hashing in one call is twice as fast.
    if (read === bytes) return hash('sha256', piece.subarray(0, read));
    const digest = createHash('sha256');
    for (; read > 0; read = readSync(input, piece)) digest.update(piece.subarray(0, read));
    return digest.digest('hex');
  } finally {
    closeSync(input);
  }
}
