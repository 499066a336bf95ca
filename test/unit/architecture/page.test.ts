import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';

it('every path on ARCHITECTURE.md exists', () => {
  const page = readFileSync('ARCHITECTURE.md', 'utf8');
  const paths = [...page.matchAll(/`((?:src|test|scripts|docs)\/[\w./-]+)`/g)].map((match) => match[1]!);
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

it('every folder of src is in ARCHITECTURE.md, in its correct place', () => {
  const block = /```\n([\s\S]*?)```/.exec(readFileSync('ARCHITECTURE.md', 'utf8'))![1]!;
  let top = '';
  const named = block.split('\n').flatMap((line) => {
    const root = /^(src\/\w+)\//.exec(line)?.[1];
    if (root !== undefined) top = root;
    const folders = /^ {2}((?:[\w-]+\/ ?)+)/.exec(line)?.[1]?.trim().split(' ') ?? [];
    return root === undefined ? folders.map((folder) => `${top}/${folder.slice(0, -1)}`) : [root];
  });
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
  for (const folder of ['src/core', 'src/engine', 'src/renderer'])
    for (const inside of readdirSync(folder, { withFileTypes: true }))
      if (inside.isDirectory()) expect(named).toContain(`${folder}/${inside.name}`);
});
