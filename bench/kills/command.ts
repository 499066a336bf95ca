/** SIGKILL of the command line. */
import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Undisturbed } from './bench.ts';

const CLI = join(import.meta.dirname, '..', '..', 'out', 'cli', 'plumbline.js');

const environment = (cache: string) => ({ ...process.env, PLUMBLINE_CACHE_DIR: cache, PLUMBLINE_DATA_DIR: cache });
const args = (source: string): string[] => [CLI, 'audit', source, '--json', '-'];

/** A complete audit; its report without times. */
export function runCommand(source: string, cache: string): Undisturbed {
  const started = performance.now();
  const { status, stdout } = spawnSync(process.execPath, args(source), {
    env: environment(cache),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) return { result: `exit code ${status ?? 'none'}`, seconds: 0 };
  return {
    result: JSON.stringify({ ...(JSON.parse(stdout) as object), timings: null, createdAt: null }),
    seconds: (performance.now() - started) / 1000,
  };
}

export async function killCommand(
  { scratch, source, random, faults }: Bench,
  undisturbed: Undisturbed,
): Promise<number> {
  const cache = join(scratch, 'cache');
  rmSync(cache, { recursive: true, force: true });
  const child = spawn(process.execPath, args(source), { env: environment(cache), stdio: 'ignore' });
  const gone = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  await sleep(random() * undisturbed.seconds * 900);
  child.kill('SIGKILL');
  const signal = await gone;
  if (runCommand(source, cache).result !== undisturbed.result)
    faults.push('command line: the report differs from the undisturbed one');
  return signal === 'SIGKILL' ? 1 : 0;
}
