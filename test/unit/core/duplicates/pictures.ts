/** Rasters for the duplicate search: scenes with edges, texture and colour, and the changes that copies undergo. */
import type { ImageRecord } from '../../../../src/contract/model/image';
import type { Readable } from '../../../../src/core/checks/finding';
import { dHash, pHash } from '../../../../src/core/images/fingerprint';
import { sourceMaps } from '../../../../src/core/duplicates/orientation';
import { seededRandom } from '../../../../src/core/statistics/random';
import { row } from '../checks/rows';

const SIDE = 64;

/**
 * A raster of a scene: rectangles and discs of several colours on a textured ground. `view` shifts and scales it, for
 * crops.
 */
export function scene(
  seed: number,
  view: { x: number; y: number; width: number; height: number } = { x: 0, y: 0, width: 1, height: 1 },
): Uint8Array {
  const random = seededRandom(seed);
  const ground = [random(), random(), random()].map((v) => 60 + 120 * v);
  const waves = Array.from({ length: 6 }, () => ({
    fx: 2 + 9 * random(),
    fy: 2 + 9 * random(),
    phase: 6.3 * random(),
    size: 6 + 10 * random(),
  }));
  const shapes = Array.from({ length: 9 }, () => ({
    x: random(),
    y: random(),
    size: 0.08 + 0.2 * random(),
    round: random() < 0.5,
    colour: [random(), random(), random()].map((v) => 255 * v),
  }));
  const out = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const sums = [0, 0, 0];
      for (const [dx, dy] of [
        [0.25, 0.25],
        [0.75, 0.25],
        [0.25, 0.75],
        [0.75, 0.75],
      ] as const) {
        const u = view.x + (view.width * (x + dx)) / SIDE;
        const v = view.y + (view.height * (y + dy)) / SIDE;
        const shape = shapes.findLast((s) =>
          s.round
            ? Math.hypot(u - s.x, v - s.y) < s.size / 2
            : Math.abs(u - s.x) < s.size / 2 && Math.abs(v - s.y) < s.size / 2,
        );
        const texture = waves.reduce((sum, w) => sum + w.size * Math.sin(6.283 * (w.fx * u + w.fy * v) + w.phase), 0);
        for (const k of [0, 1, 2])
          sums[k] = (sums[k] ?? 0) + ((shape?.colour[k] ?? ground[k] ?? 0) + 0.6 * texture) / 4;
      }
      for (const k of [0, 1, 2]) out[(y * SIDE + x) * 3 + k] = Math.max(0, Math.min(255, Math.round(sums[k] ?? 0)));
    }
  }
  return out;
}

/** The raster with an orientation applied. */
export function laid(raster: Uint8Array, orientation: number): Uint8Array {
  const map = sourceMaps[orientation]!;
  const out = new Uint8Array(raster.length);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const u = (x + 0.5) / SIDE;
      const v = (y + 0.5) / SIDE;
      const from =
        (Math.floor((map.oy + map.yx * u + map.yy * v) * SIDE) * SIDE +
          Math.floor((map.ox + map.xx * u + map.xy * v) * SIDE)) *
        3;
      for (const k of [0, 1, 2]) out[(y * SIDE + x) * 3 + k] = raster[from + k] ?? 0;
    }
  }
  return out;
}

export function noisy(raster: Uint8Array, spread: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  return raster.map((value) => Math.max(0, Math.min(255, Math.round(value + spread * (random() + random() - 1)))));
}

/** The row that the index would store for this raster. */
export function pictured(id: number, raster: Uint8Array, parts: Partial<Omit<ImageRecord, 'facts'>> = {}): Readable {
  const grey = Float64Array.from(
    { length: SIDE * SIDE },
    (_, i) => 0.299 * raster[i * 3]! + 0.587 * raster[i * 3 + 1]! + 0.114 * raster[i * 3 + 2]!,
  );
  const channel = (k: number): { mean: number; std: number } => {
    const values = Array.from({ length: SIDE * SIDE }, (_, i) => raster[i * 3 + k]!);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return { mean, std: Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length) };
  };
  const [r, g, b] = [channel(0), channel(1), channel(2)];
  let content = 0;
  for (const value of raster) content = (Math.imul(content, 31) + value) | 0;
  return row(id, {
    ...parts,
    facts: {
      width: 64,
      height: 64,
      mean: [r.mean, g.mean, b.mean],
      std: [r.std, g.std, b.std],
      pHash: pHash(grey, SIDE, SIDE),
      dHash: dHash(grey, SIDE, SIDE),
      pixelHash: (content >>> 0).toString(16).padStart(8, '0').repeat(8),
    },
  }) as Readable;
}
