import { describe, expect, it } from 'vitest';
import { thresholdsWith } from '../../../../src/core/checks/thresholds';
import type { Embedded } from '../../../../src/core/duplicates/lookalikes';
import { findDuplicates } from '../../../../src/core/duplicates/search';
import { seededRandom } from '../../../../src/core/statistics/random';
import { noisy, pictured, scene } from './pictures';

const scenes = Array.from({ length: 60 }, (_, i) => noisy(scene(100 + i), 8, i));

/** Copies have nearly the embedding of their original; all others are unrelated. */
function embedded(originals: readonly number[]): Embedded {
  const rows = originals.map((original, i) => {
    const [shared, own] = [seededRandom(original + 1), seededRandom(9000 + i)];
    return Float32Array.from({ length: 48 }, () => shared() - 0.5 + 0.1 * (own() - 0.5));
  });
  return { layers: [32, 16], row: (image) => rows[image] ?? null };
}

function groups(
  copies: readonly { of: number; raster: Uint8Array }[],
  embedding = true,
  sketch?: () => Float32Array,
): (readonly number[])[] {
  const rasters = [...scenes, ...copies.map(({ raster }) => raster)];
  return findDuplicates({
    images: rasters.map((raster, id) => pictured(id, raster)),
    raster: (id) => rasters[id] ?? null,
    thresholds: thresholdsWith(),
    notDuplicates: new Set(),
    known: new Map(),
    ...(sketch && { sketch }),
    embedded: embedding ? embedded([...scenes.keys(), ...copies.map(({ of }) => of)]) : null,
  }).near.map(({ members }) => [...members].sort((a, b) => a - b));
}

function recoloured(raster: Uint8Array, map: (r: number, g: number, b: number) => readonly number[]): Uint8Array {
  const out = new Uint8Array(raster.length);
  for (let at = 0; at < raster.length; at += 3)
    out.set(
      map(raster[at]!, raster[at + 1]!, raster[at + 2]!).map((value) => Math.max(0, Math.min(255, value))),
      at,
    );
  return out;
}

const grey = (raster: Uint8Array): Uint8Array =>
  recoloured(raster, (r, g, b) => Array<number>(3).fill(0.299 * r + 0.587 * g + 0.114 * b));

function stamped(raster: Uint8Array): Uint8Array {
  const out = raster.slice();
  for (let y = 44; y < 58; y++) out.fill(245, (y * 64 + 6) * 3, (y * 64 + 20) * 3);
  return out;
}

/** A scene with a shirt of fine stripes, which show as another pattern in the small raster of every crop. */
function striped(seed: number, view = { x: 0, y: 0, width: 1, height: 1 }): Uint8Array {
  const out = scene(seed, view);
  for (let y = 0; y < 64; y++) {
    const rows = [0.125, 0.375, 0.625, 0.875].map((part) => view.y + (view.height * (y + part)) / 64);
    const stripes = rows.reduce((sum, v) => sum + 12.5 * Math.sign(Math.sin(2 * Math.PI * 25 * v)), 0);
    for (let x = 0; x < 64; x++) {
      const u = view.x + (view.width * (x + 0.5)) / 64;
      if (Math.abs(u - 0.5) > 0.3 || Math.abs(rows[0]! - 0.5) > 0.3) continue;
      for (let at = (y * 64 + x) * 3, k = 0; k < 3; k++)
        out[at + k] = Math.max(0, Math.min(255, 0.5 * out[at + k]! + 60 + stripes));
    }
  }
  return out;
}

/** A billiard table: one colour, and dark pockets at its edge. */
function table(view = { x: 0, y: 0, width: 1, height: 1 }): Uint8Array {
  const out = new Uint8Array(64 * 64 * 3).map((_, i) => [60, 104, 52][i % 3]!);
  for (let i = 0; i < 64 * 64; i++) {
    const u = view.x + (view.width * ((i % 64) + 0.5)) / 64;
    const v = view.y + (view.height * (Math.floor(i / 64) + 0.5)) / 64;
    if ([0, 0.5, 1].some((y) => [0, 1].some((x) => Math.hypot(u - x, v - y) < 0.09))) out.fill(5, i * 3, i * 3 + 3);
  }
  return out;
}

describe('the search for changed copies among look-alikes', () => {
  const copies = [
    { of: 3, raster: grey(scenes[3]!) },
    { of: 5, raster: recoloured(scenes[5]!, (r, g, b) => [1.1 * r, g, 0.7 * b]) },
    { of: 7, raster: scene(107, { x: 0.1, y: 0.14, width: 0.78, height: 0.78 }) },
    { of: 9, raster: stamped(scenes[9]!) },
  ];
  const pairs = copies.map(({ of }, i) => [of, scenes.length + i]);

  it('finds recoloured, widely cropped and drawn-over copies', () => {
    expect(groups(copies)).toEqual(pairs);
  });

  it('finds crops of fine stripes, which look different in small rasters', () => {
    const shirt = { of: 60, raster: noisy(striped(90), 4, 1) };
    const crop = { of: 60, raster: noisy(striped(90, { x: 0.1, y: 0.02, width: 0.8, height: 0.84 }), 4, 2) };
    expect(groups([shirt, crop])).toEqual([[60, 61]]);
  });

  it('finds a crop with little to compare, whatever its sketch', () => {
    const whole = { of: 64, raster: noisy(table(), 2, 1) };
    const crop = { of: 64, raster: noisy(table({ x: 0, y: 0.06, width: 1, height: 0.9 }), 2, 2) };
    const nothing = (): Float32Array => new Float32Array(64);
    expect(groups([...copies, whole, crop], false, nothing)).toEqual([]);
    expect(groups([...copies, whole, crop], true, nothing)).toEqual([...pairs, [64, 65]]);
  });

  it('needs the embedding for that', () => {
    expect(groups(copies, false)).toEqual([]);
  });

  it('does not take a look-alike for a copy', () => {
    const others = [4, 6, 8, 10].map((of) => ({ of, raster: noisy(scene(500 + of), 8, of) }));
    expect(groups(others)).toEqual([]);
  });

  it('does not use the embedding if more than a tenth of the images have none', () => {
    const { layers, row } = embedded([...scenes.keys(), 3]);
    const rasters = [...scenes, grey(scenes[3]!)];
    const { near, structures } = findDuplicates({
      images: rasters.map((raster, id) => pictured(id, raster)),
      raster: (id) => rasters[id] ?? null,
      thresholds: thresholdsWith(),
      notDuplicates: new Set(),
      known: new Map(),
      embedded: { layers, row: (image) => (image % 5 === 1 ? null : row(image)) },
    });
    expect([near, structures.size]).toEqual([[], 0]);
  });

  it('keeps to the pairs that the user called different', () => {
    const rasters = [...scenes, grey(scenes[3]!)];
    const images = rasters.map((raster, id) => pictured(id, raster));
    const [first, second] = [images[3]!.sha256!, images[60]!.sha256!].sort();
    const { near } = findDuplicates({
      images,
      raster: (id) => rasters[id] ?? null,
      thresholds: thresholdsWith(),
      notDuplicates: new Set([`${first} ${second}`]),
      known: new Map(),
      embedded: embedded([...scenes.keys(), 3]),
    });
    expect(near).toEqual([]);
  });
});
