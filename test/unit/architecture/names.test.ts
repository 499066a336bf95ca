import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '../../../src');
const EXPORT = /^\s*export (?:abstract )?(?:async )?(?:function\*?|const|class|interface|type|enum) ([A-Za-z0-9_]+)/gm;

it('no exported name is defined in two files', () => {
  const files = new Map<string, string[]>();
  for (const file of readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const names = [...readFileSync(join(SOURCE, file), 'utf8').matchAll(EXPORT)].map((match) => match[1]!);
    // A schema and its type, or a constant and its type, may have the same name in one file.
    for (const name of new Set(names)) files.set(name, [...(files.get(name) ?? []), file]);
  }
  expect(files.size).toBeGreaterThan(500);
  expect([...files].filter(([, places]) => places.length > 1)).toEqual([]);
});
