import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { checks } from '../../../../src/core/checks/index';
import { knownThresholds, thresholdOf, thresholdsWith } from '../../../../src/core/checks/thresholds';
import { classes, input } from './rows';

describe('the registry', () => {
  it('has each check once', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });

  it('knows every threshold: it is named after its check and lies in its range', () => {
    for (const { id, check, default: standard, min, max, reason } of knownThresholds) {
      expect(id.startsWith(`${check}.`), id).toBe(true);
      expect(standard).toBeGreaterThanOrEqual(min);
      expect(standard).toBeLessThanOrEqual(max);
      expect(reason.endsWith('.')).toBe(true);
    }
    for (const { alsoReads = [] } of checks) for (const id of alsoReads) expect(thresholdOf(id)).toBeDefined();
  });

  it('has in each check file only thresholds that the check defines or says it reads: a typing error would fail late', () => {
    for (const { id, thresholds, alsoReads = [] } of checks) {
      const source = readFileSync(`src/core/checks/${id}.ts`, 'utf8');
      const named = [...source.matchAll(/'([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)'/g)].map((match) => match[1]!);
      expect([...Object.keys(thresholds), ...alsoReads]).toEqual(expect.arrayContaining(named));
    }
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
    expect(thresholdsWith()('dark.white-level')).toBe(32);
    const changed = thresholdsWith({ 'dark.white-level': 300, 'bright.black-level': Number.NaN, nonsense: 1 });
    expect(changed('dark.white-level')).toBe(255);
    expect(changed('bright.black-level')).toBe(233);
    expect(changed.unit('dark.white-level')).toBe('of 255');
    expect(() => changed('nonsense')).toThrow(RangeError);
  });
});
