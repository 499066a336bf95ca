import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The tool is run on a copy of the tree into which one wrong import at a time is written. */
let copy = '';

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'plumbline-layers-'));
  for (const part of ['src', '.dependency-cruiser.cjs', 'tsconfig.base.json', 'package.json']) cpSync(resolve(part), join(copy, part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function cruise(): { status: number | null; output: string } {
  const run = spawnSync(process.execPath, [resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs'), 'src', '--config', '.dependency-cruiser.cjs'], { cwd: copy, encoding: 'utf8' });
  return { status: run.status, output: run.stdout + run.stderr };
}

function cruiseWith(file: string, text: string): { status: number | null; output: string } {
  const path = join(copy, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  try {
    return cruise();
  } finally {
    rmSync(path);
  }
}

describe('the layer check', () => {
  it('accepts the tree as it is', () => {
    const { status, output } = cruise();
    expect(output).toContain('no dependency violations');
    expect(status).toBe(0);
  });

  const wrong: [string, string, string][] = [
    ['core importing the engine', 'src/core/wrong.ts', "import '../engine/jobs';"],
    ['core importing Node', 'src/core/wrong.ts', "import 'node:fs';"],
    ['core importing a type from the engine', 'src/core/wrong.ts', "import type { Wrong } from '../engine/pixels';\nexport const wrong: Wrong | null = null;"],
    ['contract importing core', 'src/contract/wrong.ts', "import '../core/checks/check';"],
    ['the window importing Electron', 'src/renderer/wrong.ts', "import 'electron';"],
    ['the window importing the engine from a Svelte file', 'src/renderer/Wrong.svelte', "<script lang=\"ts\">\n  import '../engine/pixels';\n</script>"],
    ['the shell importing the engine', 'src/main/wrong.ts', "import '../engine/jobs';"],
    ['a second importer of sharp', 'src/engine/wrong.ts', "import 'sharp';"],
    ['a second importer of TensorFlow', 'src/engine/probe/wrong.ts', "import '@tensorflow/tfjs-node';"],
    ['SQL outside the catalog', 'src/engine/wrong.ts', "import 'better-sqlite3';"],
    ['a package nobody allowed', 'src/engine/wrong.ts', "import 'vite';"],
  ];
  it.each(wrong)('refuses %s', (_, file, text) => {
    const { status, output } = cruiseWith(file, text);
    expect(output).toContain(file);
    expect(status).not.toBe(0);
  });
});
