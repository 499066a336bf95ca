/** The sample data set of the start page. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Progress } from '../../../src/contract/model/job';
import { SampleWriting } from '../../../src/engine/app/sample-writing';
import { DEMO_FOLDER } from '../../../src/engine/samples/writer';

let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'plumbline-sample-'));
});
afterAll(() => rm(cache, { recursive: true, force: true }));

it('is written once with progress, in place of a part of an earlier one, and found again', async () => {
  mkdirSync(join(cache, DEMO_FOLDER, 'digits', 'left'), { recursive: true });
  const told: (Progress | null)[] = [];
  const sample = new SampleWriting(cache, (_, payload) => {
    if ('progress' in payload) told.push(payload.progress);
  });
  const [first, second] = await Promise.all([sample.write(), sample.write()]);
  expect(second).toEqual(first);
  expect(first.note).toContain('planted faults');
  expect(readdirSync(first.root)).toEqual(Array.from({ length: 10 }, (_, digit) => String(digit)));
  expect(readdirSync(cache)).toHaveLength(1);
  expect(told[0]?.total).toBeGreaterThan(10_000);
  expect(told.filter((progress) => progress === null)).toHaveLength(1);

  const before = told.length;
  expect(await new SampleWriting(cache, () => undefined).write()).toEqual(first);
  expect(told).toHaveLength(before);
});

it('says which folder cannot be written', async () => {
  const file = join(cache, 'a file');
  writeFileSync(file, '');
  const sample = new SampleWriting(file, () => undefined);
  await expect(sample.write()).rejects.toMatchObject({ code: 'cache-unwritable' });
});
