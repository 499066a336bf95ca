/**
 * SIGKILL at random moments: `node bench/kills.ts [--kills 50] [--seed 1]` after `npm run build:engine`. The engine while it indexes, probes and
 * exports, the training process, and the command line. After each kill the work goes on, and must end in what an undisturbed run gives; the
 * folder of images must be as it was, and no half export may lie under its final name. As root also an index on a full disk (a small tmpfs).
 * Exits with 1 when anything is lost.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { seededRandom } from '../src/core/random.ts';
import { scratchFolder, startEngine, type BenchEngine } from './engine.ts';
import { figure } from './figures.ts';

const CLI = join(import.meta.dirname, '..', 'out', 'cli', 'plumbline.js');
const IMAGES = 150;
const SIDE = 96;
const OPTIONS = { split: { kind: 'new', shares: [{ name: 'train', share: 80 }, { name: 'val', share: 20 }], seed: '1' }, mode: 'copy', drop: [], convert: false, huggingFace: false };

const { values } = parseArgs({ options: { kills: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' } } });
const random = seededRandom(Number(values.seed));
const scratch = scratchFolder('kills');
const source = join(scratch.path, 'source');
const faults: string[] = [];

/** Three kinds of stripes with noise, some under a wrong label: a probe learns them and finds those. */
async function drawSource(): Promise<void> {
  for (let i = 0; i < IMAGES; i += 1) {
    const kind = i % 3;
    const shift = random() * 9;
    const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => {
      const [x, y] = [Math.floor(at / 3) % SIDE, Math.floor(at / 3 / SIDE)];
      return 128 + 60 * Math.sin(((kind === 0 ? x : kind === 1 ? y : x + y) + shift) / (4 + kind)) + 60 * random();
    });
    const folder = join(source, `c${i % 40 === 7 ? (kind + 1) % 3 : kind}`);
    mkdirSync(folder, { recursive: true });
    await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } }).jpeg({ quality: 92 }).toFile(join(folder, `${i}.jpg`));
  }
}

/** Path, bytes, times and inodes of all files: equal when nothing was touched. */
function fingerprint(root: string): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true }).filter((found) => found.isFile()).map((found) => join(found.parentPath, found.name)).sort()) {
    const { mtimeMs, ino } = statSync(entry);
    hash.update(`${entry.slice(root.length)} ${mtimeMs} ${ino} ${createHash('sha256').update(readFileSync(entry)).digest('hex')}\n`);
  }
  return hash.digest('hex');
}

/** Everything that the engine says of the data set but ids and times. */
async function told(engine: BenchEngine, dataset: string, probed: boolean): Promise<string> {
  const without = (value: unknown) => JSON.stringify(value, (key, inner: unknown) => (['id', 'indexedAt', 'revision', 'at', 'seconds'].includes(key) ? undefined : inner));
  const list = await engine.call('images.list', { dataset, filter: {}, sort: { by: 'path', descending: false }, offset: 0, limit: 500 });
  const parts = [list, await engine.call('findings.list', { dataset }), await engine.call('dataset.summary', { dataset })];
  if (probed) parts.push(await engine.call('labels.list', { dataset, filter: { threshold: 0 }, offset: 0, limit: 500 }));
  return parts.map(without).join('\n');
}

const open = async (cache: string): Promise<{ engine: BenchEngine; dataset: string }> => {
  const engine = startEngine(cache);
  return { engine, dataset: (await engine.call<{ dataset: string }>('dataset.open', { root: source })).dataset };
};

/** The training process of an engine. */
function childOf(pid: number): number | null {
  const lines = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n').map((line) => line.trim());
  const found = lines.find((line) => Number(line.split(/\s+/)[1]) === pid && line.includes('probe.js'));
  return found === undefined ? null : Number.parseInt(found, 10);
}

/** What is in the middle when it is killed. */
interface Work {
  readonly name: string;
  /** Seconds that it takes undisturbed. */
  readonly seconds: number;
  /** A cache to start from; null for an empty one. */
  readonly from: string | null;
  readonly start: (engine: BenchEngine, dataset: string, out: string) => Promise<unknown>;
  /** What is compared at the end. */
  readonly result: (engine: BenchEngine, dataset: string, out: string) => Promise<string>;
  readonly expected: string;
}

const finished = (work: Promise<unknown>): Promise<boolean> => work.then(() => true, () => false);

/** Kills the engine in the midst of the work until `most` kills are spent, then lets it end. @returns how often it was killed before its end */
async function killAndGoOn(work: Work, most: number): Promise<number> {
  const cache = join(scratch.path, 'cache');
  const out = join(scratch.path, 'exports', 'out');
  for (const folder of [cache, join(scratch.path, 'exports')]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(scratch.path, 'exports'));
  if (work.from !== null) cpSync(work.from, cache, { recursive: true });
  let kills = 0;
  for (;;) {
    const { engine, dataset } = await open(cache);
    const jobs = await engine.call<{ job: string; state: string; kind: string }[]>('jobs.list', { dataset });
    const interrupted = jobs.find(({ state }) => state === 'interrupted');
    const doing = finished(interrupted === undefined ? work.start(engine, dataset, out) : engine.job('jobs.resume', { dataset, job: interrupted.job }));
    if (kills < most) {
      await Promise.race([sleep(random() * work.seconds * 900), doing]);
      process.kill(engine.pid, 'SIGKILL');
      kills += 1;
      await engine.gone;
      if (await doing) return kills;
      // A kill between the renaming of an export and its last row leaves a whole one.
      if (existsSync(out) && (await work.result(engine, dataset, out)) !== work.expected) faults.push(`${work.name}: a half export lies under its final name`);
      if (existsSync(out)) return kills;
      continue;
    }
    if (!(await doing)) faults.push(`${work.name}: it did not go on after a kill`);
    const result = await work.result(engine, dataset, out);
    if (result !== work.expected) faults.push(`${work.name}: another result than undisturbed`);
    await engine.stop();
    return kills;
  }
}

/** The training process dies: its job fails, the engine lives and does it again. */
async function killTraining(work: Work): Promise<number> {
  const cache = join(scratch.path, 'cache');
  rmSync(cache, { recursive: true, force: true });
  cpSync(work.from!, cache, { recursive: true });
  const { engine, dataset } = await open(cache);
  const doing = finished(work.start(engine, dataset, ''));
  let child: number | null = null;
  for (let tries = 0; child === null && tries < 100; tries += 1) {
    await sleep(50);
    child = childOf(engine.pid);
  }
  await Promise.race([sleep(random() * work.seconds * 700), doing]);
  let killed = 0;
  if (child !== null && childOf(engine.pid) === child) {
    process.kill(child, 'SIGKILL');
    killed = 1;
    if (await doing) faults.push('training: its job ended well although its process was killed');
    await work.start(engine, dataset, '');
  }
  await doing;
  if ((await work.result(engine, dataset, '')) !== work.expected) faults.push('training: another result than undisturbed');
  await engine.stop();
  return killed;
}

interface CommandResult { readonly text: string; readonly seconds: number }

const commandEnv = (cache: string) => ({ ...process.env, PLUMBLINE_CACHE_DIR: cache, PLUMBLINE_DATA_DIR: cache });
const commandArgs = [CLI, 'audit', source, '--json', '-'];

function runCommand(cache: string): CommandResult {
  const started = performance.now();
  const { status, stdout } = spawnSync(process.execPath, commandArgs, { env: commandEnv(cache), encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) return { text: `exit code ${status ?? 'none'}`, seconds: 0 };
  return { text: JSON.stringify({ ...(JSON.parse(stdout) as object), timings: null, createdAt: null }), seconds: (performance.now() - started) / 1000 };
}

async function killCommand(expected: CommandResult): Promise<number> {
  const cache = join(scratch.path, 'cache');
  rmSync(cache, { recursive: true, force: true });
  const child = spawn(process.execPath, commandArgs, { env: commandEnv(cache), stdio: 'ignore' });
  const gone = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  await sleep(random() * expected.seconds * 900);
  child.kill('SIGKILL');
  const signal = await gone;
  if (runCommand(cache).text !== expected.text) faults.push('command line: another report than undisturbed');
  return signal === 'SIGKILL' ? 1 : 0;
}

/** An index whose cache is on a disk of three megabytes: one sentence, and what fitted is kept and used when there is room. */
async function fullDisk(): Promise<string> {
  if (process.getuid?.() !== 0) return 'not tried: mounting a tmpfs needs root';
  const disk = join(scratch.path, 'disk');
  mkdirSync(disk);
  const size = (megabytes: number, ...options: string[]) => spawnSync('mount', ['-t', 'tmpfs', '-o', [`size=${megabytes}m`, ...options].join(','), 'tmpfs', disk]).status === 0;
  if (!size(3)) return 'not tried: this system mounts no tmpfs';
  try {
    const full = await open(disk);
    const failure = await full.engine.job('jobs.index', { dataset: full.dataset }).then(() => 'no failure', (error: unknown) => (error as Error).message);
    const alive = (await full.engine.call<{ images: number }>('dataset.summary', { dataset: full.dataset }).catch(() => ({ images: -1 }))).images;
    await full.engine.stop();
    if (!/full|space/i.test(failure)) faults.push(`disk full: ${failure}`);
    size(200, 'remount');
    const room = await open(disk);
    await room.engine.job('jobs.index', { dataset: room.dataset });
    if ((await told(room.engine, room.dataset, false)) !== (indexed as Work).expected) faults.push('disk full: another result when there is room again');
    await room.engine.stop();
    return `“${failure}” (${alive} images told of), then with room the whole`;
  } finally {
    spawnSync('umount', [disk]);
  }
}

async function timed(engine: BenchEngine, name: string, params: object): Promise<number> {
  return (await engine.job(name, params)).seconds;
}

let indexed: Work | null = null;
const most = Number(values.kills);
const started = performance.now();
try {
  await drawSource();
  const before = fingerprint(source);
  // Undisturbed, twice: what differs between two such runs cannot be asked for after a kill.
  const [first, second] = [join(scratch.path, 'first'), join(scratch.path, 'second')];
  const a = await open(first);
  const indexSeconds = await timed(a.engine, 'jobs.index', { dataset: a.dataset });
  const index = await told(a.engine, a.dataset, false);
  await a.engine.stop();
  cpSync(first, second, { recursive: true });
  const b = await open(second);
  const probeSeconds = await timed(b.engine, 'jobs.probe', { dataset: b.dataset, probe: 'instant' });
  const probe = await told(b.engine, b.dataset, true);
  await timed(b.engine, 'jobs.probe', { dataset: b.dataset, probe: 'instant' });
  const again = await told(b.engine, b.dataset, true);
  figure('two undisturbed probes', probe === again ? 'equal' : 'different', 'equal', probe === again);
  const plain = join(scratch.path, 'plain');
  const start = async (engine: BenchEngine, dataset: string, out: string) => {
    const { target } = await engine.call<{ target: string }>('export.target', { dataset, path: out });
    return engine.job('jobs.export', { dataset, target, options: OPTIONS });
  };
  const exportStarted = performance.now();
  await start(b.engine, b.dataset, plain);
  const exportSeconds = (performance.now() - exportStarted) / 1000;
  await b.engine.stop();
  process.stdout.write(`undisturbed: index ${indexSeconds.toFixed(1)} s, probe ${probeSeconds.toFixed(1)} s, export ${exportSeconds.toFixed(1)} s\n`);

  indexed = { name: 'index', seconds: indexSeconds, from: null, expected: index, start: (engine, dataset) => engine.job('jobs.index', { dataset }), result: (engine, dataset) => told(engine, dataset, false) };
  const probing: Work = { name: 'probe', seconds: probeSeconds, from: first, expected: probe, start: (engine, dataset) => engine.job('jobs.probe', { dataset, probe: 'instant' }), result: (engine, dataset) => told(engine, dataset, true) };
  const manifest = (out: string) => readFileSync(join(out, 'manifest.jsonl'), 'utf8') + fingerprintOfPictures(out);
  const exporting: Work = { name: 'export', seconds: exportSeconds, from: second, expected: manifest(plain), start, result: (_, __, out) => Promise.resolve(manifest(out)) };
  const command = runCommand(join(scratch.path, 'command'));

  const spent: Record<string, number> = { index: 0, probe: 0, export: 0, training: 0, 'command line': 0 };
  const sum = () => Object.values(spent).reduce((total, count) => total + count, 0);
  while (sum() < most) {
    spent['index']! += await killAndGoOn(indexed, Math.min(2, most - sum()));
    if (sum() < most) spent['export']! += await killAndGoOn(exporting, 1);
    if (sum() < most) spent['probe']! += await killAndGoOn(probing, 1);
    if (sum() < most) spent['training']! += await killTraining(probing);
    if (sum() < most) spent['command line']! += await killCommand(command);
    if (fingerprint(source) !== before) faults.push('the folder of images was touched');
    process.stdout.write(`  ${Object.entries(spent).map(([name, count]) => `${name} ${count}`).join(', ')}; faults ${faults.length}\n`);
  }
  const disk = await fullDisk();
  figure('kills', String(sum()), `>= ${most}`, sum() >= most, `${Object.entries(spent).map(([name, count]) => `${name} ${count}`).join(', ')}; ${((performance.now() - started) / 1000).toFixed(0)} s`);
  figure('lost, touched, or another result', String(faults.length), '0', faults.length === 0, [...new Set(faults)].join('; '));
  figure('disk full', disk.startsWith('not') ? 'skipped' : 'told', null, true, disk);
} finally {
  scratch.remove();
}

/** The pictures alone: reports and provenance name the time. */
function fingerprintOfPictures(out: string): string {
  const pictures = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.jpg')).map((entry) => join(entry.parentPath, entry.name)).sort();
  return pictures.map((path) => `${path.slice(out.length)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`).join('\n');
}
