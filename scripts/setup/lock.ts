import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupFailure } from './failure.ts';
import { scratchFolder } from './folders.ts';
import { note } from './progress.ts';

const sqliteBusy = 5;

/**
 * Runs `work` while no other process does so with the same lock file. Uses SQLite's file lock, because the operating
 * system releases it when its holder dies in any way.
 * @param waiting called once if another process holds the lock
 */
export async function withLock<Result>(
  path: string,
  waiting: () => void,
  work: () => Promise<Result>,
): Promise<Result> {
  const file = await openLock(path);
  try {
    for (let tries = 0; !takes(file); tries++) {
      if (tries === 0) waiting();
      await sleep(250);
    }
    return await work();
  } finally {
    file.close();
  }
}

/**
 * Runs `work`, which fills the cache folder, while no other process does so. First removes what a killed holder left
 * unfinished.
 */
export async function alone<Result>(cache: string, work: () => Promise<Result>): Promise<Result> {
  const making = scratchFolder(cache);
  return withLock(
    join(cache, 'setup.lock'),
    () => note('Another set-up is running; waiting for it …'),
    async () => {
      await rm(making, { recursive: true, force: true });
      await mkdir(making);
      try {
        return await work();
      } finally {
        await rm(making, { recursive: true, force: true });
      }
    },
  );
}

async function openLock(path: string): Promise<DatabaseSync> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return new DatabaseSync(path);
  } catch (error) {
    throw new SetupFailure(
      `The cache folder ${dirname(path)} cannot be written (${error instanceof Error ? error.message : String(error)})`,
      'XDG_CACHE_HOME=/another/folder npm run setup',
    );
  }
}

function takes(file: DatabaseSync): boolean {
  try {
    file.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return false;
    throw error;
  }
}
