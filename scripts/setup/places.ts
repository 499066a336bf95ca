import { join, resolve } from 'node:path';

/** The folder of the checkout, the one with package.json. */
export const root = resolve(import.meta.dirname, '../..');

/** A path below node_modules. */
export function modulePath(...parts: string[]): string {
  return join(root, 'node_modules', ...parts);
}
