/** Whether a path leads into a folder. */
import system, { type PlatformPath } from 'node:path';

/**
 * True for the folder itself and for everything in it. Both paths are absolute; links are not resolved.
 * @param paths the path rules; by default those of this system
 */
export function isWithin(path: string, folder: string, paths: PlatformPath = system): boolean {
  const way = paths.relative(folder, path);
  // On Windows, `relative` returns an absolute path for another drive.
  return way === '' || (way !== '..' && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way));
}
