import '../training/lab/environment';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabState } from '../../../src/contract/model/collapse';
import type { EngineApi } from '../../../src/contract/api';
import type { Client } from '../../../src/contract/rpc/client';
import { localEngine } from '../../../src/engine/app/local-engine';
import { childrenOf } from '../support/children';
import { put, scratch } from '../support/indexed';
import { even, textures } from '../training/lab/worlds';

const SIDE = 16;
/** More than the slowest machine needs. */
const BUDGET_SECONDS = 86_400;

let box: ReturnType<typeof scratch>;
let engine: ReturnType<typeof localEngine>;
let dataset: string;
const open = () => localEngine({ cache: join(box.folder, 'cache'), data: join(box.folder, 'data') });

beforeAll(async () => {
  box = scratch();
  const set = join(box.folder, 'set');
  const world = textures(even(2, 40, 30), 0.4, SIDE);
  const held = new Set(world.validation);
  for (const [i, label] of Array.from(world.labels).entries()) {
    const data = Buffer.from(world.pixels.slice(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
    put(
      set,
      `${held.has(i) ? 'val' : 'train'}/${label}/${i}.png`,
      await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 1 } })
        .png()
        .toBuffer(),
    );
  }
  engine = open();
  ({ dataset } = await engine.client.call('dataset.open', { root: set }));
  await engine.client.runJob('jobs.index', { dataset });
});
afterAll(async () => {
  await engine.stop();
  box.remove();
});

/** A net whose weights are all 0 learns nothing, even if everything else is sound. */
const zeros = async (client: Client<EngineApi>) =>
  (await client.call('recipe.readFile', { dataset, text: '{ "init": "zeros" }' })).reading;

/** Process ids of the lab processes that this test process started. */
const trainingProcesses = (): number[] => childrenOf(process.pid, 'engine/probe.js');

type Running = NonNullable<LabState['running']>;

async function until(reached: (running: Running) => boolean): Promise<Running> {
  for (;;) {
    const { running } = await engine.client.call('lab.state', { dataset });
    if (running && reached(running)) return running;
    await sleep(50);
  }
}

describe('the lab as a job', () => {
  it('can be watched, cancelled and killed, and continues without training anything twice', async () => {
    const { client } = engine;
    const changes: string[] = [];
    client.on('lab-changed', ({ dataset: changed }) => {
      changes.push(changed);
    });
    const reading = await zeros(client);

    let job = '';
    const noteJob = (id: string): void => {
      job = id;
    };
    const cancelled = client
      .runJob('jobs.lab', { dataset, reading, budgetSeconds: BUDGET_SECONDS }, { started: noteJob })
      .catch((error: unknown) => error);
    const live = await until(({ runs, current }) => runs.length >= 1 && (current?.traces.length ?? 0) >= 1);
    expect(live).toMatchObject({ job, budgetSeconds: BUDGET_SECONDS, yardstick: { aboveChance: true }, resumed: 0 });
    expect(live.expected).toBeGreaterThan(live.runs.length);
    expect(live.secondsLeft).toBeGreaterThan(0);
    expect(live.current!.traces[0]!.predicted).toHaveLength(2);
    expect((await client.call('lab.state', { dataset })).classes).toEqual(['0', '1']);
    expect((await client.call('lab.run', { dataset, index: 0 })).traces.length).toBeGreaterThan(1);
    await expect(client.call('jobs.probe', { dataset, probe: 'instant' })).rejects.toMatchObject({ code: 'busy' });
    await client.call('jobs.cancel', { job });
    expect(await cancelled).toMatchObject({ code: 'cancelled' });
    expect(changes.length).toBeGreaterThan(2);
    expect((await client.call('lab.state', { dataset })).running).toBeNull();
    await expect(client.call('lab.run', { dataset, index: 0 })).rejects.toMatchObject({ code: 'not-found' });

    const killed = client
      .runJob('jobs.lab', { dataset, reading, budgetSeconds: BUDGET_SECONDS }, { started: noteJob })
      .catch((error: unknown) => error);
    const again = await until(({ runs, resumed }) => runs.length > resumed);
    expect(again.resumed).toBeGreaterThanOrEqual(1);
    const before = await Promise.all(again.runs.map((_, index) => client.call('lab.run', { dataset, index })));
    const children = trainingProcesses();
    expect(children).toHaveLength(1);
    process.kill(children[0]!, 'SIGKILL');
    expect(await killed).toMatchObject({ code: 'worker-died' });
    expect(await client.call('lab.result', { dataset })).toEqual({ lab: null, kept: 0 });

    // A new engine also knows what is done.
    await engine.stop();
    engine = open();
    const trained = new Set<string>();
    const ended = new Promise<string>((done) => {
      engine.client.on('job', (event) => {
        if (event.job !== job) return;
        if (event.progress?.stage === 'train-run') trained.add(`${event.progress.stage} ${event.progress.done}`);
        if (event.progress?.stage === 'train-run') expect(event.progress.eta ?? 0).toBeLessThanOrEqual(BUDGET_SECONDS);
        if (event.state !== 'running') done(event.state);
      });
    });
    await engine.client.call('jobs.resume', { dataset, job });
    expect(await ended).toBe('done');
    const { lab, kept } = await engine.client.call('lab.result', { dataset });
    expect(kept).toBe(lab!.result.runs.length);
    expect(lab!.result).toMatchObject({ outcome: 'cause-found', causes: [{ choices: ['init'] }] });
    expect(lab!.resumed).toBeGreaterThanOrEqual(before.length);
    for (const run of before) expect(lab!.result.runs).toContainEqual(run);
    expect(trained.size).toBe(lab!.result.runs.length - lab!.resumed);
    expect(lab!.stale).toBe(false);

    const list = await engine.client.call('checklist.get', { dataset });
    expect(list.find((item) => item.id === 'architecture')).toMatchObject({
      verdict: 'problem',
      evidence: expect.arrayContaining([expect.objectContaining({ shownBy: { kind: 'lab', key: 'init' } })]) as unknown,
    });
    const report = await engine.client.call('report.get', { dataset, timings: {} });
    expect(report.lab).toMatchObject({
      outcome: 'cause-found',
      runs: lab!.result.runs.length,
      choices: [{ id: 'init', role: 'cause' }],
    });
  });

  it('says when the time was not enough, and stores that result in place of the previous one', async () => {
    const { client } = engine;
    const { reading } = await client.call('recipe.readFile', { dataset, text: '{ "learningRate": 1e-7 }' });
    expect(await client.runJob('jobs.lab', { dataset, reading, budgetSeconds: 1 })).toMatchObject({
      outcome: 'out-of-time',
    });
    const { lab, kept } = await client.call('lab.result', { dataset });
    expect(kept).toBe(lab!.result.runs.length);
    expect(lab).toMatchObject({ budgetSeconds: 1, resumed: 0, reading: { recipe: { learningRate: 1e-7 } } });
  });

  it('needs images for training and others for validation', async () => {
    const set = join(box.folder, 'tiny');
    put(
      set,
      'a/1.png',
      await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    );
    const { client } = engine;
    const { dataset: tiny } = await client.call('dataset.open', { root: set });
    const { reading } = await client.call('recipe.get', { dataset: tiny });
    await expect(client.runJob('jobs.lab', { dataset: tiny, reading, budgetSeconds: 10 })).rejects.toMatchObject({
      code: 'no-images',
      message: expect.stringContaining('not fully indexed yet') as string,
    });
    await client.runJob('jobs.index', { dataset: tiny });
    await expect(client.runJob('jobs.lab', { dataset: tiny, reading, budgetSeconds: 10 })).rejects.toMatchObject({
      code: 'no-images',
      message: expect.stringContaining(
        'That is not possible here: there is only one image. Add other pictures of each class.',
      ) as string,
    });
  });
});
