/** A folder that every test finds in the same state, without making and indexing a data set again. */
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from './indexed';

const whole = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true } as const;

export interface Kept {
  /** Puts the folder back into the state that was kept. */
  restore(): void;
  remove(): void;
}

/** @param folder with closed engines: it is copied */
export function keep(folder: string): Kept {
  const copy = scratch();
  cpSync(folder, copy.folder, whole);
  return {
    restore: () => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
      cpSync(copy.folder, folder, whole);
    },
    remove: () => copy.remove(),
  };
}
