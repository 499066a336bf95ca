/** Puts one file of the source into the export. Synchronous, because it runs on a thread of its own. */
import { createHash, hash } from 'node:crypto';
import { closeSync, copyFileSync, fstatSync, linkSync, lstatSync, openSync, readFileSync, readSync, readlinkSync, realpathSync, statSync, symlinkSync, unlinkSync, writeSync } from 'node:fs';
import type { ExportMode } from '../../contract/exports';
import { systemCode } from '../failures';

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

/** `changed`: the source is not what was indexed, and nothing was written. */
export type Placed = { readonly how: ExportMode } | { readonly how: 'changed' };

/** Files up to this size are read at once; larger ones in pieces of it. */
const PIECE = 8 * 1024 * 1024;
/** The file system or its rules do not do this kind of link; a copy works everywhere. */
const NO_LINK = new Set(['EXDEV', 'EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS', 'EINVAL', 'UNKNOWN']);

/**
 * Copies are hashed while they are read and compared with the index; links are taken when size and time are as indexed. What a killed run
 * left at `to` is kept if it is whole, else written anew.
 * @throws the system's error, e.g. ENOSPC
 */
export function placeFile(request: PlaceRequest): Placed {
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

function copy(from: Buffer, { to, sha256, bytes }: PlaceRequest): Placed {
  const left = lstatSync(to, { throwIfNoEntry: false });
  if (left !== undefined) {
    if (left.isFile() && left.nlink === 1 && left.size === bytes && hashOf(to, bytes) === sha256) return { how: 'copy' };
    unlinkSync(to);
  }
  return bytes <= PIECE ? copyWhole(from, to, sha256) : copyLarge(from, to, sha256, bytes);
}

function copyWhole(from: Buffer, to: string, sha256: string): Placed {
  const content = readFileSync(from);
  if (hash('sha256', content) !== sha256) return { how: 'changed' };
  const output = openSync(to, 'wx');
  try {
    for (let at = 0; at < content.length; ) at += writeSync(output, content, at);
  } finally {
    closeSync(output);
  }
  return { how: 'copy' };
}

/** Copied by the kernel, which may share blocks (reflink) where the file system can; then both sides are hashed from what lies there. */
function copyLarge(from: Buffer, to: string, sha256: string, bytes: number): Placed {
  copyFileSync(from, to);
  if (hashOf(to, bytes) === sha256) return { how: 'copy' };
  unlinkSync(to);
  return { how: 'changed' };
}

function hashOf(file: string, bytes: number): string {
  const input = openSync(file, 'r');
  try {
    const digest = createHash('sha256');
    const piece = Buffer.allocUnsafe(Math.max(1, Math.min(PIECE, Math.max(bytes, fstatSync(input).size))));
    for (let read = readSync(input, piece); read > 0; read = readSync(input, piece)) digest.update(piece.subarray(0, read));
    return digest.digest('hex');
  } finally {
    closeSync(input);
  }
}
