import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checksPage } from './docs/checks.ts';
import { commandsPage } from './docs/commands.ts';
import { root } from './setup/places.ts';

/** `npm run docs`: the pages that are made from the code. */
export async function main(): Promise<number> {
  await writeFile(join(root, 'docs', 'checks.md'), await checksPage());
  await writeFile(join(root, 'docs', 'cli.md'), commandsPage());
  return 0;
}
