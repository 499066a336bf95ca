import { mkdir, mkdtemp, readlink, rename, rm, statfs, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SetupFailure } from './failure.ts';

/** Makes `path` a link to the folder `target` in one step and replaces what was there before. */
export async function linkFolder(target: string, path: string): Promise<void> {
  if ((await readlink(path).catch(() => '')) === target) return;
  const part = `${path}.${process.pid}.part`;
  await rm(part, { force: true });
  // On Windows, a junction needs no rights of an administrator.
  await symlink(target, part, 'junction');
  await rm(path, { recursive: true, force: true });
  await rename(part, path);
}

/** Where unfinished folders are built, on the same disk as their final place. */
export function scratchFolder(cache: string): string {
  return join(cache, 'scratch');
}

/** Fills a folder in the scratch folder and renames it to its final place when it is complete. */
export async function intoPlace(folder: string, fill: (scratch: string) => Promise<void>): Promise<void> {
  const making = scratchFolder(dirname(folder));
  await mkdir(making, { recursive: true });
  const scratch = await mkdtemp(join(making, 'part-'));
  try {
    await fill(scratch);
    await rm(folder, { recursive: true, force: true });
    await rename(scratch, folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Stops before a download if a folder's disk has less free space than this. */
export async function requireSpace(folder: string, megabytes: number): Promise<void> {
  const disk = await statfs(folder);
  const free = Math.floor((disk.bavail * disk.bsize) / 1e6);
  if (free >= megabytes) return;
  throw new SetupFailure(
    `${folder} has ${free} MB of free space, and set-up needs ${megabytes} MB there; free some, or give another disk`,
    'XDG_CACHE_HOME=/other/disk npm run setup',
  );
}
