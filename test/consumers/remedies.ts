/**
 * Runs scripts that collapse, and the same scripts as `plumbline remedy --add all` changes them. Started by hand, because it needs
 * a Python with tensorflow, or with torch and torchvision: `npm run test:remedies -- --python PYTHON FOLDER`. FOLDER has
 * one folder of images for each class; of each class, some are trained on and some are held out. A framework that the
 * Python does not have is skipped and named. By the tests of a diagnosis on the held-out images, each script must not
 * learn as it is, and learn when changed. `--only PATTERN` takes the scripts with such names.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string' }, only: { type: 'string', default: '' } },
});
const { python } = values;
const [folder] = positionals;
if (python === undefined || folder === undefined)
  throw new Error('Usage: node test/consumers/remedies.ts --python PYTHON FOLDER');
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-remedies-'));
const set = join(scratch, 'set');
/** Images of each class: the training needs no more, and takes seconds. */
const [TRAINED, HELD_OUT] = [120, 40];

function copySet(): void {
  for (const name of readdirSync(resolve(folder!))) {
    const files = readdirSync(join(folder!, name)).slice(0, TRAINED + HELD_OUT);
    files.forEach((file, i) => {
      const part = i % 4 === 3 ? 'test' : 'train';
      mkdirSync(join(set, part, name), { recursive: true });
      copyFileSync(join(folder!, name, file), join(set, part, name, file));
    });
  }
}
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

const scripts = join(import.meta.dirname, 'collapsing');
let failed = 0;
try {
  copySet();
  for (const [framework, module] of [
    ['keras', 'tensorflow'],
    ['torch', 'torchvision'],
  ] as const) {
    if (spawnSync(python, ['-c', `import ${module}`], { env }).status !== 0) {
      process.stdout.write(`${framework}: skipped, this Python has no ${module}\n`);
      continue;
    }
    for (const file of readdirSync(scripts).filter((one) => one.startsWith(framework) && one.match(values.only))) {
      const script = join(scripts, file);
      const changed = join(scratch, file);
      cli('remedy', set, '--script', script, '--add', 'all', '--out', changed);
      if (readFileSync(script, 'utf8') === readFileSync(changed, 'utf8')) throw new Error(`${script} was not changed.`);
      const [before, after] = [judged(script), judged(changed)];
      const ok = before.kind !== 'learns' && after.kind === 'learns' && after.accuracy.low > before.accuracy.high;
      if (!ok) failed += 1;
      process.stdout.write(`${file}: ${said(before)} → ${said(after)}${ok ? '' : '  FAILED'}\n`);
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (failed > 0) process.exitCode = 1;
