import { describe, expect, it } from 'vitest';
import { stopOf, stopsOf } from '../../../../../src/renderer/views/labels/stops';

const curve = [
  { threshold: 0.9, flagged: 0 },
  { threshold: 0.8, flagged: 2 },
  { threshold: 0.7, flagged: 2 },
  { threshold: 0.5, flagged: 5 },
  { threshold: 0.3, flagged: 5 },
  { threshold: 0.1, flagged: 9 },
];

describe('the slider for suspicious labels', () => {
  it('has a stop for every other number of labels, the loosest first', () => {
    expect(stopsOf(curve)).toEqual([
      { threshold: 0.1, flagged: 9 },
      { threshold: 0.5, flagged: 5 },
      { threshold: 0.8, flagged: 2 },
    ]);
    expect(stopsOf([])).toEqual([]);
  });

  it('stands at the stop that flags as many labels as the threshold', () => {
    const stops = stopsOf(curve);
    expect([0.05, 0.1, 0.4, 0.5, 0.75, 0.95].map((threshold) => stopOf(stops, threshold))).toEqual([0, 0, 1, 1, 2, 2]);
    expect(stopOf([], 0.4)).toBe(0);
  });
});
