/**
 * Runs scripts that collapse, and the same scripts as `plumbline remedy` changes them. Started by hand, because it needs
 * a Python with tensorflow, or with torch and torchvision: `npm run test:remedies -- --python PYTHON FOLDER`. FOLDER has
 * one folder of images for each class. A framework that the Python does not have is skipped and named. Each script must not learn as it is, and learn when changed, by the tests of a diagnosis.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { python: { type: 'string' } } });
const { python } = values;
const [folder] = positionals;
if (python === undefined || folder === undefined)
  throw new Error('Usage: node test/consumers/remedies.ts --python PYTHON FOLDER');
const set = resolve(folder);
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-remedies-'));
const env = {
  ...process.env,
  PLUMBLINE_CACHE_DIR: join(scratch, 'cache'),
  PLUMBLINE_DATA_DIR: join(scratch, 'data'),
  TF_CPP_MIN_LOG_LEVEL: '3',
  CUDA_VISIBLE_DEVICES: '',
};

function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')}: exit code ${status ?? 'none'}\n${stderr.slice(-2000)}`);
  return stdout;
}
const cli = (...args: readonly string[]): string =>
  run(process.execPath, [resolve(import.meta.dirname, '../../out/cli/plumbline.js'), ...args]);

interface Judged {
  readonly kind: string;
  readonly accuracy: { readonly value: number; readonly low: number; readonly high: number };
}

function judged(script: string): Judged {
  run(python!, [script, set, join(scratch, 'predictions.csv')]);
  const { diagnosis } = JSON.parse(
    cli('diagnose', set, '--predictions', join(scratch, 'predictions.csv'), '--json', '-'),
  ) as { diagnosis: { verdict: { kind: string }; figures: { balancedAccuracy: Judged['accuracy'] } } };
  return { kind: diagnosis.verdict.kind, accuracy: diagnosis.figures.balancedAccuracy };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const said = ({ kind, accuracy: { value, low, high } }: Judged): string =>
  `${kind}, balanced accuracy ${percent(value)} (${percent(low)}–${percent(high)})`;

let failed = 0;
try {
  for (const [framework, module] of [
    ['keras', 'tensorflow'],
    ['torch', 'torchvision'],
  ] as const) {
    if (spawnSync(python, ['-c', `import ${module}`], { env }).status !== 0) {
      process.stdout.write(`${framework}: skipped, this Python has no ${module}\n`);
      continue;
    }
    const script = join(import.meta.dirname, 'collapsing', `collapse_${framework}.py`);
    const changed = join(scratch, `changed_${framework}.py`);
    cli('remedy', set, '--script', script, '--out', changed);
    if (readFileSync(script, 'utf8') === readFileSync(changed, 'utf8')) throw new Error(`${script} was not changed.`);
    const [before, after] = [judged(script), judged(changed)];
    const ok = before.kind !== 'learns' && after.kind === 'learns' && after.accuracy.low > before.accuracy.high;
    if (!ok) failed += 1;
    process.stdout.write(`${framework}: ${said(before)} → ${said(after)}${ok ? '' : '  FAILED'}\n`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (failed > 0) process.exitCode = 1;
