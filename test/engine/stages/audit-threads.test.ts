/** Comparisons that threads of the audit process share. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { readable } from '../../../src/core/checks/finding';
import { thresholdsWith } from '../../../src/core/checks/thresholds';
import { madeComparisons, openComparisons } from '../../../src/core/duplicates/changed';
import { auditInput } from '../../../src/engine/catalog/findings';
import { compareInThreads } from '../../../src/engine/stages/audit-threads';
import { indexed, type Indexed, putClasses, scratch } from '../support/indexed';

const IMAGES = 40;

let box: ReturnType<typeof scratch>;
let set: Indexed;

beforeAll(async () => {
  box = scratch();
  await putClasses(join(box.folder, 'set'), { ant: IMAGES / 2, bee: IMAGES / 2 });
  set = await indexed(join(box.folder, 'set'), box.folder);
});
afterAll(() => {
  set.close();
  box.remove();
});

describe('comparisons in threads', () => {
  it('have the results of one thread, and count up to the last one', async () => {
    const { images, raster } = auditInput(set.catalog);
    const pairs = Array.from({ length: IMAGES }, (_, b) =>
      Array.from({ length: b }, (_unused, a) => ({ a, b })),
    ).flat();
    const search = { images: readable(images), raster, notDuplicates: new Set<string>(), known: new Map() };
    const open = openComparisons({ ...search, thresholds: thresholdsWith(), lookAlikes: pairs });
    expect(open).toHaveLength(pairs.length);
    const counts: number[] = [];
    const made = await compareInThreads(set.catalog, open, (done) => counts.push(done), 2);
    expect(new Map(made)).toEqual(new Map(madeComparisons(open, { raster }, () => undefined)));
    expect(counts.at(-1)).toBe(pairs.length);
  });

  it('are left to the caller where they are few', async () => {
    expect(await compareInThreads(set.catalog, [], () => undefined, 2)).toBeNull();
  });
});
