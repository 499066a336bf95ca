import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventPayload } from '../../../src/contract/api';
import { PlumblineError } from '../../../src/contract/errors';
import { closeCatalog, openCatalog, type Catalog } from '../../../src/engine/catalog/catalog';
import { endJob, findJob, listJobs, startJob } from '../../../src/engine/catalog/jobs';
import { JobRunner, progressMeter } from '../../../src/engine/app/jobs';
import type { Task } from '../../../src/engine/process/task';
import { scratch } from '../support/indexed';

let box: ReturnType<typeof scratch>;
let catalog: Catalog;
let told: EventPayload<'job'>[];
let jobs: JobRunner;
beforeEach(() => {
  box = scratch();
  catalog = openCatalog({ cache: box.folder, data: box.folder }, '0123456789abcdef', '/x');
  told = [];
  jobs = new JobRunner((status) => told.push(status));
});
afterEach(async () => {
  await jobs.drain();
  closeCatalog(catalog);
  box.remove();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function endOf(id: string): Promise<EventPayload<'job'>> {
  for (;;) {
    const last = told.findLast(({ job }) => job === id);
    if (last && last.state !== 'running') return last;
    await pause(5);
  }
}

const waiting = (task: Task) =>
  new Promise((_resolve, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason as Error)));

describe('a job', () => {
  it('ends as done with its result, and its row says so', async () => {
    const id = jobs.start(catalog, 'index', { a: 1 }, () => Promise.resolve({ n: 7 }));
    expect(await endOf(id)).toMatchObject({ state: 'done', result: { n: 7 }, error: null });
    expect(findJob(catalog, id)).toMatchObject({ state: 'done', params: { a: 1 } });
  });

  it('ends as failed with the code of the error', async () => {
    const id = jobs.start(catalog, 'index', {}, () =>
      Promise.reject(new PlumblineError('folder-vanished', 'Gone.', { details: { kept: 3 } })),
    );
    expect(await endOf(id)).toMatchObject({
      state: 'failed',
      error: { code: 'folder-vanished', message: 'Gone.', details: { kept: 3 } },
    });
  });

  it('shows the progress of a row whose stage an earlier version stored as words', () => {
    const owner = { pid: process.pid, token: 'x' };
    startJob(catalog, { id: 'aaaaaaaa-0000', kind: 'index', params: {}, owner, at: 1 });
    const counts = { done: 3, total: 9, rate: null, eta: null };
    catalog.db.prepare('UPDATE jobs SET progress = ?').run(JSON.stringify({ stage: 'Measuring images', ...counts }));
    expect(findJob(catalog, 'aaaaaaaa-0000')?.progress).toEqual({ stage: 'other', ...counts });
  });

  it('ends as cancelled without affecting other jobs', async () => {
    const one = jobs.start(catalog, 'index', {}, waiting);
    const two = jobs.start(catalog, 'training-check', {}, waiting);
    jobs.cancel(one);
    expect(await endOf(one)).toMatchObject({ state: 'cancelled', error: null });
    expect(findJob(catalog, two)?.state).toBe('running');
    jobs.cancel('00000000-unknown');
  });

  it('reports progress at most ten times a second, and always the last step', async () => {
    const id = jobs.start(catalog, 'index', {}, async ({ progress }) => {
      for (let done = 0; done <= 400; done += 1) {
        progress({ stage: 'measure', done, total: 400 });
        if (done % 8 === 0) await pause(8);
      }
    });
    const { startedAt, endedAt } = await endOf(id);
    const steps = told.filter(({ state, progress }) => state === 'running' && progress);
    expect(steps.length).toBeLessThanOrEqual((endedAt! - startedAt) / 100 + 2);
    expect(steps.at(-1)?.progress).toMatchObject({ done: 400, total: 400 });
    expect(steps.at(-1)!.progress!.rate).toBeGreaterThan(0);
  });

  it('of the same kind is returned instead of started twice, and another kind is refused as busy', () => {
    const id = jobs.start(catalog, 'index', {}, waiting);
    expect(jobs.start(catalog, 'index', {}, waiting)).toBe(id);
    expect(() => jobs.start(catalog, 'audit', {}, waiting)).toThrow(expect.objectContaining({ code: 'busy' }) as Error);
  });

  it('of another living process keeps the data set busy', async () => {
    const other = spawn('sleep', ['60']);
    startJob(catalog, {
      id: 'aaaaaaaa-1',
      kind: 'index',
      params: {},
      owner: { pid: other.pid!, token: 'other' },
      at: 1,
    });
    jobs.recover(catalog);
    expect(findJob(catalog, 'aaaaaaaa-1')?.state).toBe('running');
    expect(() => jobs.start(catalog, 'index', {}, waiting)).toThrow(expect.objectContaining({ code: 'busy' }) as Error);
    other.kill('SIGKILL');
    await once(other, 'exit');
    jobs.recover(catalog);
    expect(findJob(catalog, 'aaaaaaaa-1')?.state).toBe('interrupted');
  });

  it('of another process is reported as ended when that process ends it or dies', async () => {
    const other = spawn('sleep', ['60']);
    const owner = { pid: other.pid!, token: 'other' };
    startJob(catalog, { id: 'aaaaaaaa-1', kind: 'index', params: {}, owner, at: 1 });
    startJob(catalog, { id: 'aaaaaaaa-2', kind: 'export', params: {}, owner, at: 2 });
    jobs.recover(catalog);
    expect(told).toEqual([]);
    endJob(catalog, 'aaaaaaaa-2', 'done', null, 3);
    expect(await endOf('aaaaaaaa-2')).toMatchObject({ state: 'done', dataset: catalog.id, result: null });
    other.kill('SIGKILL');
    expect(await endOf('aaaaaaaa-1')).toMatchObject({ state: 'interrupted' });
    expect(findJob(catalog, 'aaaaaaaa-1')?.state).toBe('interrupted');
    expect(told).toHaveLength(2);
  });

  it('is interrupted by a drain, and continues under its own id', async () => {
    const id = jobs.start(catalog, 'index', { k: 1 }, waiting);
    await jobs.drain();
    expect(findJob(catalog, id)?.state).toBe('interrupted');
    const { kind, params } = jobs.resumable(catalog, id);
    expect(jobs.start(catalog, kind, params, () => Promise.resolve({}), id)).toBe(id);
    expect(await endOf(id).then(() => findJob(catalog, id)?.state)).toBe('done');
    expect(() => jobs.resumable(catalog, id)).toThrow(expect.objectContaining({ code: 'busy' }) as Error);
    expect(() => jobs.resumable(catalog, 'bbbbbbbb-2')).toThrow(
      expect.objectContaining({ code: 'not-found' }) as Error,
    );
  });

  it('is removed from the list when fifty newer ones have ended', async () => {
    for (let i = 0; i < 55; i += 1) await endOf(jobs.start(catalog, 'training-check', {}, () => Promise.resolve({})));
    expect(listJobs(catalog).length).toBeLessThanOrEqual(51);
  });
});

describe('the progress meter', () => {
  it('smooths the rate and estimates the time left', () => {
    let now = 0;
    const meter = progressMeter(() => now);
    meter({ stage: 'measure', done: 0, total: 1000 });
    let last = meter({ stage: 'measure', done: 0, total: 1000 });
    expect(last.eta).toBe(null);
    for (let i = 1; i <= 50; i += 1) {
      now += 200;
      last = meter({ stage: 'measure', done: i * 10, total: 1000 });
    }
    expect(last.rate).toBeCloseTo(50, 6);
    expect(last.eta).toBeCloseTo(10, 6);
    now += 200;
    expect(meter({ stage: 'measure', done: 600, total: 1000 }).rate!).toBeGreaterThan(50);
    expect(meter({ stage: 'check', done: 0, total: null })).toEqual({
      stage: 'check',
      done: 0,
      total: null,
      rate: null,
      eta: null,
    });
  });

  it('uses the time left that a step gives', () => {
    let now = 0;
    const meter = progressMeter(() => (now += 1000));
    for (const done of [0, 1, 2]) meter({ stage: 'measure', done, total: 44 });
    expect(meter({ stage: 'measure', done: 3, total: 44 }).eta).toBeGreaterThan(30);
    expect(meter({ stage: 'measure', done: 4, total: 44, secondsLeft: 12 }).eta).toBe(12);
    expect(meter({ stage: 'measure', done: 5, total: 44, secondsLeft: null }).eta).toBeNull();
  });
});
