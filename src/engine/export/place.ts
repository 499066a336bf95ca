/** Puts one file of the source into the export. Synchronous, because it runs on a thread of its own. */
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
  /** Absolute; bytes, because a name may be no valid text. */
  readonly from: Uint8Array;
  readonly to: string;
  readonly mode: ExportMode;
  /** What the index says about the source. */
  readonly sha256: string;
  readonly bytes: number;
  readonly modified: number;
}

/** `changed`: the source is not what was indexed, and nothing was left in the export. */
export type PlaceResult = { readonly how: ExportMode } | { readonly how: 'changed' };

/** One for all files: fresh memory for each would cost as much as copying. */
const piece = Buffer.allocUnsafeSlow(1024 * 1024);
/** The file system or its rules do not do this kind of link; a copy works everywhere. */
const NO_LINK = new Set(['EXDEV', 'EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS', 'EINVAL', 'UNKNOWN']);

/**
 * Copies are hashed and compared with the index; links are taken when size and time are as indexed. What a killed run
 * left at `to` is kept if it is whole, else written anew.
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
  // A hard link to a symbolic link would be one more symbolic link; a symbolic one shall not hang on a chain.
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
 * The kernel copies, which may share blocks where the file system can; what then lies there is hashed, so the copy
 * itself is proved.
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

/** @param bytes that the file should have */
function hashOf(file: string, bytes: number): string {
  const input = openSync(file, 'r');
  try {
    let read = readSync(input, piece);
    // Most images are one piece, and a digest in one call is twice as fast.
    if (read === bytes) return hash('sha256', piece.subarray(0, read));
    const digest = createHash('sha256');
    for (; read > 0; read = readSync(input, piece)) digest.update(piece.subarray(0, read));
    return digest.digest('hex');
  } finally {
    closeSync(input);
  }
}
