import { afterEach, beforeEach, expect, it } from 'vitest';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { contentKey, trainedOnKey } from '../../../src/engine/catalog/labels';
import { MEASURE_VERSION } from '../../../src/core/images/measure';
import { runIndex } from '../../../src/engine/stages/index-run';
import { indexed, putClasses, quiet, scratch } from '../support/indexed';

let box: ReturnType<typeof scratch>;
beforeEach(() => {
  box = scratch();
});
afterEach(() => box.remove());

it('does not continue a training on other labels or on rasters of another version', async () => {
  const root = join(box.folder, 'data');
  await putClasses(root, { cat: 2, dog: 2 });
  const data = await indexed(root, box.folder);
  const [content, trained] = [contentKey(data.catalog), trainedOnKey(data.catalog)];
  expect(trainedOnKey(data.catalog, MEASURE_VERSION + 1)).not.toBe(trained);
  expect(contentKey(data.catalog)).toBe(content);
  renameSync(join(root, 'cat', '0.png'), join(root, 'dog', '2.png'));
  await runIndex(data.catalog, quiet);
  expect(trainedOnKey(data.catalog)).not.toBe(trained);
  data.close();
});
