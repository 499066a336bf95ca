/** Looks for archives and other files that may contain images, if a folder has no image files. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { containerKind, type Container } from '../../core/dataset/containers';
import { HEAD_BYTES } from '../../core/images/formats';

/**
 * If there are more files, the rest are judged by name without being opened. Otherwise a folder of a million medical
 * images would be slow.
 */
const MOST_FILES = 2000;

/**
 * @param absolute the path on disk
 * @param path the path that messages show
 * @returns null if the file is of no known kind or cannot be read
 */
export function readContainer(absolute: string, path: string): Container | null {
  try {
    const stats = statSync(absolute);
    if (!stats.isFile()) return null;
    const head = Buffer.alloc(HEAD_BYTES);
    const handle = openSync(absolute, 'r');
    try {
      const kind = containerKind(path, head.subarray(0, readSync(handle, head)));
      return kind === null ? null : { path, bytes: stats.size, kind };
    } finally {
      closeSync(handle);
    }
  } catch {
    // The file is gone or may not be read. The message is also correct without it.
    return null;
  }
}

function byName(root: string, path: string): Container | null {
  const kind = containerKind(path, new Uint8Array());
  const stats = kind === null ? undefined : statSync(join(root, path), { throwIfNoEntry: false });
  return kind === null || stats === undefined ? null : { path, bytes: stats.size, kind };
}

/** @param paths files relative to `root` */
export function readContainers(root: string, paths: readonly string[]): Container[] {
  return paths.flatMap(
    (path, i) => (i < MOST_FILES ? readContainer(join(root, path), path) : byName(root, path)) ?? [],
  );
}
