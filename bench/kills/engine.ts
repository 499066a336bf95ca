/** SIGKILL of the engine and of the training process. */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine, type BenchEngine } from '../engine.ts';
import type { Bench, Undisturbed } from './bench.ts';
import { childOf, Family, GRACE } from './processes.ts';

/** The work during which it is killed. */
export interface Work {
  readonly name: string;
  readonly undisturbed: Undisturbed;
  /** A cache to start from; null for an empty one. */
  readonly from: string | null;
  readonly start: (engine: BenchEngine, dataset: string, out: string) => Promise<unknown>;
  /** The result that is compared at the end. */
  readonly result: (engine: BenchEngine, dataset: string, out: string) => Promise<string>;
}

export async function open(cache: string, source: string): Promise<{ engine: BenchEngine; dataset: string }> {
  const engine = startEngine(cache);
  return { engine, dataset: (await engine.call<{ dataset: string }>('dataset.open', { root: source })).dataset };
}

/** Null if the work succeeded, otherwise the reason. */
const failure = (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    (error: unknown) => String(error),
  );

/**
 * Kills the engine during the work until `most` kills are done, then lets it finish.
 * @returns the number of kills
 */
export async function killAndGoOn(
  { scratch, source, random, faults }: Bench,
  work: Work,
  most: number,
): Promise<number> {
  const cache = join(scratch, 'cache');
  const out = join(scratch, 'exports', 'out');
  for (const folder of [cache, join(scratch, 'exports')]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(scratch, 'exports'));
  if (work.from !== null) cpSync(work.from, cache, { recursive: true });
  let kills = 0;
  for (;;) {
    const { engine, dataset } = await open(cache, source);
    const jobs = await engine.call<{ job: string; state: string }[]>('jobs.list', { dataset });
    const interrupted = jobs.find(({ state }) => state === 'interrupted');
    // If there is an export and its job is done, the engine was killed just before it reported this.
    const doing =
      interrupted === undefined
        ? existsSync(out)
          ? Promise.resolve(null)
          : failure(work.start(engine, dataset, out))
        : failure(engine.job('jobs.resume', { dataset, job: interrupted.job }));
    if (kills < most) {
      await Promise.race([sleep(random() * work.undisturbed.seconds * 900), doing]);
      const family = new Family(engine.pid);
      process.kill(engine.pid, 'SIGKILL');
      kills += 1;
      await engine.gone;
      for (const args of (await family.gone()).left)
        faults.push(`${work.name}: ${GRACE} s after a kill this process was still alive: ${args}`);
      if ((await doing) === null) return kills;
      if (existsSync(out) && (await work.result(engine, dataset, out)) !== work.undisturbed.result)
        faults.push(`${work.name}: an incomplete export has its final name`);
      continue;
    }
    const reason = await doing;
    if (reason !== null) faults.push(`${work.name}: it was not resumed after a kill: ${reason}`);
    const result = await work.result(engine, dataset, out);
    if (result !== work.undisturbed.result) faults.push(`${work.name}: the result differs from the undisturbed one`);
    await engine.stop();
    return kills;
  }
}

/** The training process is killed: its job fails, and the engine stays alive and repeats it. */
export async function killTraining({ scratch, source, random, faults }: Bench, work: Work): Promise<number> {
  const cache = join(scratch, 'cache');
  rmSync(cache, { recursive: true, force: true });
  cpSync(work.from!, cache, { recursive: true });
  const { engine, dataset } = await open(cache, source);
  const doing = failure(work.start(engine, dataset, ''));
  let child: number | null = null;
  for (let tries = 0; child === null && tries < 100; tries += 1) {
    await sleep(50);
    child = childOf(engine.pid, 'probe.js');
  }
  await Promise.race([sleep(random() * work.undisturbed.seconds * 700), doing]);
  let killed = 0;
  if (child !== null && childOf(engine.pid, 'probe.js') === child) {
    process.kill(child, 'SIGKILL');
    // A process that had already sent its result loses nothing.
    killed = (await doing) === null ? 0 : 1;
    if (killed === 1) await work.start(engine, dataset, '');
  }
  await doing;
  if ((await work.result(engine, dataset, '')) !== work.undisturbed.result)
    faults.push('training: the result differs from the undisturbed one');
  await engine.stop();
  return killed;
}
