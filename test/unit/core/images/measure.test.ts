import { describe, expect, it } from 'vitest';
import { measurePixels } from '../../../../src/core/images/measure';
import { rasterArea } from '../../../../src/core/images/raster';
import { seededRandom } from '../../../../src/core/statistics/random';

function noise(seed: number, width: number, height: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: width * height * 3 }, () => Math.floor(random() * 256));
}

/** A smooth picture with some structure that survives resampling. */
function scene(width: number, height: number, shade: (u: number, v: number) => number): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return Math.round(
      Math.min(
        255,
        Math.max(
          0,
          shade(((pixel % width) + 0.5) / width, (Math.floor(pixel / width) + 0.5) / height) * (1 - 0.2 * (i % 3)),
        ),
      ),
    );
  });
}

const waves = (u: number, v: number) => 120 + 60 * Math.sin(5 * u + 2 * v) + 50 * Math.cos(7 * v - 3 * u * v);

function distance(a: string, b: string): number {
  let bits = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let count = 0;
  for (; bits > 0n; bits >>= 1n) count += Number(bits & 1n);
  return count;
}

describe('measures of one picture', () => {
  it('equal a slow computation from the definitions', () => {
    const [width, height] = [37, 23];
    const rgb = noise(7, width, height);
    const measured = measurePixels(rgb, width, height);
    const pixels = width * height;
    const channel = (c: number) => Array.from({ length: pixels }, (_, i) => rgb[i * 3 + c]!);
    const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
    const std = (list: readonly number[]) => Math.sqrt(mean(list.map((value) => (value - mean(list)) ** 2)));
    [0, 1, 2].forEach((c) => {
      expect(measured.mean[c]).toBeCloseTo(mean(channel(c)), 9);
      expect(measured.std[c]).toBeCloseTo(std(channel(c)), 6);
    });
    const grey = Array.from(
      { length: pixels },
      (_, i) => (rgb[i * 3]! * 77 + rgb[i * 3 + 1]! * 150 + rgb[i * 3 + 2]! * 29 + 128) >> 8,
    );
    const at = (x: number, y: number) => grey[y * width + x]!;
    const inside = Array.from(
      { length: (width - 2) * (height - 2) },
      (_, i) => [1 + (i % (width - 2)), 1 + Math.floor(i / (width - 2))] as const,
    );
    expect(Math.sqrt(measured.laplacianVariance)).toBeCloseTo(
      std(inside.map(([x, y]) => 4 * at(x, y) - at(x - 1, y) - at(x + 1, y) - at(x, y - 1) - at(x, y + 1))),
      6,
    );
    expect(measured.edgeShare).toBeCloseTo(
      mean(
        inside.map(([x, y]) =>
          Number((at(x + 1, y) - at(x - 1, y)) ** 2 + (at(x, y + 1) - at(x, y - 1)) ** 2 >= 32 ** 2),
        ),
      ),
      9,
    );
    const sorted = [...grey].sort((a, b) => a - b);
    expect(measured.luminance).toEqual(
      [0.01, 0.05, 0.5, 0.95, 0.99].map((share) => sorted[Math.ceil(share * pixels) - 1]),
    );
    const counts = new Map<number, number>();
    for (const level of grey) counts.set(level, (counts.get(level) ?? 0) + 1);
    expect(measured.entropy).toBeCloseTo(
      [...counts.values()].reduce((sum, count) => sum - (count / pixels) * Math.log2(count / pixels), 0),
      9,
    );
    const [rg, yb] = [
      channel(0).map((r, i) => r - channel(1)[i]!),
      channel(2).map((b, i) => (channel(0)[i]! + channel(1)[i]!) / 2 - b),
    ];
    expect(measured.colourfulness).toBeCloseTo(Math.hypot(std(rg), std(yb)) + 0.3 * Math.hypot(mean(rg), mean(yb)), 6);
  });

  it('show no contrast, detail or colour for a single colour', () => {
    const measured = measurePixels(new Uint8Array(50 * 40 * 3).fill(200), 50, 40);
    expect(measured).toMatchObject({
      std: [0, 0, 0],
      entropy: 0,
      laplacianVariance: 0,
      edgeShare: 0,
      colourfulness: 0,
      luminance: [200, 200, 200, 200, 200],
      border: [200, 200, 200],
    });
  });

  it('work for pictures down to one pixel', () => {
    expect(measurePixels(Uint8Array.of(10, 20, 30), 1, 1)).toMatchObject({ mean: [10, 20, 30], laplacianVariance: 0 });
  });

  it('refuse a buffer that does not fit its size', () => {
    expect(() => measurePixels(new Uint8Array(10), 2, 2)).toThrow(RangeError);
  });

  it('do not depend on the picture measured before', () => {
    const small = noise(1, 16, 16);
    const alone = measurePixels(small, 16, 16);
    measurePixels(noise(2, 256, 256), 256, 256);
    expect(measurePixels(small, 16, 16)).toEqual(alone);
  });
});

describe('the probe raster', () => {
  it('fits the picture inside and pads with mid grey', () => {
    const { raster } = measurePixels(new Uint8Array(200 * 100 * 3).fill(10), 200, 100);
    const { left, top, width, height } = rasterArea(200, 100);
    expect({ left, top, width, height }).toEqual({ left: 0, top: 16, width: 64, height: 32 });
    const pixel = (x: number, y: number) => raster[(y * 64 + x) * 3];
    expect([pixel(0, 15), pixel(0, 16), pixel(63, 47), pixel(63, 48)]).toEqual([128, 10, 10, 128]);
  });

  it('keeps the mean when a picture is shrunk', () => {
    const rgb = noise(3, 256, 256);
    const { raster, mean } = measurePixels(rgb, 256, 256);
    const red = raster.filter((_, i) => i % 3 === 0).reduce((sum, value) => sum + value, 0) / (64 * 64);
    expect(red).toBeCloseTo(mean[0], 0);
  });

  it('enlarges small pictures without a shift', () => {
    const ramp = scene(28, 28, (u) => 255 * u);
    const { raster } = measurePixels(ramp, 28, 28);
    for (const x of [8, 31, 50]) expect(raster[(32 * 64 + x) * 3]).toBeCloseTo(255 * ((x + 0.5) / 64), -1);
  });

  it('distinguishes a frame from the inside', () => {
    const framed = scene(256, 256, (u, v) => (u < 0.05 || v < 0.05 || u > 0.95 || v > 0.95 ? 250 : 20));
    expect(measurePixels(framed, 256, 256).border[0]).toBeGreaterThan(245);
  });
});

describe('perceptual hashes', () => {
  const original = measurePixels(scene(256, 192, waves), 256, 192);

  it('barely change if a picture is resized, brightened or slightly noisy', () => {
    const smaller = measurePixels(scene(150, 112, waves), 150, 112);
    const brighter = measurePixels(
      scene(256, 192, (u, v) => waves(u, v) * 0.9 + 15),
      256,
      192,
    );
    for (const other of [smaller, brighter]) {
      expect(distance(original.pHash, other.pHash)).toBeLessThanOrEqual(4);
      expect(distance(original.dHash, other.dHash)).toBeLessThanOrEqual(6);
    }
  });

  it('differ for different pictures', () => {
    const other = measurePixels(
      scene(256, 192, (u, v) => 120 + 80 * Math.sin(9 * v * v + u) * Math.cos(11 * u)),
      256,
      192,
    );
    expect(distance(original.pHash, other.pHash)).toBeGreaterThan(10);
    expect(distance(original.dHash, other.dHash)).toBeGreaterThan(10);
  });

  it('have the bits of their definition', () => {
    // Brighter on the left everywhere: every cell is brighter than its right neighbour.
    expect(
      measurePixels(
        scene(64, 64, (u) => 255 * (1 - u)),
        64,
        64,
      ).dHash,
    ).toBe('ffffffffffffffff');
    expect(
      measurePixels(
        scene(64, 64, (u) => 255 * u),
        64,
        64,
      ).dHash,
    ).toBe('0000000000000000');
  });
});
