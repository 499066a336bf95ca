/**
 * Scaling of the duplicate search: `node bench/duplicates.ts [--sizes 2000,20000,200000]`. Uses synthetic hashes and
 * pictures, so that no data set is needed. Every tenth item is a near copy of another. Exits with 1 if ten times the
 * items take more than fifteen times as long.
 */
import { build } from 'vite';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import type * as Candidates from '../src/core/duplicates/candidates.ts';
import type * as Hashes from '../src/core/duplicates/hash-pairs.ts';
import type * as Randomness from '../src/core/statistics/random.ts';
import { scratchFolder } from './engine.ts';
import { figure } from './figures.ts';

const HIGHEST = 15;
const HASH_DISTANCE = 10;
const SKETCH = 64;

const { values } = parseArgs({ options: { sizes: { type: 'string', default: '2000,20000,200000' } } });
const sizes = values.sizes.split(',').map(Number);

/** The sources import each other without file endings, which only bundlers resolve. */
const scratch = scratchFolder('duplicates');
const root = join(import.meta.dirname, '..');
const entries = {
  candidates: 'src/core/duplicates/candidates.ts',
  hashes: 'src/core/duplicates/hash-pairs.ts',
  random: 'src/core/statistics/random.ts',
};
await build({
  root,
  configFile: false,
  logLevel: 'error',
  build: {
    outDir: scratch.path,
    target: 'node24',
    minify: false,
    ssr: true,
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)])),
      output: { entryFileNames: '[name].mjs' },
    },
  },
});
const built = (name: string): Promise<unknown> => import(pathToFileURL(join(scratch.path, `${name}.mjs`)).href);
const { findNeighbours, neighbourSearch } = (await built('candidates')) as typeof Candidates;
const { hashPairs } = (await built('hashes')) as typeof Hashes;
const { seededRandom } = (await built('random')) as typeof Randomness;
rmSync(scratch.path, { recursive: true, force: true });

interface Synthetic {
  readonly words: Uint32Array;
  readonly sketches: Float32Array;
  readonly copies: readonly (readonly [number, number])[];
}

function synthetic(n: number): Synthetic {
  const random = seededRandom(n);
  const words = Uint32Array.from({ length: 2 * n }, () => Math.floor(random() * 4294967296));
  const sketches = Float32Array.from({ length: n * SKETCH }, () => random() + random() + random() - 1.5);
  const copies: [number, number][] = [];
  for (let i = 9; i < n; i += 10) {
    const of = i - 1 - Math.floor(random() * 8);
    copies.push([of, i]);
    for (const half of [0, 1])
      words[2 * i + half] = words[2 * of + half]! ^ (1 << Math.floor(random() * 32)) ^ (1 << Math.floor(random() * 32));
    for (let k = 0; k < SKETCH; k++) sketches[i * SKETCH + k] = sketches[of * SKETCH + k]! + 0.2 * (random() - 0.5);
  }
  for (let i = 0; i < n; i++) {
    sketches[i * SKETCH] = 0;
    let energy = 0;
    for (let k = 0; k < SKETCH; k++) energy += sketches[i * SKETCH + k]! ** 2;
    for (let k = 0; k < SKETCH; k++) sketches[i * SKETCH + k]! /= Math.sqrt(energy);
  }
  return { words, sketches, copies };
}

/** CPU seconds of this process, which other load on the machine affects least. */
function timed<T>(work: () => T): { seconds: number; result: T } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, result };
}

function byHash({ words, copies }: Synthetic): number {
  const found = new Set<string>();
  hashPairs(words, null, HASH_DISTANCE, 2, (i, j) => found.add(`${Math.min(i, j)} ${Math.max(i, j)}`));
  return copies.filter(([a, b]) => found.has(`${a} ${b}`)).length / copies.length;
}

/** The whole candidate search: hashes and sketches, upright and turned. */
function byNeighbours({ words, sketches, copies }: Synthetic): number {
  const search = neighbourSearch(
    { sketches },
    findNeighbours({ sketches, pHashes: words, dHashes: words }, seededRandom(1)),
  );
  const near = Array.from({ length: words.length / 2 }, (_, i) => search.upright(i, 12).map(({ item }) => item));
  return (
    copies.filter(([a, b]) => near[a]?.includes(b) === true || near[b]?.includes(a) === true).length / copies.length
  );
}

for (const [name, work] of [
  ['64-bit hashes, multi-index', byHash],
  ['all candidates: hashes, sketches, turned', byNeighbours],
] as const) {
  let last = 0;
  timed(() => work(synthetic(1000)));
  for (const n of sizes) {
    const data = synthetic(n);
    const { seconds, result } = timed(() => work(data));
    const growth = seconds / last;
    const note = `${seconds.toFixed(2)} s, recall ${result.toFixed(4)}`;
    if (last === 0) figure(`${name}, ${n}`, '', null, true, note);
    else figure(`${name}, ${n}: growth`, `× ${growth.toFixed(1)}`, `≤ × ${HIGHEST}`, growth <= HIGHEST, note);
    last = seconds;
  }
}
