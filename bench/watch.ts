/**
 * What recording costs a training: `node bench/watch.ts --python PYTHON [--framework keras|torch] [--epochs N]`. One
 * process trains the same net with and without `plumbline_watch.py`, one epoch in turn, and prints the ratio of the
 * median times of an epoch. Nothing is downloaded; the images are noise.
 */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { scratchFolder } from './engine.ts';
import { figure } from './figures.ts';

const { values } = parseArgs({
  options: {
    python: { type: 'string' },
    framework: { type: 'string', default: 'torch' },
    epochs: { type: 'string', default: '8' },
  },
});
const { python, framework, epochs } = values;
if (python === undefined) throw new Error('Usage: node bench/watch.ts --python PYTHON [--framework keras|torch]');
const scratch = scratchFolder('watch');
const { status, stdout, stderr } = spawnSync(
  python,
  [join(import.meta.dirname, 'watched_training.py'), framework, scratch.path, epochs],
  {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: resolve(import.meta.dirname, '../resources/python'), TF_CPP_MIN_LOG_LEVEL: '3' },
  },
);
scratch.remove();
if (status !== 0) throw new Error(`The training failed: ${stderr.slice(-2000)}`);
const [plain = NaN, watched = NaN] = stdout.trim().split(' ').map(Number);
const share = watched / plain - 1;
figure(
  `recording a training, ${framework}`,
  `${(100 * share).toFixed(1)} %`,
  '< 3 %',
  share < 0.03,
  `median seconds of an epoch: ${plain.toFixed(2)} without, ${watched.toFixed(2)} with`,
);
