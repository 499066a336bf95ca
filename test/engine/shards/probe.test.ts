import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '../../../src/contract/model/report';
import { RASTER_BYTES } from '../../../src/core/images/raster';
import { readDigits, side } from '../../../src/engine/samples/digits';
import { openRunStore, openSource } from '../../../src/engine/shards/addresses';
import { planRun } from '../../../src/engine/shards/plan';
import { probeCohortStep } from '../../../src/engine/shards/probe-cohort';
import { probeFile, readProbeState, type RunImages } from '../../../src/engine/shards/probe-files';
import { plannedRun } from '../../../src/engine/shards/run';
import type { RunStep } from '../../../src/engine/shards/run-step';
import { pendingSteps, runSteps } from '../../../src/engine/shards/steps';
import type { PlanState, Sources } from '../../../src/engine/training/instant/plan';
import { put, quiet, scratch } from '../support/indexed';
import { probedInRanges } from '../support/probe-ranges';

const EACH = 50;
const CLASSES = 4;
/** Every so many images of a digit have a wrong label. */
const WRONG_EVERY = 10;
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
      put(at('set'), path, png);
      if (given !== digit) wrong.add(path);
      if (i >= COPIED) continue;
      // In another shard, because the folders of the classes are.
      const copy = `${(digit + 2) % CLASSES}/copy-${digit}-${i}.png`;
      put(at('set'), copy, png);
      copies.add(copy);
    }
  }
  put(at('set'), '1/broken.png', Buffer.from('no picture'));
});
afterAll(() => box.remove());

/** Predicts few images in shards too. */
const inShards = probeCohortStep({ exactMost: 0 });
const usual = (name: string): RunStep => runSteps.find((step) => step.name === name)!;

const at = (...names: readonly string[]): string => join(box.folder, ...names);
const reportIn = (name: string): Report =>
  reportSchema.parse(JSON.parse(readFileSync(at(name, 'report.json'), 'utf8')));

async function reportOf(
  name: string,
  source: string,
  shards: number,
  cohort: RunStep = usual(inShards.name),
): Promise<Report> {
  const store = openRunStore(at(name));
  const run = await planRun(store, openSource(at(source)), { shards, probe: 'instant' }, quiet);
  for (const { step, shards: tasks } of await pendingSteps(store, run))
    for (const shard of tasks) await (step === cohort.name ? cohort : usual(step)).work(store, run, shard, quiet);
  expect(await pendingSteps(store, run)).toEqual([]);
  return reportIn(name);
}

/**
 * The report of the same run if one range had been predicted at once, with the views of the run: two processes round
 * differently when they learn them.
 */
async function reportAtOnce(run: string): Promise<Report> {
  cpSync(at(run), at('at-once'), { recursive: true });
  const store = openRunStore(at('at-once'));
  const images = (await readProbeState<RunImages>(store, 'images', 1))!;
  const plan = (await readProbeState<PlanState>(store, 'plan', 1))!;
  const rasters = Buffer.concat(
    readdirSync(at(run, 'rasters'))
      .sort()
      .map((name) => readFileSync(at(run, 'rasters', name))),
  );
  const rasterOf = (index: number): Buffer => {
    const start = images.places[index]! * RASTER_BYTES;
    return rasters.subarray(start, start + RASTER_BYTES);
  };
  const sources: Sources = {
    rasters: (indices) => Promise.resolve(Buffer.concat(Array.from(indices, rasterOf))),
    embeddings: () => Promise.reject(new Error('not asked for')),
  };
  const { rounds } = await probedInRanges({ images, sources, plan }, 1, box.folder);
  expect(rounds).toHaveLength(2);
  for (const round of [1, 2] as const) await store.write(probeFile('round', round, 0), serialize(rounds[round - 1]));
  await usual('conclude').work(store, await plannedRun(store), 0, quiet);
  return reportIn('at-once');
}

/** Without the figures that come from probabilities, which are not equal to the last digit. */
const outline = ({ key, severity, title, images }: Report['findings'][number]) => ({
  key,
  severity,
  title,
  images: [...images].sort(),
});

describe('a run with the instant probe', () => {
  it('flags the same labels in shards as at once', async () => {
    const several = await reportOf('several', 'set', 2, inShards);
    const flagged = several.labels!.images.filter(({ issue }) => issue).map(({ path }) => path);
    expect(flagged.filter((path) => wrong.has(path)).length / wrong.size).toBeGreaterThan(0.7);
    expect(flagged.filter((path) => wrong.has(path) || copies.has(path)).length / flagged.length).toBeGreaterThan(0.7);
    const one = await reportAtOnce('several');
    expect(several.findings.map(outline)).toEqual(one.findings.map(outline));
    const found = new Map(several.labels!.images.map((image) => [image.path, image]));
    expect(found.size).toBe(one.labels!.images.length);
    for (const { path, issue, quality } of one.labels!.images) {
      expect(found.get(path)?.issue).toBe(issue);
      expect(Math.abs(found.get(path)!.quality - quality)).toBeLessThan(1e-4);
    }
  });

  it('concludes without labels if there is one class', async () => {
    put(at('alone'), 'a/1.png', readFileSync(at('set', [...wrong][0]!)));
    const report = await reportOf('one-class', 'alone', 1);
    expect(report.labels).toBeNull();
  });
});
