import { describe, expect, it } from 'vitest';
import type { Decision, ReviewVerdict } from '../../../../src/contract/model/review';
import { reviewRate, reviewStats } from '../../../../src/core/review/stats';

let clock = 0;
const decision = (verdict: ReviewVerdict): Decision => ({
  verdict,
  label: null,
  queue: null,
  note: null,
  at: (clock += 2000),
});
const queue = (...parts: [ReviewVerdict | null, number][]): (Decision | null)[] =>
  parts.flatMap(([verdict, n]) => Array.from({ length: n }, () => (verdict === null ? null : decision(verdict))));

describe('reviewStats', () => {
  it('measures the precision of the flags with its Wilson interval; unsure settles nothing', () => {
    const stats = reviewStats(queue(['relabel', 6], ['exclude', 2], ['keep', 2], ['unsure', 3], [null, 7]), 1000);
    expect(stats).toMatchObject({ total: 20, decided: 13, left: 7, confirmed: 8, rejected: 2, unsure: 3 });
    expect(stats.precision!.value).toBeCloseTo(0.8);
    expect(stats.precision!.low).toBeCloseTo(0.49, 2);
    expect(stats.precision!.high).toBeCloseTo(0.943, 3);
  });

  it('learns from flags that the last audit raised no more, without counting them as part of the queue', () => {
    const stats = reviewStats(queue(['relabel', 3], ['keep', 1], [null, 6]), 1000, 1);
    expect(stats).toMatchObject({
      total: 9,
      decided: 3,
      left: 6,
      earlier: 1,
      confirmed: 3,
      rejected: 1,
      precision: { value: 0.75 },
    });
  });

  it('promises nothing before twenty decisions', () => {
    const stats = reviewStats(queue(['relabel', 5], [null, 100]), 1000);
    expect(stats.errorsLeft).toBeNull();
    expect(stats.advice).toEqual({
      stop: false,
      sentence: 'After 15 more decisions the errors left can be estimated.',
    });
  });

  it('expects of the flags left what the least suspicious reviewed ones were', () => {
    const stats = reviewStats(queue(['relabel', 100], ['relabel', 15], ['keep', 35], [null, 200]), 10_000);
    expect(stats.recent).toMatchObject({ of: 50, value: 0.3 });
    expect(stats.errorsLeft!.value).toBeCloseTo(60);
    expect(stats.errorsLeft!.low).toBeGreaterThan(37);
    expect(stats.errorsLeft!.high).toBeLessThan(90);
    expect(stats.advice.stop).toBe(false);
    expect(stats.advice.sentence).toBe('Go on: of the last 50 flags 30 % were true.');
  });

  it('says stop when hardly any of the latest flags was true', () => {
    expect(reviewStats(queue(['relabel', 40], ['keep', 49], ['relabel', 1], [null, 500]), 10_000).advice).toMatchObject(
      { stop: true },
    );
    expect(
      reviewStats(queue(['relabel', 40], ['keep', 40], ['relabel', 10], [null, 500]), 10_000).advice,
    ).toMatchObject({ stop: false });
  });

  it('says stop when what may be left harms no result, errors that nothing flagged among them', () => {
    const reviewed = queue(['relabel', 10], ['keep', 30], ['relabel', 10], [null, 20]);
    expect(reviewStats(reviewed, 10_000, 0, null, 50).advice).toEqual({
      stop: true,
      sentence:
        'You can stop: of the last 50 flags 40 % were true, and at most 0.3 % of all labels would stay wrong, flagged or not.',
    });
    expect(reviewStats(reviewed, 10_000, 0, null, 200).advice.stop).toBe(false);
    expect(reviewStats(reviewed, 10_000).advice.stop).toBe(false);
  });

  it('never says stop while most flags are true, however few are left', () => {
    const { advice } = reviewStats(queue(['relabel', 23], [null, 49]), 10_036, 0, null, 91);
    expect(advice).toEqual({
      stop: false,
      sentence:
        'Go on: of the last 23 flags 100 % were true. Stopping now leaves up to 68 wrong labels, flagged or not: 0.7 % of all.',
    });
    expect(reviewStats(queue(['relabel', 53], [null, 19]), 10_036, 0, null, 91).advice.stop).toBe(false);
  });

  it('leaves no fewer wrong labels than the flags left tell', () => {
    const { advice } = reviewStats(queue(['relabel', 100], [null, 200]), 1000, 0, null, 90);
    expect(advice.sentence).toContain('Stopping now leaves up to 200 wrong labels');
  });

  it('knows an empty and a finished queue', () => {
    expect(reviewStats([], 100).advice).toEqual({ stop: true, sentence: 'Nothing is flagged here.' });
    expect(reviewStats(queue(['keep', 3]), 100)).toMatchObject({
      errorsLeft: { value: 0, low: 0, high: 0 },
      advice: { stop: true },
    });
  });
});

describe('reviewRate', () => {
  it('counts decisions a minute, leaves pauses out and counts a multi-selection once', () => {
    expect(reviewRate([0, 2000, 4000, 6000, 8000, 8000, 8000])).toBeCloseTo(30);
    expect(reviewRate([0, 2000, 4000, 3_600_000, 3_602_000, 3_604_000])).toBeCloseTo(30);
    expect(reviewRate([0, 1, 2])).toBeNull();
  });
});
