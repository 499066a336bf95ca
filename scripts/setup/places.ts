import { join, resolve } from 'node:path';

/** The checkout, the folder with package.json. */
export const root = resolve(import.meta.dirname, '../..');

/** A path below node_modules. */
export function modulePath(...parts: string[]): string {
  return join(root, 'node_modules', ...parts);
}
