/**
 * What recording costs a training: `node bench/watch.ts --python PYTHON [--framework keras|torch] [--epochs N]`. One
 * process trains the same net with and without `plumbline_watch.py`, one epoch in turn, and prints the ratio of the CPU
 * times, for a small net and for a larger one. Nothing is downloaded; the images are noise.
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

/** CPU seconds by epoch. */
type Times = Readonly<Record<'plain' | 'watched' | 'inside', readonly number[]>>;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

for (const size of ['small', 'large']) {
  const scratch = scratchFolder('watch');
  const { status, stdout, stderr } = spawnSync(
    python,
    [join(import.meta.dirname, 'watched_training.py'), framework, size, scratch.path, epochs],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        PYTHONPATH: resolve(import.meta.dirname, '../resources/python'),
        TF_CPP_MIN_LOG_LEVEL: '3',
      },
    },
  );
  scratch.remove();
  if (status !== 0) throw new Error(`The training failed: ${stderr.slice(-2000)}`);
  const { plain, watched, inside } = JSON.parse(stdout) as Times;
  const shares = plain.map((seconds, i) => watched[i]! / seconds - 1).toSorted((a, b) => a - b);
  const share = sum(watched) / sum(plain) - 1;
  figure(
    `recording a training, ${framework}, ${size} net`,
    percent(share),
    '< 3 %',
    share < 0.03,
    `${(sum(plain) / plain.length).toFixed(2)} s of CPU time an epoch; by epoch ${percent(shares[0]!)} to ${percent(shares.at(-1)!)}; in the recorder itself ${percent(sum(inside) / sum(plain))}`,
  );
}
