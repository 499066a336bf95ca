/**
 * Runs scripts that collapse, and the same scripts as `plumbline remedy --add all` changes them. Started by hand, because it needs
 * a Python with tensorflow and Pillow, or with torch, torchvision and lightning: `npm run test:remedies -- --python PYTHON FOLDER`. FOLDER has
 * one folder of images for each class; of each class, some are trained on and some are held out. A framework that the
 * Python does not have is skipped and named. By the tests of a diagnosis on the held-out images, each script must not
 * learn as it is, and learn when changed. The diff must give the changed script when it is applied, and reading the
 * changed script must find no fault. Scripts that split the folder themselves must have copies of pictures in both
 * parts, and none when they read the parts of an export (`--add split`). `--only PATTERN` takes the scripts with such
 * names.
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
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: scratch,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
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

/** What a script that splits its folder prints. */
interface Split {
  readonly train: number;
  readonly held: number;
  readonly shared: number;
  readonly accuracy: number;
}

/** A set without splits, in which every third picture has a copy under another name. */
const whole = join(scratch, 'whole');

function copyWhole(): void {
  for (const name of readdirSync(resolve(folder!))) {
    mkdirSync(join(whole, name), { recursive: true });
    readdirSync(join(folder!, name))
      .slice(0, TRAINED)
      .forEach((file, i) => {
        copyFileSync(join(folder!, name, file), join(whole, name, file));
        if (i % 3 === 0) copyFileSync(join(folder!, name, file), join(whole, name, `copy-${file}`));
      });
  }
}

const splitBy = (script: string): Split => JSON.parse(run(python, [script, whole]).trim().split('\n').at(-1)!) as Split;
const splitText = ({ train, held, shared, accuracy }: Split): string =>
  `${train} and ${held} images, ${shared} in both, accuracy ${percent(accuracy)}`;

/** The folder of the export has the name that the changed script expects, in the folder in which it runs. */
function checkSplit(file: string): boolean {
  const script = join(import.meta.dirname, 'splitting', file);
  const changed = join(scratch, file);
  cli('remedy', whole, '--script', script, '--add', 'split', '--out', changed);
  const [before, after] = [splitBy(script), splitBy(changed)];
  const ok = before.shared > 0 && after.shared === 0 && after.train > after.held && after.held > 0;
  process.stdout.write(`${file}: ${splitText(before)} → ${splitText(after)}${ok ? '' : '  FAILED'}\n`);
  return ok;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const said = ({ kind, accuracy: { value, low, high } }: Judged): string =>
  `${kind}, balanced accuracy ${percent(value)} (${percent(low)}–${percent(high)})`;

/** Writes the changed script. @returns what is wrong with it as a text, or with its diff */
function remedy(script: string, changed: string): string | null {
  const patch = `${changed}.patch`;
  cli('remedy', set, '--script', script, '--add', 'all', '--out', changed, '--patch', patch);
  const applied = `${changed}.applied`;
  run('patch', ['--silent', '--output', applied, script, patch]);
  if (readFileSync(applied, 'utf8') !== readFileSync(changed, 'utf8')) return 'the diff gives another script';
  const again = cli('remedy', set, '--script', changed);
  return again.startsWith('Nothing was changed.') && !again.includes('Change these by hand') ? null : again;
}

const scripts = join(import.meta.dirname, 'collapsing');
let failed = 0;
try {
  copySet();
  copyWhole();
  cli('export', whole, '--out', join(scratch, 'my-export'), '--split', '80/20');
  for (const [framework, module] of [
    ['keras', 'tensorflow'],
    ['torch', 'torchvision'],
    ['lightning', 'lightning'],
  ] as const) {
    if (spawnSync(python, ['-c', `import ${module}`], { env }).status !== 0) {
      process.stdout.write(`${framework}: skipped, this Python has no ${module}\n`);
      continue;
    }
    for (const file of readdirSync(scripts).filter((one) => one.startsWith(framework) && one.match(values.only))) {
      const script = join(scripts, file);
      const changed = join(scratch, file);
      const wrong = remedy(script, changed);
      if (readFileSync(script, 'utf8') === readFileSync(changed, 'utf8')) throw new Error(`${script} was not changed.`);
      const [before, after] = [judged(script), judged(changed)];
      const better = before.kind !== 'learns' && after.kind === 'learns' && after.accuracy.low > before.accuracy.high;
      const ok = better && wrong === null;
      if (!ok) failed += 1;
      process.stdout.write(`${file}: ${said(before)} → ${said(after)}${ok ? '' : `  FAILED ${wrong ?? ''}`}\n`);
    }
    for (const file of readdirSync(join(import.meta.dirname, 'splitting')))
      if (file.startsWith(framework) && file.match(values.only) && !checkSplit(file)) failed += 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (failed > 0) process.exitCode = 1;
