/**
 * What the steps of an audit in shards cost: `node bench/cluster.ts [--images 20000,200000] [--shard-size 4096] [--probe]
 * [--synthetic]`, after `npm run build:engine`. The images are hard links to a few thousand drawn files, so that the time
 * for reading and decoding is real and the disk is spared; as most are copies, the comparison of images costs less than
 * for as many different pictures. With --synthetic only these files are measured, and all other steps work on as many
 * different pictures that are made from them. The steps run one after another, each in a process of its own, as on a
 * cluster, without Ray.
 */
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
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
  /** Read and written, also from memory and including the program itself. */
  readonly bytes: number;
  /** The largest resident memory of the process. */
  readonly megabytes: number;
  readonly result: Record<string, unknown>;
}

function step(...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [cli, 'shard', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  let [megabytes, seconds, bytes] = [0, 0, 0];
  const look = setInterval(() => {
    try {
      const about = (file: string): string => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
      megabytes = Math.max(megabytes, Number(/VmHWM:\s+(\d+)/.exec(about('status'))?.[1] ?? 0) / 1024);
      // utime, stime, cutime and cstime, after the name in brackets.
      const times = about('stat')
        .replace(/^.*\) /, '')
        .split(' ')
        .slice(11, 15)
        .map(Number);
      seconds = times.reduce((sum, ticks) => sum + ticks, 0) / TICKS;
      bytes = [...about('io').matchAll(/[rw]char: (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    } catch {
      // It has ended.
    }
  }, 50);
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  return new Promise((done, fail) =>
    child.once('close', (code) => {
      clearInterval(look);
      if (code !== 0) fail(new Error(`${args.join(' ')}: exit code ${code}`));
      const last = JSON.parse(out.trim().split('\n').at(-1)!) as { result: Record<string, unknown> };
      done({ seconds, bytes, megabytes, result: last.result });
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

async function measure(images: number): Promise<void> {
  const scratch = scratchFolder('cluster');
  try {
    const set = join(scratch.path, 'set');
    const run = join(scratch.path, 'run');
    await linkMany(set, DRAWN, values.synthetic ? DRAWN : images);
    const shards = Math.max(1, Math.ceil(images / Number(values['shard-size'])));
    const note = (ran: Ran[]): string =>
      `${Math.round(Math.max(...ran.map(({ megabytes }) => megabytes)))} MB a process`;
    const tell = (name: string, ran: Ran[]): void => {
      const seconds = ran.reduce((sum, one) => sum + one.seconds, 0);
      figure(
        `${images}: ${name}`,
        `${seconds.toFixed(1)} s`,
        null,
        true,
        `${((seconds * 1e6) / images).toFixed(0)} µs and ${(ran.reduce((sum, { bytes }) => sum + bytes, 0) / images / 1000).toFixed(1)} kB an image, ${note(ran)}`,
      );
    };
    const plan = (into: string, count: number): Promise<Ran> =>
      step(
        ...['plan', '--run', into, '--source', set, '--shards', String(count)],
        ...(values.probe ? ['--probe', 'instant'] : []),
      );
    if (values.synthetic) {
      const base = join(scratch.path, 'base');
      await plan(base, 1);
      await step('index', '--run', base, '--shard', '0');
      await multiplyRun(base, run, images, Number(values['shard-size']));
    } else tell('plan', [await plan(run, shards)]);
    const { result } = await step('pending', '--run', run);
    for (const { step: name, shards: places } of result['steps'] as Pending[]) {
      // The pictures of a synthetic run are no files.
      if (values.synthetic && name === 'copies') continue;
      const ran: Ran[] = [];
      for (const shard of places) ran.push(await step(name, '--run', run, '--shard', String(shard)));
      tell(`${name} (${places.length})`, ran);
    }
    for (const part of values.synthetic ? ['partials'] : ['plan', 'facts', 'rasters', 'thumbnails', 'partials'])
      figure(`${images}: ${part}`, `${(bytesIn(join(run, part)) / images).toFixed(0)} B`, null, true, 'an image');
  } finally {
    scratch.remove();
  }
}

for (const images of values.images.split(',')) await measure(Number(images));
