/**
 * Trains nets in Keras and PyTorch that `plumbline_watch.py` records, one that learns and one whose learning rate is far
 * too high, and reads each with `plumbline watch --once`. Started by hand, because it needs a Python with tensorflow, or
 * with torch and torchvision: `npm run test:watch -- --python PYTHON FOLDER`. FOLDER has one folder of images for each
 * class, and should have at least 40 images for each. A framework that the Python does not have is skipped and named.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { python: { type: 'string' } } });
const { python } = values;
const [folder] = positionals;
if (python === undefined || folder === undefined)
  throw new Error('Usage: node test/consumers/watch.ts --python PYTHON FOLDER');
const set = resolve(folder);
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-watch-'));
const env = {
  ...process.env,
  PYTHONPATH: scratch,
  PLUMBLINE_CACHE_DIR: join(scratch, 'cache'),
  PLUMBLINE_DATA_DIR: join(scratch, 'data'),
  TF_CPP_MIN_LOG_LEVEL: '3',
  CUDA_VISIBLE_DEVICES: '',
};

function run(program: string, args: readonly string[], allowed: readonly number[]): { status: number; out: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status === null || !allowed.includes(status))
    throw new Error(`${program} ${args.join(' ')}: exit code ${status ?? 'none'}\n${stderr.slice(-2000)}`);
  return { status, out: stdout };
}
const cli = (...args: readonly string[]): { status: number; out: string } =>
  run(process.execPath, [resolve(import.meta.dirname, '../../out/cli/plumbline.js'), ...args], [0, 1]);

interface Read {
  readonly verdict: { readonly kind: string; readonly sentence: string };
  readonly remarks: readonly { readonly id: string; readonly severity: string }[];
}

const EPOCHS = '12';
let failed = 0;
try {
  cli('watch', '--write', scratch);
  for (const [framework, module] of [
    ['keras', 'tensorflow'],
    ['torch', 'torchvision'],
  ] as const) {
    if (spawnSync(python, ['-c', `import ${module}`], { env }).status !== 0) {
      process.stdout.write(`${framework}: skipped, this Python has no ${module}\n`);
      continue;
    }
    for (const [rate, kinds, code] of [
      ['0.001', ['learns', 'partial'], 0],
      ['0.5', ['collapsed', 'diverged'], 1],
    ] as const) {
      const watched = join(scratch, `${framework} ${rate}`);
      run(python, [join(import.meta.dirname, 'watched', `watched_${framework}.py`), set, watched, rate, EPOCHS], [0]);
      const { status, out } = cli('watch', set, watched, '--once', '--json', '-');
      const { verdict, remarks } = JSON.parse(out) as Read;
      const warned = remarks.filter(({ severity }) => severity === 'warning').map(({ id }) => id);
      const ok = (kinds as readonly string[]).includes(verdict.kind) && status === code && warned.length === 0;
      if (!ok) failed += 1;
      process.stdout.write(
        `${framework}, learning rate ${rate}: ${verdict.kind}, exit code ${status}${ok ? '' : '  FAILED'}\n  ${verdict.sentence}\n  ${remarks.map(({ id }) => id).join(', ')}\n`,
      );
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (failed > 0) process.exitCode = 1;
