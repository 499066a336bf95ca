import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ddmin, type TestOutcome } from '../../../../src/core/collapse/ddmin';

/** A test that fails for every set that contains all items of one of the causes. */
const world = (causes: readonly (readonly number[])[]) => {
  const asked: string[] = [];
  const test = (subset: readonly number[]): Promise<TestOutcome> => {
    asked.push([...subset].sort((a, b) => a - b).join());
    return Promise.resolve(causes.some((cause) => cause.every((one) => subset.includes(one))) ? 'fail' : 'pass');
  };
  return { test, asked };
};

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('delta debugging', () => {
  it('finds the one cause among twenty items in few tests', async () => {
    const { test, asked } = world([[13]]);
    expect(await ddmin(upTo(20), test)).toEqual([13]);
    expect(asked.length).toBeLessThan(20);
  });

  it('finds two and three that only fail together', async () => {
    expect(await ddmin(upTo(12), world([[2, 9]]).test)).toEqual([2, 9]);
    expect(await ddmin(upTo(12), world([[0, 5, 11]]).test)).toEqual([0, 5, 11]);
  });

  it('always ends with a set that fails and from which no item can be removed', async () => {
    const cause = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(cause, { minLength: 1, maxLength: 3 }), async (causes) => {
        const { test, asked } = world(causes);
        const found = await ddmin(upTo(10), test);
        expect(await test(found)).toBe('fail');
        for (const one of found) expect(await test(found.filter((other) => other !== one))).toBe('pass');
        expect(asked.length).toBeLessThanOrEqual(10 * 10 + 3 * 10 + 1 + found.length);
      }),
    );
  });

  it('does not treat an unresolved set as a failing one', async () => {
    const test = (subset: readonly number[]): Promise<TestOutcome> =>
      Promise.resolve(subset.length === 8 ? 'fail' : 'unresolved');
    expect(await ddmin(upTo(8), test)).toEqual(upTo(8));
  });

  it('passes on an error of the test', async () => {
    await expect(ddmin([1, 2], () => Promise.reject(new Error('out of time')))).rejects.toThrow('out of time');
  });
});
