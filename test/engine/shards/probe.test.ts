import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '../../../src/contract/model/report';
import { readDigits, side } from '../../../src/engine/samples/digits';
import { openRunStore, openSource } from '../../../src/engine/shards/addresses';
import { planRun } from '../../../src/engine/shards/plan';
import { probePlanStep } from '../../../src/engine/shards/probe-plan';
import { pendingSteps, runSteps } from '../../../src/engine/shards/steps';
import { put, quiet, scratch } from '../support/indexed';

const EACH = 75;
const CLASSES = 4;
/** Every so many images of a digit have a wrong label. */
const WRONG_EVERY = 12;
const COPIED = 3;

let box: ReturnType<typeof scratch>;
/** Images with a wrong label, and copies with another label than the original. */
const wrong = new Set<string>();
const copies = new Set<string>();
beforeAll(async () => {
  box = scratch();
  const digits = await readDigits(EACH);
  for (let digit = 0; digit < CLASSES; digit++) {
    for (const [i, pixels] of digits[digit]!.entries()) {
      const png = await sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
        .png()
        .toBuffer();
      const planted = i % WRONG_EVERY === WRONG_EVERY - 1;
      const given = planted ? (digit + 1 + (Math.floor(i / WRONG_EVERY) % (CLASSES - 1))) % CLASSES : digit;
      const path = `${given}/${digit}-${i}.png`;
      put(join(box.folder, 'set'), path, png);
      if (given !== digit) wrong.add(path);
      if (i >= COPIED) continue;
      // In another shard, because the folders of the classes are.
      const copy = `${(digit + 2) % CLASSES}/copy-${digit}-${i}.png`;
      put(join(box.folder, 'set'), copy, png);
      copies.add(copy);
    }
  }
  put(join(box.folder, 'set'), '1/broken.png', Buffer.from('no picture'));
});
afterAll(() => box.remove());

/** Predicts few images in shards too. */
const inShards = probePlanStep(0);

/** @param planOf another run whose views are used: two processes round differently when they learn them */
async function reportOf(
  name: string,
  source: string,
  shards: number,
  plan = runSteps.find((step) => step.name === inShards.name)!,
  planOf: string | null = null,
): Promise<Report> {
  const folder = join(box.folder, name);
  const store = openRunStore(folder);
  const run = await planRun(store, openSource(join(box.folder, source)), { shards, probe: 'instant' }, quiet);
  for (const { step, shards: tasks } of await pendingSteps(store, run)) {
    const found = step === plan.name ? plan : runSteps.find((one) => one.name === step)!;
    for (const shard of tasks) await found.work(store, run, shard, quiet);
    const views = 'probe/plan.bin';
    if (step === 'probe-plan' && planOf !== null) copyFileSync(join(box.folder, planOf, views), join(folder, views));
  }
  expect(await pendingSteps(store, run)).toEqual([]);
  return reportSchema.parse(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')));
}

/** Without the figures that come from probabilities, which are not equal to the last digit. */
const outline = ({ key, severity, title, images }: Report['findings'][number]) => ({
  key,
  severity,
  title,
  images: [...images].sort(),
});

describe('a run with the instant probe', () => {
  it('flags the same labels for every cut', async () => {
    const one = await reportOf('one', 'set', 1, inShards);
    const flagged = one.labels!.images.filter(({ issue }) => issue).map(({ path }) => path);
    expect(flagged.filter((path) => wrong.has(path)).length / wrong.size).toBeGreaterThan(0.7);
    expect(flagged.filter((path) => wrong.has(path) || copies.has(path)).length / flagged.length).toBeGreaterThan(0.7);
    const several = await reportOf('several', 'set', 2, inShards, 'one');
    expect(several.findings.map(outline)).toEqual(one.findings.map(outline));
    const found = new Map(several.labels!.images.map((image) => [image.path, image]));
    expect(found.size).toBe(one.labels!.images.length);
    for (const { path, issue, quality } of one.labels!.images) {
      expect(found.get(path)?.issue).toBe(issue);
      expect(Math.abs(found.get(path)!.quality - quality)).toBeLessThan(1e-4);
    }
  });

  it('concludes without labels if there is one class', async () => {
    put(join(box.folder, 'alone'), 'a/1.png', readFileSync(join(box.folder, 'set', [...wrong][0]!)));
    const report = await reportOf('one-class', 'alone', 1);
    expect(report.labels).toBeNull();
  });
});
