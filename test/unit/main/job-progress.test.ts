import { expect, it } from 'vitest';
import { JobProgress } from '../../../src/main/job-progress';

const at = (done: number, total: number | null) => ({ stage: 'measure', done, total, rate: null, eta: null }) as const;

it('shows the job that is nearest to its end, an unknown length where no share is known, and nothing after the last', () => {
  const jobs = new JobProgress();
  expect(jobs.heard({ job: 'a', state: 'running', progress: null })).toBe(2);
  expect(jobs.heard({ job: 'a', state: 'running', progress: at(3, null) })).toBe(2);
  expect(jobs.heard({ job: 'b', state: 'running', progress: at(1, 4) })).toBe(0.25);
  expect(jobs.heard({ job: 'a', state: 'running', progress: at(9, 10) })).toBe(0.9);
  expect(jobs.heard({ job: 'a', state: 'failed', progress: null })).toBe(0.25);
  expect(jobs.heard({ job: 'b', state: 'done', progress: at(4, 4) })).toBe(-1);
});
