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
  it('measures the precision of the flags with its Wilson interval; unsure does not count', () => {
    const stats = reviewStats(queue(['relabel', 6], ['exclude', 2], ['keep', 2], ['unsure', 3], [null, 7]), 1000);
    expect(stats).toMatchObject({ total: 20, decided: 13, left: 7, confirmed: 8, rejected: 2, unsure: 3 });
    expect(stats.precision!.value).toBeCloseTo(0.8);
    expect(stats.precision!.low).toBeCloseTo(0.49, 2);
    expect(stats.precision!.high).toBeCloseTo(0.943, 3);
  });

  it('uses flags that the last audit no longer raised, without counting them as part of the queue', () => {
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

  it('estimates nothing before twenty decisions', () => {
    const stats = reviewStats(queue(['relabel', 5], [null, 100]), 1000);
    expect(stats.errorsLeft).toBeNull();
    expect(stats.advice).toEqual({
      stop: false,
      sentence: 'The number of remaining errors can be estimated after 15 more decisions.',
    });
  });

  it('estimates the remaining flags from the least suspicious reviewed ones', () => {
    const stats = reviewStats(queue(['relabel', 100], ['relabel', 15], ['keep', 35], [null, 200]), 10_000);
    expect(stats.recent).toMatchObject({ of: 50, value: 0.3 });
    expect(stats.errorsLeft!.value).toBeCloseTo(60);
    expect(stats.errorsLeft!.low).toBeGreaterThan(37);
    expect(stats.errorsLeft!.high).toBeLessThan(90);
    expect(stats.advice.stop).toBe(false);
    expect(stats.advice.sentence).toBe('Continue: 30 % of the last 50 flags were correct.');
  });

  it('says stop when few of the latest flags were correct', () => {
    expect(reviewStats(queue(['relabel', 40], ['keep', 49], ['relabel', 1], [null, 500]), 10_000).advice).toMatchObject(
      { stop: true },
    );
    expect(
      reviewStats(queue(['relabel', 40], ['keep', 40], ['relabel', 10], [null, 500]), 10_000).advice,
    ).toMatchObject({ stop: false });
  });

  it('says stop when the remaining errors, flagged or not, are too few to matter', () => {
    const reviewed = queue(['relabel', 10], ['keep', 30], ['relabel', 10], [null, 20]);
    expect(reviewStats(reviewed, 10_000, 0, null, 50).advice).toEqual({
      stop: true,
      sentence:
        'You can stop: 40 % of the last 50 flags were correct, and at most 0.3 % of all labels would stay wrong, flagged or not.',
    });
    expect(reviewStats(reviewed, 10_000, 0, null, 200).advice.stop).toBe(false);
    expect(reviewStats(reviewed, 10_000).advice.stop).toBe(false);
  });

  it('never says stop while most flags are true, even if few are left', () => {
    const { advice } = reviewStats(queue(['relabel', 23], [null, 49]), 10_036, 0, null, 91);
    expect(advice).toEqual({
      stop: false,
      sentence:
        'Continue: 100 % of the last 23 flags were correct. Stopping now leaves up to 68 wrong labels, flagged or not: 0.7 % of all labels.',
    });
    expect(reviewStats(queue(['relabel', 53], [null, 19]), 10_036, 0, null, 91).advice.stop).toBe(false);
  });

  it('expects at least as many wrong labels as the remaining flags imply', () => {
    const { advice } = reviewStats(queue(['relabel', 100], [null, 200]), 1000, 0, null, 90);
    expect(advice.sentence).toContain('Stopping now leaves up to 200 wrong labels');
  });

  it('has a sentence for an empty and for a finished queue', () => {
    expect(reviewStats([], 100).advice).toEqual({ stop: true, sentence: 'Nothing is flagged here.' });
    expect(reviewStats(queue(['keep', 3]), 100)).toMatchObject({
      errorsLeft: { value: 0, low: 0, high: 0 },
      advice: { stop: true },
    });
  });
});

describe('reviewRate', () => {
  it('counts decisions per minute, ignores pauses and counts a multi-selection once', () => {
    expect(reviewRate([0, 2000, 4000, 6000, 8000, 8000, 8000])).toBeCloseTo(30);
    expect(reviewRate([0, 2000, 4000, 3_600_000, 3_602_000, 3_604_000])).toBeCloseTo(30);
    expect(reviewRate([0, 1, 2])).toBeNull();
  });
});
