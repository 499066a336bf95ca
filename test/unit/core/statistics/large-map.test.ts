import { expect, it } from 'vitest';
import { LargeMap } from '../../../../src/core/statistics/large-map';

it('behaves like a map when its entries are in several parts', () => {
  const [large, map] = [new LargeMap<string, number>(3), new Map<string, number>()];
  for (const one of [large, map]) {
    for (let i = 0; i < 10; i++) one.set(`k${i}`, i);
    one.set('k1', 100);
    one.delete('k4');
    one.set('k4', 4);
  }
  expect(large.size).toBe(10);
  expect([...large.keys()].sort()).toEqual([...map.keys()].sort());
  expect([...large].sort()).toEqual([...map].sort());
  expect([...large.values()].sort()).toEqual([...map.values()].sort());
  for (const key of [...map.keys(), 'absent']) {
    expect(large.get(key)).toBe(map.get(key));
    expect(large.has(key)).toBe(map.has(key));
  }
  const seen: string[] = [];
  large.forEach((value, key, all) => seen.push(`${key} ${value} ${all.size}`));
  expect(seen[1]).toBe('k1 100 10');
  large.clear();
  expect([large.size, [...large], large.get('k1')]).toEqual([0, [], undefined]);
});
