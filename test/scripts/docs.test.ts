import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checksPage } from '../../scripts/docs/checks';
import { commandsPage } from '../../scripts/docs/commands';

describe('the pages that `npm run docs` makes from the code', () => {
  it('tell the checks as they are', async () => {
    expect(await readFile('docs/checks.md', 'utf8')).toBe(await checksPage());
  });

  it('tell the commands as they are', async () => {
    expect(await readFile('docs/cli.md', 'utf8')).toBe(commandsPage());
  });
});
