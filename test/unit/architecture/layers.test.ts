import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Wrong imports, each in its own file, so that one run of the tool checks them all. */
const wrong: [what: string, file: string, text: string][] = [
  ['core importing the engine', 'src/core/text/wrong-engine.ts', "import '../../engine/app/jobs';"],
  ['core importing Node', 'src/core/text/wrong-node.ts', "import 'node:fs';"],
  [
    'core importing a type from the engine',
    'src/core/text/wrong-type.ts',
    "import type { Jobs } from '../../engine/app/jobs';\nexport const wrong: Jobs | null = null;",
  ],
  ['contract importing core', 'src/contract/wrong.ts', "import '../core/checks/check';"],
  ['the window importing Electron', 'src/renderer/wrong-electron.ts', "import 'electron';"],
  [
    'the window importing the engine from a Svelte file',
    'src/renderer/Wrong.svelte',
    '<script lang="ts">\n  import \'../engine/pixels\';\n</script>',
  ],
  ['the shell importing the engine', 'src/main/wrong.ts', "import '../engine/app/jobs';"],
  ['a second importer of sharp', 'src/engine/stages/wrong-sharp.ts', "import 'sharp';"],
  ['a second importer of TensorFlow', 'src/engine/training/cnn/wrong.ts', "import '@tensorflow/tfjs-node';"],
  ['SQL outside the catalog', 'src/engine/stages/wrong-sql.ts', "import 'better-sqlite3';"],
  ['a package nobody allowed', 'src/engine/stages/wrong-package.ts', "import 'vite';"],
];

/** `checks` imports `text`. */
const ring = ['src/core/text/wrong-ring.ts', "import '../checks/check';"] as const;

/** What they import. */
const imported = [
  ['src/engine/app/jobs.ts', 'export interface Jobs {\n  readonly one: 1;\n}\n'],
  ['src/core/checks/check.ts', "import '../text/numbers';"],
  ['src/core/text/numbers.ts', 'export const one = 1;'],
] as const;

const copies: string[] = [];

/** A folder with the rules, the packages and other parts of the checkout. */
function copyOf(...parts: readonly string[]): string {
  const copy = mkdtempSync(join(tmpdir(), 'plumbline-layers-'));
  copies.push(copy);
  for (const part of [...parts, '.dependency-cruiser.cjs', 'tsconfig.base.json', 'package.json'])
    cpSync(resolve(part), join(copy, part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  return copy;
}

function cruise(copy: string): { status: number | null; output: string } {
  const tool = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const run = spawnSync(process.execPath, [tool, 'src', '--config', '.dependency-cruiser.cjs'], {
    cwd: copy,
    encoding: 'utf8',
  });
  return { status: run.status, output: run.stdout + run.stderr };
}

afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
});

describe('the layer check', () => {
  it('accepts the real sources', () => {
    const { status, output } = cruise(copyOf('src', 'resources/python'));
    expect(output).toContain('no dependency violations');
    expect(status).toBe(0);
  });

  describe('refuses', () => {
    let refused: { status: number | null; output: string };
    beforeAll(() => {
      const copy = copyOf();
      for (const [file, text] of [...wrong.map(([, ...planted]) => planted), ring, ...imported]) {
        mkdirSync(dirname(join(copy, file)), { recursive: true });
        writeFileSync(join(copy, file), text);
      }
      refused = cruise(copy);
    });

    it('by its exit code', () => expect(refused.status).not.toBe(0));
    it('two folders that import each other', () => {
      expect(refused.output).toMatch(/no-folder-circles: src\/core\/text →\s+src\/core\/checks →/);
    });
    it.each(wrong)('%s', (_, file) => {
      // The tool also reports that no file imports them. Only the wrong import matters here.
      const arrows = refused.output.split('\n').filter((line) => line.includes('→') && !line.includes('no-orphans'));
      expect(arrows.filter((line) => line.includes(`${file} →`))).not.toEqual([]);
    });
  });
});
