import { describe, expect, it } from 'vitest';
import type { JobStatus } from '../../../src/contract/model/job';
import { Resumption } from '../../../src/shell/resumption';

const status = (job: string, state: JobStatus['state']): JobStatus => ({
  job,
  kind: 'index',
  dataset: '0123456789abcdef',
  state,
  progress: null,
  error: null,
  startedAt: 0,
  endedAt: null,
});

describe('resumption after the engine died', () => {
  it('returns the jobs that were running, and no others', () => {
    const resumption = new Resumption();
    resumption.watch(status('aaaaaaaa', 'running'));
    resumption.watch(status('bbbbbbbb', 'running'));
    resumption.watch(status('bbbbbbbb', 'cancelled'));
    expect(resumption.take().map(({ job }) => job)).toEqual(['aaaaaaaa']);
    expect(resumption.take()).toEqual([]);
  });

  it('does not resume a job that was interrupted a second time', () => {
    const resumption = new Resumption();
    resumption.watch(status('aaaaaaaa', 'running'));
    expect(resumption.take()).toHaveLength(1);
    resumption.watch(status('aaaaaaaa', 'running'));
    expect(resumption.take()).toEqual([]);
  });

  it('resumes a job again that was done in the meantime', () => {
    const resumption = new Resumption();
    resumption.watch(status('aaaaaaaa', 'running'));
    resumption.take();
    resumption.watch(status('aaaaaaaa', 'done'));
    resumption.watch(status('aaaaaaaa', 'running'));
    expect(resumption.take()).toHaveLength(1);
  });
});
