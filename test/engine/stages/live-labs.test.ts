import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LabRun, Trace } from '../../../src/contract/model/lab';
import { LiveLabs } from '../../../src/engine/stages/live-labs';

const DATASET = '0123456789abcdef';
const trace: Trace = { step: 1, loss: 0.7, balancedAccuracy: 0.5, predicted: [0.5, 0.5], layers: [] };
const run = (seed: number, seconds: number): LabRun => ({
  key: 'sound',
  kind: 'sound',
  title: 'the sound recipe',
  seed,
  steps: 400,
  balancedAccuracy: 0.9,
  accuracy: 0.9,
  recovered: 1,
  verdict: 'learns',
  effectivePredictedClasses: 2,
  balancedAccuracyInTrainingMode: null,
  trainingAccuracy: 1,
  accuracyWithLeaks: null,
  divergedAt: null,
  seconds,
  traces: [trace],
});

let told: number[] = [];
let labs: LiveLabs;
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  told = [];
  labs = new LiveLabs(({ dataset }) => {
    expect(dataset).toBe(DATASET);
    told.push(Date.now());
  });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a running lab', () => {
  it('is reported at most four times a second, and always at its last step', () => {
    const lab = labs.start(DATASET, { startedAt: 0, budgetSeconds: 60, done: [], foreseen: 8 });
    lab.started('the sound recipe', 1);
    for (let i = 0; i < 100; i++) {
      lab.looked(trace);
      vi.advanceTimersByTime(10);
    }
    expect(told.length).toBeLessThanOrEqual(5);
    labs.end(DATASET);
    vi.advanceTimersByTime(1000);
    expect(told.at(-1)).toBeGreaterThanOrEqual(1000);
    expect(labs.of(DATASET)).toBeNull();
    const before = told.length;
    vi.advanceTimersByTime(10_000);
    expect(told.length).toBe(before);
  });

  it('counts the runs of an earlier start, but does not use them to estimate the time', () => {
    const lab = labs.start(DATASET, { startedAt: 0, budgetSeconds: 60, done: [run(1, 100)], foreseen: 8 });
    expect(lab.state('a'.repeat(8), 1000)).toMatchObject({ resumed: 1, expected: 8, secondsLeft: null, current: null });
    lab.started('your recipe', 1);
    lab.looked(trace);
    expect(lab.state('a'.repeat(8), 2000).current).toEqual({ title: 'your recipe', seed: 1, traces: [trace] });
    lab.finished(run(2, 3));
    expect(lab.state('a'.repeat(8), 5000)).toMatchObject({ current: null, secondsLeft: 18 });
    expect(lab.state('a'.repeat(8), 50_000).secondsLeft).toBe(10);
    for (let seed = 3; seed < 20; seed++) lab.finished(run(seed, 3));
    expect(lab.state('a'.repeat(8), 50_000)).toMatchObject({ expected: 20, secondsLeft: 3 });
  });
});
