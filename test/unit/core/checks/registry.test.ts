import { describe, expect, it, vi } from 'vitest';
import { checks } from '../../../../src/core/checks/index';
import { isThresholdId, thresholdIds, thresholdTable, thresholdsWith } from '../../../../src/core/checks/thresholds';
import { classes, input } from './rows';

describe('the registry', () => {
  it('has each check once', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });

  it('knows every threshold: each belongs to a check that names it, and lies in its range', () => {
    const registered = new Set<string>(checks.map(({ id }) => id));
    for (const id of thresholdIds) {
      const spec = thresholdTable[id];
      expect(spec.default).toBeGreaterThanOrEqual(spec.min);
      expect(spec.default).toBeLessThanOrEqual(spec.max);
      expect(spec.reason.endsWith('.')).toBe(true);
      if (registered.has(spec.check)) expect(checks.find((check) => check.id === spec.check)?.thresholds).toContain(id);
    }
    for (const { thresholds } of checks) for (const id of thresholds) expect(isThresholdId(id)).toBe(true);
  });

  it('says of each check that looks at pictures that it is costly: a slider must not wait for it', () => {
    const looking = checks.filter((check) => {
      const raster = vi.fn(() => null);
      check.run(input(classes({ cat: 150, dog: 150 }), { raster }));
      return raster.mock.calls.length > 0;
    });
    expect(looking.map(({ id }) => id)).toContain('low-variance');
    for (const { id, costly } of looking) expect(costly, id).toBeDefined();
  });

  it('finds nothing and breaks nothing in an empty data set', () => {
    expect(checks.flatMap((check) => check.run(input([])))).toEqual([]);
  });

  it('has nothing but normalization numbers to say of a sound data set', () => {
    const found = checks.flatMap((check) => check.run(input(classes({ cat: 150, dog: 150 }))));
    expect(found.map(({ key }) => key)).toEqual(['normalization']);
  });
});

describe('threshold values', () => {
  it('are the defaults, with the user’s changes clamped and unknown ids left out', () => {
    expect(thresholdsWith()['dark.white-level']).toBe(32);
    expect(thresholdsWith({ 'dark.white-level': 300, 'bright.black-level': Number.NaN, nonsense: 1 })).toEqual({
      ...thresholdsWith(),
      'dark.white-level': 255,
    });
  });
});
