import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { filesBeside } from '../../../src/engine/files/script-files';
import { scratch } from '../support/indexed';

let home: ReturnType<typeof scratch>;
let script: string;

beforeEach(() => {
  home = scratch();
  mkdirSync(join(home.folder, 'project', 'nets'), { recursive: true });
  script = join(home.folder, 'project', 'train.py');
});
afterEach(() => home.remove());

it('reads what a script imports from its folder, and nothing else', () => {
  writeFileSync(join(home.folder, 'project', 'model.py'), 'class Net: ...\n');
  writeFileSync(join(home.folder, 'project', 'nets', 'small.py'), 'class Small: ...\n');
  writeFileSync(join(home.folder, 'project', 'unused.py'), 'secret = 1\n');
  expect(
    filesBeside(script, 'from model import Net\nfrom nets.small import Small\nfrom missing import x\nimport torch\n'),
  ).toEqual([
    { name: 'model.py', text: 'class Net: ...\n' },
    { name: 'nets/small.py', text: 'class Small: ...\n' },
  ]);
});

it('does not follow a link out of the folder', () => {
  writeFileSync(join(home.folder, 'outside.py'), 'class Net: ...\n');
  symlinkSync(join(home.folder, 'outside.py'), join(home.folder, 'project', 'model.py'));
  expect(filesBeside(script, 'from model import Net\n')).toEqual([]);
});
