import { describe, expect, it } from 'vitest';
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
});
