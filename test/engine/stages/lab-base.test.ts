import { rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { soundRecipe } from '../../../src/core/collapse/recipe';
import { installedBackbone, type Backbone } from '../../../src/engine/process/backbone';
import { cohortOf } from '../../../src/engine/stages/cohort';
import { labBase, type Looking } from '../../../src/engine/stages/lab-base';
import { indexed, put, quiet, scratch, type Indexed } from '../support/indexed';
import { ENCODER_OUTPUTS, writeEncoder } from '../support/model-files';

let box: ReturnType<typeof scratch>;
let open: Indexed;
let network: Backbone;

const flat = (r: number, g: number, b: number): Promise<Buffer> =>
  sharp({ create: { width: 30, height: 20, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();

beforeEach(async () => {
  box = scratch();
  const set = join(box.folder, 'set');
  network = { path: join(box.folder, 'network.onnx'), key: 'test-1', input: 'images', outputs: ENCODER_OUTPUTS };
  writeEncoder(network.path);
  put(set, 'a/1.png', await flat(255, 0, 51));
  put(set, 'a/2.png', await flat(0, 0, 0));
  put(set, 'b/same-as-a1.png', await flat(255, 0, 51));
  open = await indexed(set, box.folder);
});
afterEach(() => {
  open.close();
  box.remove();
});

/** All images, without a limit. */
const whole = (images: Int32Array): Looking => ({
  images,
  order: [...images.keys()],
  left: () => null,
  looked: () => undefined,
});

const sound = soundRecipe({ images: 3, imbalanceRatio: 1, expects: 'symmetric' });

it('gives the network the pixels as the base expects them, then as the recipe scales them', async () => {
  const cohort = cohortOf(open.catalog);
  const base = labBase(open.catalog, { ...sound, normalization: 'unit', channels: 'bgr' }, cohort, network)!;
  expect(base.form).toMatchObject({ layers: ENCODER_OUTPUTS, width: 3 });
  expect(base.form.inputs).toHaveLength(4);
  const read = base.reader(whole(cohort.images), quiet);
  const rows = await read(Int32Array.of(2, 1));
  const seen = [
    ...[1, -1, -0.6, 1, -1, -0.6],
    ...[1, 0, 0.2],
    ...[-0.6, -1, 1],
    ...[0.2, 0, 1],
    ...[-1, -1, -1, -1, -1, -1],
    ...[0, 0, 0],
    ...[-1, -1, -1],
    ...[0, 0, 0],
  ];
  expect(rows).toHaveLength(seen.length);
  rows.forEach((value, i) => expect(value).toBeCloseTo(seen[i]!, 3));
});

it('keeps what the network gives for its own scaling, and nothing else', async () => {
  const cohort = cohortOf(open.catalog);
  const base = labBase(open.catalog, { ...sound, normalization: 'raw' }, cohort, network)!;
  await base.reader(whole(cohort.images), quiet)(Int32Array.of(0));
  const kept = open.catalog.db.prepare<[], number>('SELECT count(*) FROM image_embeddings').pluck().get();
  expect(kept).toBe(2);
});

it('runs the network in the given order, on no more than one batch if there is no time', async () => {
  const pictures = Array.from({ length: 20 }, (_, i) => flat(10 * i, 0, 0));
  for (const [i, picture] of pictures.entries())
    put(join(box.folder, 'more'), `a/${String(i).padStart(2, '0')}.png`, await picture);
  const more = await indexed(join(box.folder, 'more'), box.folder);
  const cohort = cohortOf(more.catalog);
  const backwards = [...cohort.images.keys()].reverse();
  for (const recipe of [sound, { ...sound, normalization: 'raw' as const }]) {
    const counts: number[] = [];
    const looking = {
      images: cohort.images,
      order: backwards,
      left: () => 0,
      looked: (count: number) => counts.push(count),
    };
    const base = labBase(more.catalog, recipe, cohort, network)!;
    const rows = await base.reader(looking, quiet)(Int32Array.from(cohort.images.keys()));
    const width = rows.length / 20;
    const there = [...cohort.images.keys()].filter((i) => Number.isFinite(rows[(i + 1) * width - 1]!));
    expect(there.length).toBeGreaterThan(0);
    expect(there).toEqual(backwards.slice(0, there.length).reverse());
    expect(counts).toEqual([there.length]);
    expect(there.length).toBeLessThan(20);
  }
  more.close();
});

it('has no numbers for an image that is gone', async () => {
  const cohort = cohortOf(open.catalog);
  rmSync(join(box.folder, 'set', 'a/2.png'));
  const base = labBase(open.catalog, { ...sound, normalization: 'raw' }, cohort, network)!;
  const rows = await base.reader(whole(cohort.images), quiet)(Int32Array.of(1));
  expect([...rows].every(Number.isNaN)).toBe(true);
});

it.skipIf(installedBackbone() === null)(
  'gives the last part of the network its maps for each input, if a recipe trains the base',
  async () => {
    const cohort = cohortOf(open.catalog);
    const recipe = { ...sound, base: 'whole' as const, normalization: 'unit' as const };
    const base = labBase(open.catalog, recipe, cohort)!;
    const { layers, inputs, tuned } = base.form;
    expect(inputs).toHaveLength(2);
    const map = tuned!.channels * tuned!.side ** 2;
    const width = layers.reduce((sum, layer) => sum + layer.width, 0) + 2 * map;
    const rows = await base.reader(whole(cohort.images), quiet)(Int32Array.of(0, 1));
    expect(rows).toHaveLength(2 * width);
    const sums = [width - 2 * map, width - map].map((from) =>
      rows.subarray(from, from + map).reduce((sum, value) => sum + Math.abs(value), 0),
    );
    expect(Math.min(...sums)).toBeGreaterThan(1);
    expect(Math.abs(sums[0]! - sums[1]!)).toBeGreaterThan(1);
    expect(labBase(open.catalog, { ...recipe, batchSize: 256 }, cohort)!.form.tuned).toBeNull();
  },
);

it('says that the network is not installed, and only for a recipe that needs it', () => {
  const cohort = cohortOf(open.catalog);
  expect(() => labBase(open.catalog, sound, cohort, null)).toThrow(
    /not installed here.*npm run setup.*Nothing was trained/,
  );
  expect(labBase(open.catalog, soundRecipe({ images: 3, imbalanceRatio: 1 }), cohort, null)).toBeNull();
});
