/**
 * Small inputs with a known right reading: `node bench/cases.ts FOLDER [case …]` after `npm run build:engine`.
 * Each case is a folder with `case.json` ({ id, command, expect }) and its input, `data/` and `given/`; `_pets/` is
 * the data set of the cases that bring only a script. Prints for each case what is expected and what the command line
 * answers, for a person to compare: an expectation is a sentence, so that no program can judge it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { scratchFolder } from './engine.ts';

interface Case {
  readonly command: string;
  readonly expect: string;
}

const { positionals } = parseArgs({ allowPositionals: true });
const [folder, ...only] = positionals;
if (folder === undefined) throw new Error('usage: node bench/cases.ts FOLDER [case …]');
const entry = join(import.meta.dirname, '..', 'out', 'cli', 'plumbline.js');

/** Lines of an answer that are printed at most. */
const LINES_MOST = 40;

function answer(root: string, command: string): string {
  const scratch = scratchFolder('cases');
  try {
    const named = { DATA: 'data', GIVEN: 'given', PETS: '../_pets' };
    const args = command.split(' ').slice(1);
    const real = args.map((arg) =>
      arg.replace(/^(DATA|GIVEN|PETS)(?=\/|$)/, (word) => resolve(root, named[word as keyof typeof named])),
    );
    const { stdout, stderr, status } = spawnSync(process.execPath, [entry, ...real], {
      encoding: 'utf8',
      env: { ...process.env, XDG_CACHE_HOME: scratch.path, XDG_DATA_HOME: scratch.path },
    });
    // Progress goes to standard error, and so does the sentence of a failure.
    const failure = stderr.split('\n').filter((line) => line.startsWith('plumbline:'));
    const lines = [...failure, ...stdout.split('\n')].filter((line) => line.trim() !== '');
    return [...lines.slice(0, LINES_MOST), `exit code ${status}`].join('\n');
  } finally {
    scratch.remove();
  }
}

for (const id of readdirSync(folder).sort()) {
  const root = join(folder, id);
  if (!existsSync(join(root, 'case.json')) || (only.length > 0 && !only.some((start) => id.startsWith(start))))
    continue;
  const { command, expect } = JSON.parse(readFileSync(join(root, 'case.json'), 'utf8')) as Case;
  process.stdout.write(`\n## ${id}: ${command}\nexpected: ${expect}\n\n${answer(root, command)}\n`);
}
