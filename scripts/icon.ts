import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { iconPng } from './package/icon.ts';
import { root } from './setup/places.ts';

/**
 * `npm run icon`: draws resources/icon.png from resources/icon.svg. electron-builder derives the formats of macOS and
 * Windows from it.
 */
export async function main(): Promise<number> {
  await writeFile(join(root, 'resources', 'icon.png'), await iconPng(1024));
  return 0;
}
