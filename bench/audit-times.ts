/**
 * What an audit with the instant probe costs: `node bench/audit-times.ts PHOTOGRAPHS [FOLDER …]`. The first folder is
 * compared with decoding and embedding its images alone; for the others only the first and the second audit are
 * compared. All ratios are given in wall time and in processor time of all processes, which other load on the machine
 * changes less. Exits with 1 if a ratio of the processor times misses its target.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { scratchFolder } from './engine.ts';
import { figure, verdict } from './figures.ts';

const SIDE = 224;
const TICKS_PER_SECOND = 100;
const STAGES_SHOWN = 8;

const [photographs, ...others] = process.argv.slice(2);
if (photographs === undefined) throw new Error('usage: node bench/audit-times.ts PHOTOGRAPHS [FOLDER …]');

/** Seconds of wall time and of all processors. */
interface Time {
  readonly wall: number;
  readonly processor: number;
}

/** Processor seconds of all processes below this one that have ended (fields 16 and 17 of /proc/self/stat). */
function childrenSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

function timed(args: readonly string[], folder?: string): Time & { readonly out: string } {
  const [start, before] = [performance.now(), childrenSeconds()];
  const env = { ...process.env, ...(folder && { PLUMBLINE_CACHE_DIR: folder, PLUMBLINE_DATA_DIR: folder }) };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`node ${args.join(' ')}: ${stderr.slice(-500)}`);
  return { wall: (performance.now() - start) / 1000, processor: childrenSeconds() - before, out: stdout };
}

const seconds = ({ wall, processor }: Time): string => `${wall.toFixed(0)} s, processor ${processor.toFixed(0)} s`;
const cli = join(import.meta.dirname, '..', 'out', 'cli', 'plumbline.js');

/** The first audit of a folder, and the second. */
function audits(root: string): readonly [Time, Time] {
  const cache = scratchFolder('times');
  try {
    const args = [cli, 'audit', root, '--probe', 'instant', '--json', '-'];
    const first = timed(args, cache.path);
    const second = timed(args, cache.path);
    for (const [name, { out }] of Object.entries({ first, second })) {
      const { timings } = JSON.parse(out) as { timings: Record<string, number> };
      const longest = Object.entries(timings).sort(([, a], [, b]) => b - a);
      const shown = longest.slice(0, STAGES_SHOWN).map(([stage, time]) => `${stage} ${time.toFixed(1)} s`);
      process.stdout.write(`  ${basename(root)}, ${name} audit: ${shown.join('; ')}\n`);
    }
    return [first, second];
  } finally {
    cache.remove();
  }
}

function ratio(what: string, one: Time, other: Time, most: number): void {
  const [wall, processor] = [one.wall / other.wall, one.processor / other.processor];
  const note = `${seconds(one)}; ${seconds(other)}`;
  figure(`${what}, processor time`, processor.toFixed(2), `≤ ${most}`, processor <= most, note);
  figure(`${what}, wall time`, wall.toFixed(2));
}

const alone = timed([join(import.meta.dirname, 'embed-alone.ts'), photographs, String(SIDE)]);
for (const root of [photographs, ...others]) {
  const [first, second] = audits(root);
  const name = basename(root);
  if (root === photographs) ratio(`${name}: first audit / decoding and embedding alone`, first, alone, 1.5);
  ratio(`${name}: second audit / first`, second, first, 0.25);
}
process.stdout.write(verdict());
