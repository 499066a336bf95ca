/**
 * What the steps of an audit in shards cost: `node bench/cluster.ts [--images 20000,200000] [--shard-size 4096] [--probe]`,
 * after `npm run build:engine`. The images are hard links to a few thousand drawn files, so that the time for reading
 * and decoding is real and the disk is spared; as most are copies, the comparison of images costs less than for as many
 * different pictures. The steps run one after another, each in a process of its own, as on a cluster, without Ray.
 */
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { scratchFolder } from './engine.ts';
import { figure } from './figures.ts';
import { linkMany } from './pictures.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '20000' },
    'shard-size': { type: 'string', default: '4096' },
    probe: { type: 'boolean', default: false },
  },
});
const DRAWN = 4000;
const cli = resolve(import.meta.dirname, '../out/cli/plumbline.js');

interface Ran {
  readonly seconds: number;
  /** The largest resident memory of the process. */
  readonly megabytes: number;
  readonly result: Record<string, unknown>;
}

function step(...args: readonly string[]): Promise<Ran> {
  const begun = performance.now();
  const child = spawn(process.execPath, [cli, 'shard', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  let megabytes = 0;
  const look = setInterval(() => {
    try {
      const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
      megabytes = Math.max(megabytes, Number(peak ?? 0) / 1024);
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
      done({ seconds: (performance.now() - begun) / 1000, megabytes, result: last.result });
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
    await linkMany(set, DRAWN, images);
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
        `${((seconds * 1e6) / images).toFixed(0)} µs an image, ${note(ran)}`,
      );
    };
    tell('plan', [
      await step(
        'plan',
        '--run',
        run,
        '--source',
        set,
        '--shards',
        String(shards),
        ...(values.probe ? ['--probe', 'instant'] : []),
      ),
    ]);
    const { result } = await step('pending', '--run', run);
    for (const { step: name, shards: places } of result['steps'] as Pending[]) {
      const ran: Ran[] = [];
      for (const shard of places) ran.push(await step(name, '--run', run, '--shard', String(shard)));
      tell(`${name} (${places.length})`, ran);
    }
    for (const part of ['plan', 'facts', 'rasters', 'thumbnails', 'partials'])
      figure(`${images}: ${part}`, `${(bytesIn(join(run, part)) / images).toFixed(0)} B`, null, true, 'an image');
  } finally {
    scratch.remove();
  }
}

for (const images of values.images.split(',')) await measure(Number(images));
