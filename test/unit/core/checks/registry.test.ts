import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { checks } from '../../../../src/core/checks/index';
import { singleShard } from '../../../../src/core/checks/rounds';
import { knownThresholds, thresholdOf, thresholdsWith } from '../../../../src/core/checks/thresholds';
import { classes, input } from './rows';

describe('the registry', () => {
  it('contains each check once', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });

  it('knows every threshold, which is named after its check and has its default within its range', () => {
    for (const { id, check, default: standard, min, max, reason } of knownThresholds) {
      expect(id.startsWith(`${check}.`), id).toBe(true);
      expect(standard).toBeGreaterThanOrEqual(min);
      expect(standard).toBeLessThanOrEqual(max);
      expect(reason.endsWith('.')).toBe(true);
    }
    for (const { alsoReads = [] } of checks) for (const id of alsoReads) expect(thresholdOf(id)).toBeDefined();
  });

  it('lists every threshold that a check file names, so that a typing error is noticed', () => {
    for (const { id, thresholds, alsoReads = [] } of checks) {
      const source = readFileSync(`src/core/checks/${id}.ts`, 'utf8');
      const named = [...source.matchAll(/'([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)'/g)].map((match) => match[1]!);
      expect([...Object.keys(thresholds), ...alsoReads]).toEqual(expect.arrayContaining(named));
    }
  });

  it('marks each check that reads pictures as costly, because a slider must not wait for it', () => {
    const looking = checks.filter((check) => {
      const raster = vi.fn(() => null);
      singleShard(input(classes({ cat: 150, dog: 150 }), { raster }))(check);
      return raster.mock.calls.length > 0;
    });
    expect(looking.map(({ id }) => id)).toContain('low-variance');
    for (const { id, costly } of looking) expect(costly, id).toBeDefined();
  });

  it('finds nothing in an empty data set', () => {
    expect(checks.flatMap(singleShard(input([])))).toEqual([]);
  });

  it('finds only normalization values in a sound data set', () => {
    const found = checks.flatMap(singleShard(input(classes({ cat: 150, dog: 150 }))));
    expect(found.map(({ key }) => key)).toEqual(['normalization']);
  });
});

describe('threshold values', () => {
  it('are the defaults, except for the user’s changes, which are clamped; unknown ids are ignored', () => {
    expect(thresholdsWith()('dark.white-level')).toBe(32);
    const changed = thresholdsWith({ 'dark.white-level': 300, 'bright.black-level': Number.NaN, nonsense: 1 });
    expect(changed('dark.white-level')).toBe(255);
    expect(changed('bright.black-level')).toBe(233);
    expect(changed.unit('dark.white-level')).toBe('of 255');
    expect(() => changed('nonsense')).toThrow(RangeError);
  });
});
