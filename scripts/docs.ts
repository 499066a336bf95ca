import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checksPage } from './docs/checks.ts';
import { collapseCasesPage } from './docs/collapse-cases.ts';
import { commandsPage } from './docs/commands.ts';
import { root } from './setup/places.ts';

/**
 * `npm run docs`: the pages that are made from the code. `npm run docs -- cases`: the table that is made by training,
 * instead.
 */
export async function main([what]: readonly string[] = []): Promise<number> {
  if (what === 'cases') {
    const page = join(root, 'docs', 'collapse-cases.md');
    await writeFile(
      page,
      await collapseCasesPage(await readFile(page, 'utf8'), (row) => process.stderr.write(`${row}\n`)),
    );
    return 0;
  }
  await writeFile(join(root, 'docs', 'checks.md'), await checksPage());
  await writeFile(join(root, 'docs', 'cli.md'), commandsPage());
  return 0;
}
