/** Looks for archives and other files that hold images, where a folder has no images of its own. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { containerKind, type Container } from '../../core/dataset/containers';
import { HEAD_BYTES } from '../../core/images/formats';

/** More files are not opened, so that a folder of a million medical images is not slow: their names decide. */
const MOST_FILES = 2000;

/**
 * @param absolute the file
 * @param path how messages name it
 * @returns null for a file of none of the known kinds, and for one that cannot be read
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
    // The file vanished or is forbidden. Without it the message is as true as before.
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
