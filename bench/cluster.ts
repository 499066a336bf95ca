/**
 * What the steps of an audit in shards cost: `node bench/cluster.ts [--images 20000,200000] [--shard-size 4096]
 * [--probe] [--synthetic]`, after `npm run build:engine`. The images are hard links to a few thousand drawn files, so
 * that the time for reading and decoding is real and the disk is spared; as most are copies, the comparison of images
 * costs less than for as many different pictures. With --synthetic only these files are measured, and all other steps
 * work on pictures that are made from them, each with colours of its own and without the pretrained network. The steps
 * run one after another, each in a process of its own, as on a cluster, without Ray.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { scratchFolder } from './engine.ts';
import { figure } from './figures.ts';
import { linkMany } from './pictures.ts';
import { multiplyRun } from './synthetic-run.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '20000' },
    'shard-size': { type: 'string', default: '4096' },
    probe: { type: 'boolean', default: false },
    synthetic: { type: 'boolean', default: false },
  },
});
const DRAWN = 4000;
/** Of the clock in which Linux counts processor time, in a second. */
const TICKS = 100;
const cli = resolve(import.meta.dirname, '../out/cli/plumbline.js');

interface Ran {
  /** Of processor time, of the process and of those that it started. */
  readonly seconds: number;
  /** Read and written, also from memory and including the program itself, by all of them. */
  readonly bytes: number;
  /** The largest resident memory of each, together. */
  readonly megabytes: number;
  readonly result: Record<string, unknown>;
}

type Use = Omit<Ran, 'result'>;

/** A process, those that it started, and those that they started. */
function familyOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(familyOf)];
}

/** Notes what each living process of a family has used so far. */
function look(pid: number, used: Map<number, Use>): void {
  try {
    for (const one of familyOf(pid)) {
      const about = (file: string): string => readFileSync(`/proc/${one}/${file}`, 'utf8');
      const megabytes = Number(/VmHWM:\s+(\d+)/.exec(about('status'))?.[1] ?? 0) / 1024;
      // utime and stime, after the name in brackets.
      const times = about('stat')
        .replace(/^.*\) /, '')
        .split(' ')
        .slice(11, 13)
        .map(Number);
      const seconds = times.reduce((sum, ticks) => sum + ticks, 0) / TICKS;
      const bytes = [...about('io').matchAll(/[rw]char: (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
      // A process that is ending has no memory.
      if (megabytes > 0) used.set(one, { seconds, bytes, megabytes });
    }
  } catch {
    // One has ended.
  }
}

function step(...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [cli, 'shard', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  const used = new Map<number, Use>();
  const looks = setInterval(() => look(child.pid!, used), 50);
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  return new Promise((done, fail) =>
    child.once('close', (code) => {
      clearInterval(looks);
      if (code !== 0) fail(new Error(`${args.join(' ')}: exit code ${code}`));
      const last = JSON.parse(out.trim().split('\n').at(-1)!) as { result: Record<string, unknown> };
      const all = (of: keyof Use): number => [...used.values()].reduce((sum, one) => sum + one[of], 0);
      done({ seconds: all('seconds'), bytes: all('bytes'), megabytes: all('megabytes'), result: last.result });
    }),
  );
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

interface Pending {
  readonly step: string;
  readonly shards: readonly number[];
}

const scratch = scratchFolder('cluster');
const at = (name: string): string => join(scratch.path, name);

/** @param count of images, by which the cost is divided */
function tell(name: string, ran: readonly Ran[], count: number): void {
  const total = (of: keyof Use): number => ran.reduce((sum, one) => sum + one[of], 0);
  const pairs = ran.reduce((sum, { result }) => sum + Number(result['proofs'] ?? 0), 0);
  const most = Math.round(Math.max(...ran.map(({ megabytes }) => megabytes)));
  figure(
    `${count}: ${name} (${ran.length})`,
    `${total('seconds').toFixed(1)} s`,
    null,
    true,
    `${((total('seconds') * 1e6) / count).toFixed(0)} µs and ${(total('bytes') / count / 1000).toFixed(1)} kB an image, ${most} MB a task${pairs > 0 ? `, ${(pairs / count).toFixed(1)} pairs an image` : ''}`,
  );
}

const plan = (run: string, source: string, shards: number): Promise<Ran> =>
  step(
    ...['plan', '--run', run, '--source', source, '--shards', String(shards)],
    ...(values.probe ? ['--probe', 'instant'] : []),
  );

/** A run of the drawn files alone, with one shard that is measured. */
async function measuredBase(): Promise<string> {
  const base = at('base');
  await linkMany(at('drawn'), DRAWN, DRAWN);
  await plan(base, at('drawn'), 1);
  tell('index', [await step('index', '--run', base, '--shard', '0')], DRAWN);
  return base;
}

/** @param base null for links to drawn files */
async function measure(images: number, base: string | null): Promise<void> {
  const run = at(`run-${images}`);
  const size = Number(values['shard-size']);
  if (base === null) {
    const source = at(`set-${images}`);
    await linkMany(source, DRAWN, images);
    tell('plan', [await plan(run, source, Math.max(1, Math.ceil(images / size)))], images);
  } else await multiplyRun(base, run, images, size);
  const { result } = await step('pending', '--run', run);
  for (const { step: name, shards } of result['steps'] as Pending[]) {
    // The pictures of a synthetic run are no files.
    if (base !== null && name === 'copies') continue;
    const ran: Ran[] = [];
    for (const shard of shards) ran.push(await step(name, '--run', run, '--shard', String(shard)));
    tell(name, ran, images);
  }
  const kept = ['plan', 'facts', 'rasters', 'thumbnails', 'partials', 'probe'];
  for (const part of base === null ? kept : ['partials', 'probe'])
    if (existsSync(join(run, part)))
      figure(`${images}: ${part}`, `${(bytesIn(join(run, part)) / images).toFixed(0)} B`, null, true, 'an image');
  rmSync(run, { recursive: true });
}

try {
  const base = values.synthetic ? await measuredBase() : null;
  for (const images of values.images.split(',')) await measure(Number(images), base);
} finally {
  scratch.remove();
}
