/** How many landmarks a set has. */
import { describe, expect, it } from 'vitest';
import { RASTER_BYTES } from '../../../../src/core/images/raster';
import { sampledLandmarks, showsPhotographs } from '../../../../src/engine/training/instant/landmarks';

describe('the number of landmarks', () => {
  it('is larger for photographs, as far as memory allows', () => {
    expect(sampledLandmarks(10_000, false)).toBe(1200);
    expect(sampledLandmarks(10_000, true)).toBe(2000);
    expect(sampledLandmarks(50_000, true)).toBe(2000);
    expect(sampledLandmarks(80_000, true)).toBe(1250);
    expect(sampledLandmarks(1_000_000, true)).toBe(1200);
  });

  it('falls with the number of images, and never exceeds it', () => {
    for (const photographs of [false, true]) {
      const counts = [4001, 5000, 7000, 9000, 20_000, 60_000, 200_000].map((n) => sampledLandmarks(n, photographs));
      expect(counts).toEqual(counts.toSorted((a, b) => b - a));
      expect(sampledLandmarks(300, photographs)).toBe(300);
    }
  });
});

describe('whether a set may be one of photographs', () => {
  const IMAGES = 5000;
  const sides = (side: number): { widths: Int32Array; heights: Int32Array } => ({
    widths: new Int32Array(IMAGES).fill(side),
    heights: new Int32Array(IMAGES).fill(side),
  });
  const rasters = (red: number) => (indices: Int32Array) =>
    new Uint8Array(indices.length * RASTER_BYTES).map((_, at) => (at % 3 === 0 ? red : 90));

  it('is found out from a part of the images, by their colours and their sides', async () => {
    const asked: number[] = [];
    const red = (indices: Int32Array): Uint8Array => {
      asked.push(indices.length);
      return rasters(180)(indices);
    };
    expect(await showsPhotographs(sides(28), red)).toBe(true);
    expect(asked).toEqual([1200]);
    expect(await showsPhotographs(sides(28), rasters(90))).toBe(false);
    expect(await showsPhotographs(sides(200), rasters(90))).toBe(true);
  });
});
