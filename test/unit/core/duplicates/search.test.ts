import { describe, expect, it } from 'vitest';
import { thresholdsWith } from '../../../../src/core/checks/thresholds';
import { UPRIGHT } from '../../../../src/core/duplicates/orientation';
import { plateOf } from '../../../../src/core/duplicates/plate';
import { prove } from '../../../../src/core/duplicates/proof';
import { findDuplicates, type Duplicates } from '../../../../src/core/duplicates/search';
import { seededRandom } from '../../../../src/core/statistics/random';
import { laid, noisy, pictured, scene } from './pictures';

function search(
  rasters: readonly Uint8Array[],
  parts: { notDuplicates?: ReadonlySet<string>; known?: Duplicates['proofs'] } = {},
): Duplicates {
  return findDuplicates({
    images: rasters.map((raster, id) => pictured(id, raster)),
    raster: (id) => rasters[id] ?? null,
    thresholds: thresholdsWith(),
    notDuplicates: parts.notDuplicates ?? new Set(),
    known: parts.known ?? new Map(),
  });
}

const scenes = Array.from({ length: 60 }, (_, i) => scene(100 + i));
const cropped = { x: 0.04, y: 0.02, width: 0.92, height: 0.93 };
const sha = (id: number): string => id.toString(16).padStart(64, '0');

describe('the proof of a pair', () => {
  it('is the same whichever of the two comes first', () => {
    for (let i = 0; i < 40; i++) {
      const random = seededRandom(i);
      const view = {
        x: 0.08 * random(),
        y: 0.08 * random(),
        width: 0.86 + 0.06 * random(),
        height: 0.86 + 0.06 * random(),
      };
      const [whole, part] = [plateOf(scene(100 + i), 64, 64), plateOf(noisy(scene(100 + i, view), 6, i), 64, 64)];
      expect(prove(part, whole, UPRIGHT).similarity).toBeCloseTo(prove(whole, part, UPRIGHT).similarity, 12);
    }
  });
});

describe('the duplicate search', () => {
  it('finds no pair among different scenes', () => {
    const { exact, near, turned } = search(scenes);
    expect([exact, near, turned]).toEqual([[], [], []]);
  });

  it('finds re-encoded, brightened, cropped and mirrored copies, and says how they are related', () => {
    const copies = [
      noisy(scene(100), 6, 1),
      scene(101).map((v) => Math.min(255, v * 1.12)),
      scene(102, cropped),
      laid(scene(103), 4),
      laid(scene(104, cropped), 0),
    ];
    const { near, exact, turned } = search([...scenes, ...copies]);
    expect(exact).toEqual([]);
    expect(turned).toEqual([]);
    expect(near.map(({ members }) => members)).toEqual([
      [0, 60],
      [1, 61],
      [2, 62],
      [3, 63],
      [4, 64],
    ]);
    expect(near.map(({ relations }) => relations[1])).toEqual(['near', 'near', 'near', 'mirrored', 'near']);
    for (const { similarities } of near) expect(similarities[1]).toBeGreaterThanOrEqual(0.96);
  });

  it.each([
    [1, 'rotated-90'],
    [2, 'rotated-180'],
    [3, 'rotated-270'],
    [5, 'mirrored-rotated-90'],
    [6, 'mirrored-rotated-180'],
    [7, 'mirrored-rotated-270'],
  ])('reports turned pictures (%i, %s) separately from near duplicates', (orientation, relation) => {
    const { near, turned } = search([...scenes, laid(scene(110), orientation)]);
    expect(near).toEqual([]);
    expect(turned.map(({ members, relations }) => [members, relations])).toEqual([
      [
        [10, 60],
        [null, relation],
      ],
    ]);
  });

  it('links a turned copy to the representative of its group, also through a mirrored copy', () => {
    const { near, turned } = search([...scenes, laid(scene(110), 4), laid(laid(scene(110), 4), 1)]);
    expect(near.map(({ members }) => members)).toEqual([[10, 60]]);
    expect(turned.map(({ members, relations }) => [members, relations[1]])).toEqual([
      [[10, 61], 'mirrored-rotated-90'],
    ]);
  });

  it('does not depend on the names or the order of the images', () => {
    const copies = [
      scene(100, cropped),
      laid(scene(101, cropped), 4),
      noisy(scene(102, cropped), 8, 1),
      laid(scene(103), 1),
      scene(104, { x: 0.07, y: 0.06, width: 0.9, height: 0.88 }),
    ];
    const rasters = [...scenes, ...copies];
    const proofs = (found: Duplicates): string[] =>
      [...found.proofs].map(([pair, proof]) => JSON.stringify([pair, proof])).sort();
    const pairs = (found: Duplicates, at: (id: number) => number): string[] =>
      [...found.near, ...found.turned]
        .map(({ members, similarities }) => JSON.stringify([members.map(at).sort((a, b) => a - b), similarities[1]]))
        .sort();
    const straight = search(rasters);
    const reversed = search([...rasters].reverse());
    expect(straight.proofs.size).toBeGreaterThan(5);
    expect(proofs(reversed)).toEqual(proofs(straight));
    expect(pairs(reversed, (id) => rasters.length - 1 - id)).toEqual(pairs(straight, (id) => id));
  });

  it('does not take the same drawing in another colour for a copy', () => {
    const recoloured = scene(100).map((v, i, all) => all[i - (i % 3) + ((i + 1) % 3)] ?? v);
    expect(search([...scenes, recoloured]).near).toEqual([]);
  });

  it('does not take a picture that differs in one place for a copy', () => {
    const changed = scene(100);
    for (let y = 20; y < 30; y++)
      for (let x = 30; x < 40; x++)
        changed.fill((changed[(y * 64 + x) * 3] ?? 0) > 128 ? 10 : 245, (y * 64 + x) * 3, (y * 64 + x) * 3 + 3);
    expect(search([...scenes, changed]).near).toEqual([]);
  });

  it('joins a hundred shots of one scene, although all are neighbours of each other', () => {
    const shots = Array.from({ length: 100 }, (_, i) => noisy(scene(500), 5, i + 1));
    const { near } = search([...scenes, ...shots]);
    expect(near).toHaveLength(1);
    expect(near[0]?.members).toHaveLength(100);
  });

  it('does not join a continuum of similar pictures that differ in small steps', () => {
    const strokes = Array.from({ length: 150 }, (_, i) => stroke(i));
    expect(search(strokes).near).toEqual([]);
  });

  it('separates pairs that the user marked as different, by content', () => {
    const copies = [...scenes, noisy(scene(100), 6, 1)];
    expect(search(copies).near).toHaveLength(1);
    expect(search(copies, { notDuplicates: new Set([`${sha(0)} ${sha(60)}`]) }).near).toEqual([]);
  });

  it('distinguishes equal pixels from near duplicates, and ignores pictures of one colour', () => {
    const blank = (level: number) => new Uint8Array(64 * 64 * 3).fill(level);
    const { exact, near } = search([...scenes.slice(0, 20), scene(100), blank(80), blank(80), blank(90)]);
    expect(exact.map(({ members, relations }) => [members, relations])).toEqual([
      [
        [0, 20],
        [null, 'same-pixels'],
      ],
      [
        [21, 22],
        [null, 'same-pixels'],
      ],
    ]);
    expect(near).toEqual(exact);
  });

  it('gives the same groups again from stored proofs', () => {
    const rasters = [...scenes, noisy(scene(100), 6, 1), scene(102, cropped)];
    const first = search(rasters);
    const { proofs: again, exact, near, turned } = search(rasters, { known: first.proofs });
    expect({ exact, near, turned }).toEqual({ exact: first.exact, near: first.near, turned: first.turned });
    expect(again).toEqual(first.proofs);
  });
});

/** A pen stroke. Ten numbers vary a little from one seed to the next, as in handwriting. */
function stroke(seed: number): Uint8Array {
  const random = seededRandom(seed);
  const give = (size: number): number => size * (random() - 0.5);
  const [shift, slant, width, top, bottom] = [give(6), give(0.4), 3 + give(1.5), 0.8 + give(0.2), 0.8 + give(0.2)];
  const waves = Array.from({ length: 3 }, (_, k) => ({ size: give(5 / (k + 1)), phase: give(6) }));
  const out = new Uint8Array(64 * 64 * 3);
  for (let y = 0; y < 64; y++) {
    const t = (y - 31.5) / 32;
    if (t < -top || t > bottom) continue;
    const centre =
      32 +
      shift +
      32 * slant * t +
      waves.reduce((sum, wave, k) => sum + wave.size * Math.sin(3 * (k + 1) * t + wave.phase), 0);
    for (let x = 0; x < 64; x++)
      out.fill(
        Math.round(255 / (1 + Math.exp(2 * (Math.abs(x - centre) - width)))),
        (y * 64 + x) * 3,
        (y * 64 + x) * 3 + 3,
      );
  }
  return out;
}
