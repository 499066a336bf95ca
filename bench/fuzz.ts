/**
 * Measures mutated image files with the engine: `node bench/fuzz.ts [--inputs 21000] [--seed 1]` after `npm run
 * build:engine`.
 * Every input must become a row, readable or with a reason. The engine must not crash, and no image may take more than
 * five seconds. Otherwise the batch is kept in a folder, whose name is printed, and the exit code is 1.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../src/core/statistics/random.ts';
import { scratchFolder, startEngine, type BenchEngine } from './engine.ts';
import { figure } from './figures.ts';
import { mutate } from './mutations.ts';
import { seedFiles } from './seed-files.ts';

/** Seconds without progress that count as a hang. */
const LIMIT = 5;
/** Number of readable images of each batch that are also requested as full pictures. */
const PICTURES = 12;

const { values } = parseArgs({
  options: { inputs: { type: 'string', default: '21000' }, seed: { type: 'string', default: '1' } },
});
const random = seededRandom(Number(values.seed));

interface Batch {
  readonly format: string;
  readonly inputs: number;
  readonly rows: number;
  readonly unreadable: number;
  readonly reasons: Readonly<Record<string, number>>;
  /** Longest time without progress, in seconds. */
  readonly longest: number;
}

/** The longest wait between two steps of measuring, after the first one. */
function watchSteps(engine: BenchEngine): () => number {
  let longest = 0;
  let since = performance.now();
  let last = -1;
  engine.watch(({ stage, done }) => {
    const now = performance.now();
    if (stage === 'measure' && last >= 0 && done !== last) longest = Math.max(longest, (now - since) / 1000);
    if (stage !== 'measure' || done !== last) since = now;
    last = stage === 'measure' ? done : -1;
  });
  return () => longest;
}

async function runBatch(engine: BenchEngine, format: string, root: string, inputs: number): Promise<Batch> {
  const longest = watchSteps(engine);
  const { dataset } = await engine.call<{ dataset: string }>('dataset.open', { root });
  await engine.job('jobs.index', { dataset });
  const summary = await engine.call<{
    images: number;
    unreadable: number;
    unreadableReasons: { code: string; count: number }[];
  }>('dataset.summary', { dataset });
  const { items } = await engine.call<{ items: { id: number; unreadable?: unknown }[] }>('images.list', {
    dataset,
    filter: {},
    sort: { by: 'path', descending: false },
    offset: 0,
    limit: 500,
  });
  let slowest = longest();
  for (const { id } of items.slice(0, PICTURES)) {
    const started = performance.now();
    await engine.call('images.picture', { dataset, image: id }).catch(() => null);
    slowest = Math.max(slowest, (performance.now() - started) / 1000);
  }
  await engine.call('dataset.forget', { dataset }).catch(() => null);
  return {
    format,
    inputs,
    rows: summary.images + summary.unreadable,
    unreadable: summary.unreadable,
    reasons: Object.fromEntries(summary.unreadableReasons.map(({ code, count }) => [code, count])),
    longest: slowest,
  };
}

const cache = scratchFolder('fuzz-cache');
const files = await seedFiles();
const each = Math.ceil(Number(values.inputs) / files.length);
const donors = files.flatMap(({ seeds }) => seeds);
const batches: Batch[] = [];
const faults: string[] = [];
let engine = startEngine(cache.path);
const started = performance.now();
for (const { format, seeds } of files) {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-fuzz-'));
  for (const name of ['a', 'b']) mkdirSync(join(root, name));
  for (let i = 0; i < each; i += 1)
    writeFileSync(
      join(root, i % 2 === 0 ? 'a' : 'b', `${i}.${format}`),
      mutate(seeds[i % seeds.length]!, donors, random),
    );
  const keep = (fault: string): void => {
    const kept = mkdtempSync(join(tmpdir(), 'plumbline-fuzz-kept-'));
    cpSync(root, kept, { recursive: true });
    faults.push(`${format}: ${fault}; its files are kept in ${kept}`);
  };
  try {
    const batch = await runBatch(engine, format, root, each);
    batches.push(batch);
    if (batch.rows !== each) keep(`${batch.rows} rows for ${each} files`);
    if (batch.longest > LIMIT) keep(`${batch.longest.toFixed(1)} s without progress`);
    process.stdout.write(
      `${format.padEnd(6)} ${String(batch.inputs).padStart(6)} files ${String(batch.rows - batch.unreadable).padStart(6)} read ${String(batch.unreadable).padStart(6)} refused   longest wait ${batch.longest.toFixed(2)} s   ${Object.entries(
        batch.reasons,
      )
        .map(([code, count]) => `${code} ${count}`)
        .join(', ')}\n`,
    );
  } catch (error) {
    keep(error instanceof Error ? error.message : String(error));
    await engine.stop();
    engine = startEngine(cache.path);
  }
  rmSync(root, { recursive: true, force: true });
}
await engine.stop();
cache.remove();
const total = batches.reduce((sum, { inputs }) => sum + inputs, 0);
figure(
  'mutated files',
  String(total),
  '>= 20000',
  total >= 20_000,
  `seed ${values.seed}, ${((performance.now() - started) / 1000).toFixed(0)} s`,
);
figure('crashes, hangs and wrong row counts', String(faults.length), '0', faults.length === 0, faults.join('\n'));
figure(
  'longest wait for one step',
  `${Math.max(0, ...batches.map(({ longest }) => longest)).toFixed(2)} s`,
  `<= ${LIMIT} s`,
  batches.every(({ longest }) => longest <= LIMIT),
);
