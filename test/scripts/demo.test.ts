import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoTruth } from '../../src/engine/samples/faults';
import { demoNote, writeDemo } from '../../src/engine/samples/writer';

let scratch: string;
let images: string;
let truth: DemoTruth;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'plumbline-demo-'));
  ({ images, truth } = await writeDemo(join(scratch, 'one'), { perClass: 60, seed: 5 }));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const bytes = (path: string): Promise<Buffer> => readFile(join(images, path));
const pixels = (path: string): Promise<Buffer> => sharp(join(images, path)).raw().toBuffer();

describe('a small demo', () => {
  it('lists its faults beside the images', async () => {
    expect(JSON.parse(await readFile(join(scratch, 'one', 'demo-truth.json'), 'utf8'))).toEqual(truth);
    expect(truth.images).toBe(600 + truth.duplicates.length);
    expect(truth.labelNoise.length).toBeGreaterThan(0);
  });

  it('puts each image with a wrong label into the folder of that label', () => {
    for (const { path, given, true: real } of truth.labelNoise) {
      expect(path.startsWith(`${given}/`)).toBe(true);
      expect(given).not.toBe(real);
    }
  });

  it('has duplicates of the kinds that it lists', async () => {
    expect(new Set(truth.duplicates.map(({ kind }) => kind))).toEqual(new Set(['exact', 'near']));
    for (const { paths, kind, sameLabel } of truth.duplicates) {
      const [first, second] = await Promise.all(paths.map(bytes));
      expect(first!.equals(second!)).toBe(kind === 'exact');
      expect(paths[0].split('/')[0] === paths[1].split('/')[0]).toBe(sameLabel);
      if (kind === 'near') expect(difference(await pixels(paths[0]), await pixels(paths[1]))).toBeLessThan(15);
    }
    expect(truth.duplicates.some(({ sameLabel }) => !sameLabel)).toBe(true);
  });

  it('has the damaged files that it lists, and no others', async () => {
    for (const { path, damage } of truth.damaged) {
      if (damage === 'empty') expect((await stat(join(images, path))).size).toBe(0);
      if (damage === 'truncated' || damage === 'text') await expect(pixels(path)).rejects.toThrow();
      if (damage === 'jpeg-named-png') expect((await sharp(join(images, path)).metadata()).format).toBe('jpeg');
      if (damage === 'dark') expect(Math.max(...(await pixels(path)))).toBeLessThan(12);
      if (damage === 'blank') expect(new Set(await pixels(path)).size).toBe(1);
    }
    expect(new Set(truth.damaged.map(({ damage }) => damage)).size).toBe(6);
  });

  it('has predictions of one class for every readable image, and a script that trains on the images', async () => {
    const [head, ...rows] = (await readFile(join(scratch, 'one', 'predictions.csv'), 'utf8')).trimEnd().split('\n');
    expect(head).toBe('path,predicted');
    const unreadable = truth.damaged.filter(({ damage }) => ['empty', 'text', 'truncated'].includes(damage));
    expect(rows).toHaveLength(truth.images - unreadable.length);
    expect(new Set(rows.map((row) => row.split(',')[1]))).toEqual(new Set(['1']));
    for (const row of rows.slice(0, 5)) expect((await stat(join(images, row.split(',')[0]!))).size).toBeGreaterThan(0);
    expect(await readFile(join(scratch, 'one', 'train.py'), 'utf8')).toContain(
      'image_dataset_from_directory(\n    "digits"',
    );
  });

  it('is the same for the same seed', async () => {
    const again = await writeDemo(join(scratch, 'two'), { perClass: 60, seed: 5 });
    expect(again.truth).toEqual(truth);
    const other = await writeDemo(join(scratch, 'three'), { perClass: 60, seed: 6 });
    expect(other.truth.labelNoise).not.toEqual(truth.labelNoise);
  });

  it('describes the planted faults and the files beside the images', () => {
    expect(demoNote(truth)).toMatch(
      /with planted faults: \d+ wrong labels?, \d+ exact cop(y|ies) \(\d+ of them under a second label\), \d+ near cop(y|ies), .*\. Beside the image folder are train\.py and predictions\.csv/,
    );
  });
});

/** Mean absolute difference of two images of one size, 0–255. */
function difference(first: Buffer, second: Buffer): number {
  return first.reduce((sum, value, place) => sum + Math.abs(value - second[place]!), 0) / first.length;
}
