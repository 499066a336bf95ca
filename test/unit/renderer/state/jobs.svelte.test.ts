import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../../src/contract/errors';
import type { JobStatus } from '../../../../src/contract/model/job';
import { connect } from '../../../../src/renderer/state/engine';
import { DatasetJobs } from '../../../../src/renderer/state/jobs.svelte';
import { fakeEngine } from '../support/fake-engine';

const DATASET = '0123456789abcdef';
const running: JobStatus = {
  job: '01234567-89ab',
  kind: 'index',
  dataset: DATASET,
  state: 'running',
  progress: { stage: 'check', done: 0, total: 26, rate: null, eta: null },
  error: null,
  startedAt: 5,
  endedAt: null,
};
const done: JobStatus = { ...running, state: 'done', endedAt: 9 };

describe('the jobs of a data set', () => {
  it('keep an end that is reported while the rows are being loaded', async () => {
    let answer: (rows: JobStatus[]) => void = () => undefined;
    const fake = fakeEngine({ 'jobs.list': () => new Promise<JobStatus[]>((resolve) => (answer = resolve)) });
    const jobs = new DatasetJobs(connect(fake.bridge), DATASET);
    jobs.take({ ...running, result: null });
    const refreshed = jobs.refresh();
    await new Promise((resolve) => setTimeout(resolve, 5));
    jobs.take({ ...done, result: null });
    answer([running]);
    await refreshed;
    expect(jobs.running).toEqual([]);
    expect(jobs.latest('index')?.state).toBe('done');
  });

  it('prefer the rows to what was reported before they were requested', async () => {
    const fake = fakeEngine({ 'jobs.list': () => [done] });
    const jobs = new DatasetJobs(connect(fake.bridge), DATASET);
    jobs.take({ ...running, result: null });
    await jobs.refresh();
    expect(jobs.running).toEqual([]);
    expect(jobs.latest('index')?.state).toBe('done');
  });

  const probe = 'abcdef01-2345';
  const refused = (kind: string): PlumblineError =>
    new PlumblineError('busy', 'A job is running on this data set.', { details: { job: running.job, kind } });

  it('resume a job when the index has ended that excludes it', async () => {
    let asked = 0;
    const fake = fakeEngine({
      'jobs.list': () => [running],
      'jobs.resume': () => {
        asked += 1;
        if (asked === 1) throw refused('index');
        return {};
      },
    });
    const jobs = new DatasetJobs(connect(fake.bridge), DATASET);
    const resumed = jobs.resume(probe);
    await expect.poll(() => jobs.waits(probe)).toBe(true);
    // A second press changes nothing.
    await jobs.resume(probe);
    expect(asked).toBe(1);
    jobs.take({ ...done, result: null });
    await resumed;
    expect(asked).toBe(2);
    expect(jobs.waits(probe)).toBe(false);
  });

  it('resume a job if the index ends before its end can be heard', async () => {
    let asked = 0;
    const fake = fakeEngine({
      'jobs.list': () => [done],
      'jobs.resume': () => {
        asked += 1;
        if (asked === 1) throw refused('audit');
        return {};
      },
    });
    await new DatasetJobs(connect(fake.bridge), DATASET).resume(probe);
    expect(asked).toBe(2);
  });

  it('do not wait for a job that the user started', async () => {
    const fake = fakeEngine({
      'jobs.resume': () => {
        throw refused('lab');
      },
    });
    const jobs = new DatasetJobs(connect(fake.bridge), DATASET);
    await expect(jobs.resume(probe)).rejects.toMatchObject({ code: 'busy' });
  });
});
