import { expect, it } from 'vitest';
import type { Sliced } from '../../../src/core/slices';
import { inSlices } from '../../../src/engine/process/in-slices';

it('lets the process do other work while a long computation runs', async () => {
  const told: string[] = [];
  setImmediate(() => told.push('other work'));
  function* untilOthersRan(): Sliced<string> {
    while (told.length === 0) yield;
    told.push('computed');
    return 'result';
  }
  expect(await inSlices(untilOthersRan())).toBe('result');
  expect(told).toEqual(['other work', 'computed']);
});
