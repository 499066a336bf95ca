/**
 * Tests exports with the libraries that read them. Started by hand, because it needs a Python with tensorflow,
 * torchvision, datasets, pandas and pyarrow: `npm run test:consumers -- --python /path/to/venv/bin/python FOLDER`.
 * FOLDER is any labelled image folder with at least two classes. PLUMBLINE_CONSUMERS_PYTHON can also name the Python.
 * Exports FOLDER twice (plain, and in the Hugging Face flavour), compares what each reader sees with the manifest,
 * audits the export for leaks, and trains both scripts on it for two epochs.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { python: { type: 'string' } } });
const python = values.python ?? process.env['PLUMBLINE_CONSUMERS_PYTHON'];
const [folder] = positionals;
if (python === undefined || folder === undefined)
  throw new Error('Usage: npm run test:consumers -- --python PYTHON FOLDER');
const here = dirname(fileURLToPath(import.meta.url));
const cli = resolve(here, '../../out/cli/plumbline.js');
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-consumers-'));
const env = {
  ...process.env,
  PLUMBLINE_CACHE_DIR: join(scratch, 'cache'),
  PLUMBLINE_DATA_DIR: join(scratch, 'data'),
  HF_HOME: join(scratch, 'hf'),
  HF_HUB_OFFLINE: '1',
  HF_DATASETS_DISABLE_PROGRESS_BARS: '1',
  TF_CPP_MIN_LOG_LEVEL: '3',
  CUDA_VISIBLE_DEVICES: '',
};

function run(what: string, program: string, args: readonly string[]): void {
  process.stdout.write(`\n# ${what}\n`);
  const { status } = spawnSync(program, args, { env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${what}: exit code ${status ?? 'none'}`);
}

try {
  for (const [name, flags, reader] of [
    ['plain', [], []],
    ['flavoured', ['--hugging-face', '--mode', 'symlink'], ['--hugging-face']],
  ] as const) {
    const out = join(scratch, name);
    run(`export, ${name}`, process.execPath, [
      cli,
      'export',
      folder,
      '--out',
      out,
      '--convert',
      '--drop',
      'exact-duplicate',
      ...flags,
    ]);
    run(`readers, ${name}`, python, [join(here, 'read.py'), out, ...reader]);
  }
  const out = join(scratch, 'plain');
  run('the export has no leak', process.execPath, [
    cli,
    'audit',
    out,
    '--fail-on',
    'split-leak,exact-duplicate,extension-mismatch,unreadable',
  ]);
  run('train_keras.py', python, [join(out, 'train_keras.py'), '--epochs', '2']);
  run('train_torch.py', python, [join(out, 'train_torch.py'), '--epochs', '2']);
  process.stdout.write('\nEvery reader reads the export correctly.\n');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
