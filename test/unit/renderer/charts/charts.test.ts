import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTicks, binAt, placeOf, valueAt } from '../../../../src/renderer/charts/bins';
import { levelNames } from '../../../../src/renderer/charts/lines';
import { colourOf } from '../../../../src/renderer/charts/palette';
import { barLength, orderClasses, profilePath } from '../../../../src/renderer/views/overview/class-rows';

const linear = { edges: [0, 10, 20, 30, 40], log: false };
const log = { edges: [1, 10, 100, 1000], log: true };

describe('the names of levels in a chart', () => {
  it('are above their lines, stacked if the lines are close, and below a line at the top edge', () => {
    expect(levelNames([90, 40], 8)).toEqual([86, 36]);
    expect(levelNames([92, 96], 8)).toEqual([80, 92]);
    expect(levelNames([10], 8)).toEqual([22]);
  });
});

describe('the axis of a histogram', () => {
  it('places values between the edges of their bin', () => {
    expect(placeOf(linear, 15)).toBeCloseTo(0.375);
    expect(placeOf(log, Math.sqrt(1000))).toBeCloseTo(0.5);
  });

  it('places values outside of the range at the ends', () => {
    expect(placeOf(linear, -5)).toBe(0);
    expect(placeOf(linear, 99)).toBe(1);
  });

  it.each([
    ['linear', linear],
    ['log', log],
  ] as const)('maps a place back to its value (%s)', (_, axis) => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        (place) => Math.abs(placeOf(axis, valueAt(axis, place)) - place) < 1e-6,
      ),
    );
  });

  it('labels a log axis by decades', () => {
    expect(axisTicks(log, 4).map(({ value }) => value)).toEqual([1, 10, 100, 1000]);
  });

  it('labels a log axis shorter than two decades at more than one value', () => {
    const labels = (low: number, high: number) =>
      axisTicks({ edges: [low, high], log: true }, 3).map(({ value }) => value);
    expect(labels(8, 250)).toEqual([10, 100]);
    expect(labels(30, 250)).toEqual([50, 100, 200]);
    expect(labels(120, 450)).toEqual([200, 300]);
    expect(labels(8700, 17_400)).toEqual([10_000, 12_000, 16_000]);
  });

  it('has no labels without extent', () => {
    expect(axisTicks({ edges: [5, 5], log: false }, 4)).toEqual([]);
  });

  it('finds the bin under the pointer, also at the ends', () => {
    expect([0, 0.3, 1].map((place) => binAt(linear, place))).toEqual([0, 1, 3]);
  });
});

describe('the class distribution', () => {
  const row = (name: string, count: number) => ({ name, count, unreadable: 0, perSplit: [] });
  const rows = [row('a', 3), row('b', 10), row('c', 3), row('d', 0)];

  it('sorts by count, ties by name', () => {
    expect(orderClasses(rows, 'count', true).map((one) => one.name)).toEqual(['b', 'a', 'c', 'd']);
    expect(orderClasses(rows, 'count', false).map((one) => one.name)).toEqual(['d', 'a', 'c', 'b']);
  });

  it('sorts by name in both directions and does not change its input', () => {
    expect(orderClasses(rows, 'name', true).map((one) => one.name)).toEqual(['d', 'c', 'b', 'a']);
    expect(rows[0]?.name).toBe('a');
  });

  it('shows one image among a million on the log scale, and nothing for no image', () => {
    expect(barLength(1, 1_000_000, true)).toBeGreaterThan(0.04);
    expect(barLength(0, 10, true)).toBe(0);
    expect(barLength(5, 10, false)).toBe(0.5);
  });

  it('outlines a thousand classes as one closed path', () => {
    const path = profilePath(
      Array.from({ length: 1000 }, (_, at) => row(String(at), at)),
      999,
      false,
    );
    expect(path.startsWith('M0,1') && path.endsWith('V1Z')).toBe(true);
    expect(path.match(/H/g)).toHaveLength(1000);
  });
});

describe('colours of categories', () => {
  it('are different for 500 categories', () => {
    expect(new Set(Array.from({ length: 500 }, (_, at) => colourOf(at))).size).toBe(500);
  });
});
