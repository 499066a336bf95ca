import { hash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../../../src/engine/catalog/catalog';
import type { Backbone } from '../../../src/engine/process/backbone';
import type { Step, Task } from '../../../src/engine/process/task';
import { cohortOf } from '../../../src/engine/stages/cohort';
import { embedContents } from '../../../src/engine/stages/embed-contents';
import { builtIn, embeddingReader, embeddingSide } from '../../../src/engine/stages/embed-run';
import { indexed, picture, put, putClasses, quiet, scratch, type Indexed } from '../support/indexed';
import { ENCODER_OUTPUTS, writeEncoder } from '../support/model-files';
import { pixels } from '../support/samples';

let box: ReturnType<typeof scratch>;
let set: string;
let network: Backbone;
let open: Indexed | null = null;
beforeEach(() => {
  box = scratch();
  set = join(box.folder, 'set');
  network = { path: join(box.folder, 'network.onnx'), key: 'test-1', input: 'images', outputs: ENCODER_OUTPUTS };
  writeEncoder(network.path);
});
afterEach(() => {
  open?.close();
  open = null;
  box.remove();
});

async function index(): Promise<Catalog> {
  open?.close();
  open = await indexed(set, box.folder);
  return open.catalog;
}

/** How many contents each run computes: the total of its progress; none where no process was started. */
function counting(signal = new AbortController().signal): { readonly task: Task; readonly steps: Step[] } {
  const steps: Step[] = [];
  return { steps, task: { signal, progress: (step) => steps.push(step) } };
}

/** The rows of all images, by a reader of their own. */
async function run(catalog: Catalog, task: Task = quiet, given: Backbone | null = network) {
  const cohort = cohortOf(catalog);
  const reader = embeddingReader(catalog, cohort, task, given);
  if (reader === null) return null;
  const { layers, side, read } = reader;
  const positions = Int32Array.from(cohort.images.keys());
  const values = await read(positions);
  const width = layers.reduce((sum, layer) => sum + layer.width, 0);
  return { values, width, layers, side, missing: positions.filter((i) => Number.isNaN(values[i * width])) };
}

const storedRows = (catalog: Catalog) =>
  catalog.db.prepare<[], number>('SELECT count(*) FROM image_embeddings').pluck().get()!;

/** One row of the result by the path of its image. */
async function rowsByPath(catalog: Catalog): Promise<Map<string, number[]>> {
  const result = (await run(catalog))!;
  const { paths } = cohortOf(catalog);
  const { width, values } = result;
  return new Map(paths.map((path, i) => [path, [...values.subarray(i * width, (i + 1) * width)]]));
}

async function flat(r: number, g: number, b: number): Promise<Buffer> {
  return sharp({ create: { width: 30, height: 20, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();
}

describe('the pretrained network over a data set', () => {
  it('gives each image its row, as the network puts it out', async () => {
    put(set, 'a/1.png', await flat(255, 0, 51));
    put(set, 'b/1.png', await flat(0, 204, 255));
    const catalog = await index();
    const { task, steps } = counting();
    const result = (await run(catalog, task))!;
    expect(result).toMatchObject({ width: 6, layers: ENCODER_OUTPUTS, side: 160, missing: new Int32Array() });
    const seen = [1, -1, -0.6, 1, -1, -0.6, -1, 0.6, 1, -1, 0.6, 1];
    result.values.forEach((value, i) => expect(value).toBeCloseTo(seen[i]!, 3));
    expect(result.values).toHaveLength(12);
    expect(steps.at(-1)).toEqual({ stage: 'embed', done: 2, total: 2 });
  });

  it('starts no process where everything is known, also under new names', async () => {
    await putClasses(set, { a: 3, b: 2 });
    const first = (await run(await index()))!;
    const { task, steps } = counting();
    expect(await run(open!.catalog, task, { ...network, path: join(box.folder, 'gone.onnx') })).toEqual(first);
    put(set, 'c/moved.png', await picture(5));
    rmSync(join(set, 'b/1.png'));
    const again = (await run(await index(), task))!;
    expect(steps).toEqual([]);
    expect(again.values).toEqual(first.values);
  });

  it('computes the same content once', async () => {
    for (const path of ['a/1.png', 'a/2.png', 'b/1.png']) put(set, path, await picture(7));
    put(set, 'b/2.png', await picture(8));
    const catalog = await index();
    const { task, steps } = counting();
    const { values, width } = (await run(catalog, task))!;
    expect(steps.at(-1)).toMatchObject({ total: 2 });
    expect(storedRows(catalog)).toBe(2);
    const row = (i: number) => values.slice(i * width, (i + 1) * width);
    expect(row(1)).toEqual(row(0));
    expect(row(2)).toEqual(row(0));
    expect(row(3)).not.toEqual(row(0));
  });

  it('continues where it was cancelled', async () => {
    await putClasses(set, { a: 30, b: 30 });
    const catalog = await index();
    const abort = new AbortController();
    const cut = run(catalog, {
      signal: abort.signal,
      progress: (step) => {
        if (step.done > 0) abort.abort();
      },
    });
    await expect(cut).rejects.toMatchObject({ code: 'cancelled' });
    const kept = storedRows(catalog);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(60);
    const { task, steps } = counting();
    const resumed = (await run(catalog, task))!;
    expect(steps[0]).toEqual({ stage: 'embed', done: 0, total: 60 - kept });
    expect(storedRows(catalog)).toBe(60);
    catalog.db.exec('DELETE FROM image_embeddings');
    expect(await run(catalog)).toEqual(resumed);
  });

  it('passes over a file that is gone, damaged or changed since it was indexed', async () => {
    await putClasses(set, { a: 4, b: 2 });
    const catalog = await index();
    rmSync(join(set, 'a/0.png'));
    writeFileSync(join(set, 'a/1.png'), 'no picture');
    put(set, 'b/0.png', await picture(99));
    const result = (await run(catalog))!;
    expect(result.missing).toEqual(Int32Array.of(0, 1, 4));
    const isKnown = (i: number) => !result.values.subarray(i * result.width, (i + 1) * result.width).some(Number.isNaN);
    expect([0, 1, 2, 3, 4, 5].map(isKnown)).toEqual([false, false, true, true, false, true]);
    expect(storedRows(catalog)).toBe(3);
  });

  it('gives only NaN where no image can be read any more', async () => {
    await putClasses(set, { a: 2 });
    const catalog = await index();
    rmSync(set, { recursive: true });
    expect((await run(catalog))!.values.every(Number.isNaN)).toBe(true);
  });

  it('reads a file whose name is not valid UTF-8', async () => {
    await putClasses(set, { a: 1 });
    writeFileSync(
      Buffer.concat([Buffer.from(`${set}/a/`), Buffer.of(0xff, 0xfe), Buffer.from('.png')]),
      await picture(3),
    );
    expect(await run(await index())).toMatchObject({ missing: new Int32Array() });
  });

  it('gives a turned photograph nearly the embedding of its upright copy', async () => {
    const raw = { width: 500, height: 400, channels: 3 } as const;
    const upright = sharp(pixels(4, 500, 400), { raw });
    const lying = await upright.clone().rotate(270).raw().toBuffer();
    put(set, 'a/upright.png', await upright.png().toBuffer());
    const turned = sharp(lying, { raw: { ...raw, width: 400, height: 500 } });
    put(
      set,
      'a/turned.tiff',
      await turned.clone().withMetadata({ orientation: 6 }).tiff({ compression: 'none' }).toBuffer(),
    );
    put(set, 'a/unturned.png', await turned.png().toBuffer());
    const rows = await rowsByPath(await index());
    const distance = (path: string) =>
      Math.max(...rows.get(path)!.map((value, i) => Math.abs(value - rows.get('a/upright.png')![i]!)));
    // The decoder rounds between the two directions that it shrinks in, and their order is the file's.
    expect(distance('a/turned.tiff')).toBeLessThan(1 / 255);
    expect(distance('a/unturned.png')).toBeGreaterThan(10 / 255);
  });

  it('computes again for another network, and forgets the old one', async () => {
    await putClasses(set, { a: 2, b: 1 });
    const catalog = await index();
    await run(catalog);
    const { task, steps } = counting();
    await run(catalog, task, { ...network, key: 'test-2' });
    expect(steps.at(-1)).toMatchObject({ total: 3 });
    expect(storedRows(catalog)).toBe(3);
  });

  it('is null where no network is installed', async () => {
    await putClasses(set, { a: 1 });
    expect(await run(await index(), quiet, null)).toBeNull();
  });

  it('says what to do where its files are damaged, or it has other outputs', async () => {
    await putClasses(set, { a: 2 });
    const catalog = await index();
    const other = { ...network, outputs: [{ name: 'mean', width: 4 }] };
    await expect(run(catalog, quiet, other)).rejects.toMatchObject({ code: 'bad-model' });
    writeFileSync(network.path, 'no model');
    await expect(run(catalog)).rejects.toThrow('its files are incomplete or damaged. Install it again.');
  });
});

it('gives the network smaller pictures if there are many of them, or if they are small themselves', () => {
  const sideOf = (images: number, longer: number): number => embeddingSide(new Int32Array(images).fill(longer));
  expect([1, 15_000, 15_001, 40_000, 40_001].map((images) => sideOf(images, 300))).toEqual([224, 224, 160, 160, 128]);
  expect([sideOf(100, 32), sideOf(100, 64), sideOf(100, 65), sideOf(50_000, 32)]).toEqual([160, 160, 224, 128]);
});

it('asks for the contents of images without a file, and passes over what is not the content', async () => {
  const contents = [await flat(255, 0, 51), null, Buffer.from('another'), await flat(0, 204, 255)];
  const shas = contents.map((bytes, i) => hash('sha256', i === 2 || bytes === null ? 'indexed' : bytes, 'hex'));
  const rows = new Map<number, Float32Array>();
  const asked: number[] = [];
  await embedContents(
    builtIn(network, 160),
    shas.map((sha256) => ({ file: null, sha256 })),
    {
      ...quiet,
      content: (index) => {
        asked.push(index);
        return Promise.resolve(contents[index]!);
      },
    },
    (positions, values) => positions.forEach((position, i) => rows.set(position, values.subarray(i * 6, (i + 1) * 6))),
  );
  expect(asked.sort()).toEqual([0, 1, 2, 3]);
  expect([...rows.keys()]).toEqual([0, 3]);
  [1, -1, -0.6, 1, -1, -0.6].forEach((seen, k) => expect(rows.get(0)![k]).toBeCloseTo(seen, 3));
  const failed = embedContents(
    builtIn(network, 160),
    [{ file: null, sha256: shas[0]! }],
    {
      ...quiet,
      content: () => Promise.reject(new Error('the store is away')),
    },
    () => undefined,
  );
  await expect(failed).rejects.toThrow('the store is away');
});

describe('the reader of embeddings', () => {
  it('computes what the first request needs, then all images in one process, then nothing', async () => {
    await putClasses(set, { a: 6, b: 6 });
    const catalog = await index();
    const { task, steps } = counting();
    const { read, layers } = embeddingReader(catalog, cohortOf(catalog), task, network)!;
    expect(layers).toEqual(ENCODER_OUTPUTS);
    const first = await read(Int32Array.of(1, 4));
    expect(storedRows(catalog)).toBe(2);
    const second = await read(Int32Array.of(4, 7));
    expect(storedRows(catalog)).toBe(12);
    expect(second.subarray(0, 6)).toEqual(first.subarray(6));
    const before = steps.length;
    await read(Int32Array.of(0, 11));
    expect(steps.length).toBe(before);
  });

  it('gives NaN for an image whose file is gone, and does not try again', async () => {
    await putClasses(set, { a: 3, b: 3 });
    const catalog = await index();
    rmSync(join(set, 'a/1.png'));
    const { task, steps } = counting();
    const { read } = embeddingReader(catalog, cohortOf(catalog), task, network)!;
    const position = cohortOf(catalog).paths.indexOf('a/1.png');
    await read(Int32Array.of(position));
    await read(Int32Array.of(position));
    const before = steps.length;
    const row = await read(Int32Array.of(position));
    expect([...row].every(Number.isNaN)).toBe(true);
    expect(steps.length).toBe(before);
  });
});
