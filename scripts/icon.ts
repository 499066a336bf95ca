import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { iconPng } from './package/icon.ts';
import { root } from './setup/places.ts';

/**
 * `npm run icon`: resources/icon.png anew from resources/icon.svg. electron-builder makes the forms of macOS and
 * Windows of it.
 */
export async function main(): Promise<number> {
  await writeFile(join(root, 'resources', 'icon.png'), await iconPng(1024));
  return 0;
}
