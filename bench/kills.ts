/**
 * Sends SIGKILL at random moments: `node bench/kills.ts [--kills 50] [--app 50] [--seed 1]` after `npm run build`.
 * `--kills`: of the engine while it indexes, probes and exports, of the training process, and of the command line.
 * `--app`: of the app with its window while it starts, indexes, probes, exports, and while decisions are made (needs a
 * display: xvfb-run -a).
 * After each kill the work is resumed and must give the result of an undisturbed run. The folder of images must be
 * unchanged, no incomplete export may have its final name, and no process started by a killed app may stay alive. As
 * root, also tests an index on a full disk (a small tmpfs). Exits with 1 if anything is lost.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../src/core/statistics/random.ts';
import { scratchFolder, type BenchEngine } from './engine.ts';
import { figure } from './figures.ts';
import { AppKills, type Prepared } from './kills/app.ts';
import { EXPORT_OPTIONS, told, type Bench } from './kills/bench.ts';
import { killCommand, runCommand } from './kills/command.ts';
import { killAndGoOn, killTraining, open, type Work } from './kills/engine.ts';
import { fillDisk } from './kills/full-disk.ts';
import { drawSource, exportedText, fingerprint } from './kills/source.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    app: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
  },
});
const scratch = scratchFolder('kills');
const bench: Bench = {
  scratch: scratch.path,
  source: join(scratch.path, 'source'),
  random: seededRandom(Number(values.seed)),
  faults: [],
};

const inWords = (spent: Readonly<Record<string, number>>): string =>
  Object.entries(spent)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
const secondsSince = (start: number): number => (performance.now() - start) / 1000;

async function startExport(engine: BenchEngine, dataset: string, out: string): Promise<unknown> {
  const { target } = await engine.call<{ target: string }>('export.target', { dataset, path: out });
  return engine.job('jobs.export', { dataset, target, options: EXPORT_OPTIONS });
}

/** Runs each work once, and the probe twice: what differs between two such runs cannot be required after a kill. */
async function workUndisturbed(): Promise<Prepared> {
  const [indexed, probed, plain] = ['indexed', 'probed', 'plain'].map((name) => join(bench.scratch, name)) as [
    string,
    string,
    string,
  ];
  const first = await open(indexed, bench.source);
  const indexing = await first.engine.job('jobs.index', { dataset: first.dataset });
  const index = { seconds: indexing.seconds, result: await told(first.engine.call, first.dataset, false) };
  await first.engine.stop();
  cpSync(indexed, probed, { recursive: true });
  const { engine, dataset } = await open(probed, bench.source);
  const probing = await engine.job('jobs.probe', { dataset, probe: 'instant' });
  const probe = { seconds: probing.seconds, result: await told(engine.call, dataset, true) };
  await engine.job('jobs.probe', { dataset, probe: 'instant' });
  const equal = probe.result === (await told(engine.call, dataset, true));
  figure('two undisturbed probes', equal ? 'equal' : 'different', 'equal', equal);
  const began = performance.now();
  await startExport(engine, dataset, plain);
  const seconds = secondsSince(began);
  await engine.stop();
  return { indexed, probed, index, probe, export: { seconds, result: exportedText(plain) } };
}

async function killProcesses(prepared: Prepared, most: number, check: () => void): Promise<void> {
  const indexing: Work = {
    name: 'index',
    undisturbed: prepared.index,
    from: null,
    start: (engine, dataset) => engine.job('jobs.index', { dataset }),
    result: (engine, dataset) => told(engine.call, dataset, false),
  };
  const probing: Work = {
    name: 'probe',
    undisturbed: prepared.probe,
    from: prepared.indexed,
    start: (engine, dataset) => engine.job('jobs.probe', { dataset, probe: 'instant' }),
    result: (engine, dataset) => told(engine.call, dataset, true),
  };
  const exporting: Work = {
    name: 'export',
    undisturbed: prepared.export,
    from: prepared.probed,
    start: startExport,
    result: (_, __, out) => Promise.resolve(exportedText(out)),
  };
  const began = performance.now();
  const command = runCommand(bench.source, join(bench.scratch, 'command'));
  const spent: Record<string, number> = { index: 0, probe: 0, export: 0, training: 0, 'command line': 0 };
  const sum = () => Object.values(spent).reduce((total, count) => total + count, 0);
  while (sum() < most) {
    spent['index']! += await killAndGoOn(bench, indexing, Math.min(2, most - sum()));
    if (sum() < most) spent['export']! += await killAndGoOn(bench, exporting, 1);
    if (sum() < most) spent['probe']! += await killAndGoOn(bench, probing, 1);
    if (sum() < most) spent['training']! += await killTraining(bench, probing);
    if (sum() < most) spent['command line']! += await killCommand(bench, command);
    check();
    process.stdout.write(`  ${inWords(spent)}; faults ${bench.faults.length}\n`);
  }
  figure('kills', String(sum()), `>= ${most}`, sum() >= most, `${inWords(spent)}; ${secondsSince(began).toFixed(0)} s`);
}

async function killApp(prepared: Prepared, most: number, check: () => void): Promise<void> {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    figure(
      'kills of the app',
      'left out',
      null,
      true,
      'there is no display for its window: xvfb-run -a node bench/kills.ts',
    );
    return;
  }
  const began = performance.now();
  const app = new AppKills(bench, prepared);
  await app.run(most, () => {
    check();
    process.stdout.write(`  app: ${inWords(app.spent)}; faults ${bench.faults.length}\n`);
  });
  figure(
    'kills of the app',
    String(app.kills),
    `>= ${most}`,
    app.kills >= most,
    `${inWords(app.spent)}; ${secondsSince(began).toFixed(0)} s`,
  );
  figure('decisions that had returned before a kill', String(app.decided));
  figure('what a killed app started lives on at most', `${app.longest.toFixed(1)} s`);
}

try {
  await drawSource(bench.source, bench.random);
  const before = fingerprint(bench.source);
  let printed = 0;
  const check = () => {
    if (fingerprint(bench.source) !== before) bench.faults.push('the folder of images was changed');
    for (; printed < bench.faults.length; printed += 1) process.stdout.write(`  FAULT ${bench.faults[printed]!}\n`);
  };
  const prepared = await workUndisturbed();
  process.stdout.write(
    `undisturbed: index ${prepared.index.seconds.toFixed(1)} s, probe ${prepared.probe.seconds.toFixed(1)} s, export ${prepared.export.seconds.toFixed(1)} s\n`,
  );
  await killProcesses(prepared, Number(values.kills), check);
  await killApp(prepared, Number(values.app), check);
  const disk = await fillDisk(bench, prepared.index);
  const { faults } = bench;
  figure(
    'lost, touched, left, or another result',
    String(faults.length),
    '0',
    faults.length === 0,
    [...new Set(faults)].join('; '),
  );
  figure('disk full', disk.startsWith('not') ? 'skipped' : 'told', null, true, disk);
} finally {
  scratch.remove();
}
