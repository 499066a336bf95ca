import Sqlite from 'better-sqlite3';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { join } from 'node:path';
import { put, scratch } from '../support/indexed';
import { startEngine, type KillableEngine } from '../support/killable';
import { jpeg } from '../support/samples';
import { snapshot } from '../support/snapshot';

const COUNT = 500;
const DIFFERENT = 20;
let pictures: Buffer[];
beforeAll(async () => {
  pictures = await Promise.all(Array.from({ length: DIFFERENT }, (_, seed) => jpeg(seed, 300, 200)));
});
let box: ReturnType<typeof scratch>;
let engine: KillableEngine;
beforeEach(() => void (box = scratch()));
afterEach(async () => {
  await engine.kill();
  box.remove();
});

it('an engine killed in the middle of an index continues where it stopped, under the same job', async () => {
  const set = join(box.folder, 'set');
  for (let i = 0; i < COUNT; i += 1) put(set, `c${i % 3}/${i}.jpg`, pictures[i % DIFFERENT]!);
  const before = snapshot(set);
  engine = startEngine(box.folder);
  const { dataset } = await engine.client.call('dataset.open', { root: set });
  const { job } = await new Promise<{ job: string }>((resolve) => {
    engine.client.on('job', (status) => {
      if (status.progress?.stage === 'measure' && status.progress.done > 100) resolve(status);
    });
    void engine.client.call('jobs.index', { dataset });
  });
  await engine.kill();

  const index = new Sqlite(join(box.folder, 'cache/datasets', dataset, 'index.sqlite'));
  const measured = () => index.prepare<[], number>('SELECT id FROM images WHERE state = 1 ORDER BY id').pluck().all();
  expect(index.pragma('integrity_check', { simple: true })).toBe('ok');
  const kept = measured();
  expect(kept.length).toBeGreaterThan(30);
  expect(kept.length).toBeLessThan(COUNT);
  expect(index.prepare('SELECT count(*) FROM thumbnails').pluck().get()).toBe(kept.length);

  engine = startEngine(box.folder);
  await engine.client.call('dataset.reopen', { dataset });
  expect(await engine.client.call('jobs.list', { dataset })).toMatchObject([
    { job, kind: 'index', state: 'interrupted' },
  ]);
  expect(await engine.client.call('dataset.summary', { dataset })).toMatchObject({ images: COUNT, incomplete: true });
  const totals: (number | null)[] = [];
  await new Promise<void>((resolve) => {
    engine.client.on('job', (status) => {
      if (status.progress?.stage === 'measure') totals.push(status.progress.total);
      if (status.job === job && status.state === 'done') resolve();
    });
    void engine.client.call('jobs.resume', { dataset, job });
  });
  expect(new Set(totals)).toEqual(new Set([COUNT - kept.length]));
  expect(measured().length).toBe(COUNT);
  expect(await engine.client.call('dataset.summary', { dataset })).toMatchObject({
    images: COUNT,
    unreadable: 0,
    incomplete: false,
  });
  index.close();
  expect(snapshot(set)).toEqual(before);
});

it('a drained engine marks its job as interrupted and exits', async () => {
  const set = join(box.folder, 'set');
  for (let i = 0; i < 200; i += 1) put(set, `c${i % 3}/${i}.jpg`, pictures[i % DIFFERENT]!);
  engine = startEngine(box.folder);
  const { dataset } = await engine.client.call('dataset.open', { root: set });
  await engine.client.call('jobs.index', { dataset });
  await engine.stop();
  expect(engine.child.exitCode).toBe(0);
  engine = startEngine(box.folder);
  await engine.client.call('dataset.reopen', { dataset });
  expect(await engine.client.call('jobs.list', { dataset })).toMatchObject([{ state: 'interrupted' }]);
});
