/**
 * Runs every bench and writes one table and one file: `npm run bench [-- --only index,export] [--python PYTHON] [--sets
 * FOLDER] [--out FILE]`.
 * PYTHON adds Keras (needs `tensorflow`) and cleanlab for comparison. FOLDER contains data sets with planted faults
 * beside their truth files.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { scratchFolder } from './engine.ts';
import { ROWS_VARIABLE, type Figure } from './figures.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    python: { type: 'string' },
    sets: { type: 'string' },
    out: { type: 'string', default: 'out/bench.json' },
  },
});
const { python, sets } = values;

/** Whether the given Python can import a module. */
function importable(module: string): boolean {
  return python !== undefined && spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
}

interface Bench {
  readonly name: string;
  readonly args: readonly string[];
  readonly without: string | null;
  readonly window?: boolean;
}

/** The command that runs a script; under a virtual display if it shows windows and there is no display. */
function command(script: string, args: readonly string[], window: boolean): [string, string[]] {
  const headless = process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
  return window && headless
    ? ['xvfb-run', ['-a', process.execPath, script, ...args]]
    : [process.execPath, [script, ...args]];
}

const benches: readonly Bench[] = [
  { name: 'index', args: [], without: null },
  { name: 'duplicates', args: [], without: null },
  { name: 'export', args: [], without: null },
  { name: 'start', args: [], without: null, window: true },
  {
    name: 'checks',
    args: sets === undefined ? [] : [sets],
    without: sets === undefined ? 'needs --sets FOLDER' : null,
  },
  {
    name: 'probe',
    args: [...(sets === undefined ? [] : [sets]), ...(python === undefined ? [] : ['--python', python])],
    without: sets === undefined ? 'needs --sets FOLDER' : null,
  },
  {
    name: 'train',
    args: python === undefined ? [] : ['--python', python],
    without: importable('tensorflow') ? null : 'needs --python PYTHON with tensorflow',
  },
];

const wanted = values.only?.split(',');
const scratch = scratchFolder('rows');
const results: { bench: string; skipped: string | null; figures: Figure[] }[] = [];
for (const { name, args, without, window = false } of benches) {
  if (wanted !== undefined && !wanted.includes(name)) continue;
  process.stdout.write(`\n== ${name}\n`);
  if (without !== null) {
    process.stdout.write(`skipped: ${without}\n`);
    results.push({ bench: name, skipped: without, figures: [] });
    continue;
  }
  const rows = join(scratch.path, `${name}.jsonl`);
  writeFileSync(rows, '');
  const { status } = spawnSync(...command(join(import.meta.dirname, `${name}.ts`), args, window), {
    stdio: 'inherit',
    env: { ...process.env, [ROWS_VARIABLE]: rows },
  });
  const figures = readFileSync(rows, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Figure);
  if (status !== 0 && figures.every(({ met }) => met))
    figures.push({
      what: `${name} ran to its end`,
      value: `exit ${String(status)}`,
      target: 'exit 0',
      met: false,
      note: '',
    });
  results.push({ bench: name, skipped: null, figures });
}
scratch.remove();

const figures = results.flatMap((result) => result.figures);
process.stdout.write('\n== all figures\n');
for (const { what, value, target, met } of figures)
  process.stdout.write(
    `${what.padEnd(58)} ${value.padStart(15)}   ${(target ?? '').padEnd(15)} ${target === null ? '' : met ? 'ok' : 'MISSED'}`.trimEnd() +
      '\n',
  );
const file = resolve(values.out);
mkdirSync(dirname(file), { recursive: true });
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
  encoding: 'utf8',
  cwd: import.meta.dirname,
}).trim();
const machine = {
  cores: cpus().length,
  processor: cpus()[0]?.model ?? 'unknown',
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${release()}`,
  node: process.version,
};
writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), commit, machine, results }, null, 2)}\n`);
process.stdout.write(`\nSaved to ${values.out}.\n`);
process.exitCode = figures.every(({ met }) => met) ? 0 : 1;
