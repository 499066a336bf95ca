import { describe, expect, it } from 'vitest';
import { stageSchema, type Progress } from '../../../../src/contract/model/job';
import { amount, rate, spoken, stageText } from '../../../../src/core/text/jobs';

const at = (changes: Partial<Progress> = {}): Progress => ({
  stage: 'measure',
  done: 1204,
  total: 10_000,
  rate: 312.4,
  eta: 28,
  ...changes,
});

describe('texts of a job', () => {
  it('name a stage by a phrase, with the item in work', () => {
    expect(stageText(at())).toBe('Measuring images');
    expect(stageText(at({ stage: 'train-run', detail: 'your recipe' }))).toBe('Training your recipe');
    for (const stage of stageSchema.options) expect(stageText({ stage })).toMatch(/^[A-Z]\p{L}+( \p{L}+)*$/u);
  });

  it('count images, and give training as a share', () => {
    expect(amount(at())).toBe('1,204 of 10,000');
    expect(amount(at({ total: null }))).toBe('1,204');
    expect(amount(at({ total: null, done: 0 }))).toBe('');
    expect(amount(at({ total: 0, done: 0 }))).toBe('');
    expect(amount(at({ stage: 'train', done: 2000 }))).toBe('20 %');
    expect(amount(at({ stage: 'train-run', done: 4, total: 14 }))).toBe('4 of 14');
  });

  it('give a rate of counted items, and none for a share', () => {
    expect([312.4, 9, 1.54, 0.05, null].map((value) => rate(at({ rate: value })))).toEqual([
      '312/s',
      '9/s',
      '1.5/s',
      '',
      '',
    ]);
    expect(rate(at({ stage: 'train' }))).toBe('');
  });

  it('announce the progress of a stage at every quarter', () => {
    const job = { job: 'a', kind: 'index', dataset: 'd', state: 'running', error: null, startedAt: 1, endedAt: null };
    const said = (progress: Progress | null): string => spoken({ ...job, progress } as Parameters<typeof spoken>[0]);
    expect(said(null)).toBe('Indexing started');
    expect([1204, 2499, 2500].map((done) => said(at({ done })))).toEqual([
      'Measuring images: 0 percent',
      'Measuring images: 0 percent',
      'Measuring images: 25 percent',
    ]);
    expect(said(at({ total: null }))).toBe('Measuring images');
  });
});
