import { describe, expect, it } from 'vitest';
import { atOnce, eachInSlices, type Sliced } from '../../../src/core/slices';

const pausesOf = (steps: Sliced<unknown>): number => Array.from(steps).length;

describe('a computation in slices', () => {
  const items = Array.from({ length: 10_000 }, (_, at) => at);

  it('does something with each item in order, and pauses after every few thousand', () => {
    const done: number[] = [];
    const steps = eachInSlices(items, (item) => done.push(item));
    steps.next();
    expect(done.length).toBeGreaterThan(0);
    expect(done.length).toBeLessThan(5000);
    atOnce(steps);
    expect(done).toEqual(items);
  });

  it('pauses as often for few large items as for many small ones', () => {
    const act = (): void => undefined;
    const large = eachInSlices([1, 2, 3, 4, 5], act, () => 2000);
    expect(pausesOf(large)).toBe(1);
    expect(pausesOf(eachInSlices(items, act))).toBe(2);
    expect(pausesOf(eachInSlices([1, 2, 3], act, () => 10_000))).toBe(3);
  });
});
