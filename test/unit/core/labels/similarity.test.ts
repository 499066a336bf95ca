import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  meanRow,
  nearestFirst,
  in16Bits,
  scaleFor16Bits,
  squaredDistancesTo,
} from '../../../../src/core/labels/similarity';
import { seededRandom } from '../../../../src/core/statistics/random';

describe('nearestFirst', () => {
  it('sorts positions by distance, and equal distances by position', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 1000 }), { maxLength: 300 }), (distances) => {
        const low = distances.map((distance) => Math.max(-1, distance));
        const expected = low.map((_, i) => i).sort((a, b) => low[a]! - low[b]! || a - b);
        expect([...nearestFirst(Float64Array.from(low))]).toEqual(expected);
      }),
    );
  });

  it('gives the first ones without sorting all', () => {
    const distance = fc.oneof(
      fc.constantFrom(-1, 0, 7),
      fc.double({ min: 0, max: 1000, noNaN: true }),
      fc.double({ min: 0, max: 1e-6, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(distance, { maxLength: 300 }), fc.nat(320), (distances, most) => {
        const all = Float64Array.from(distances);
        expect([...nearestFirst(all, most)]).toEqual([...nearestFirst(all)].slice(0, most));
      }),
    );
  });

  it('tells apart distances that differ by less than a millionth of the largest', () => {
    expect([...nearestFirst(Float64Array.of(5e9, 2, 1, 0, 3))]).toEqual([3, 2, 1, 4, 0]);
  });
});

/** Images around 40 centres, with components that become smaller from the first to the last, as principal ones do. */
function embedding(images: number, dimensions: number): Float32Array {
  const random = seededRandom(3);
  const spread = (): number => random() + random() + random() - 1.5;
  const centres = Array.from({ length: 40 }, () =>
    Array.from({ length: dimensions }, (_, d) => spread() / (1 + d / 4)),
  );
  return Float32Array.from(
    { length: images * dimensions },
    (_, at) =>
      centres[Math.floor(at / dimensions) % 40]![at % dimensions]! + (0.2 * spread()) / (1 + (at % dimensions) / 4),
  );
}

describe('places in 16 bits', () => {
  it('keep nearly all of the 20 nearest images', () => {
    const [images, dimensions] = [4000, 64];
    const values = embedding(images, dimensions);
    const rows = in16Bits(values, scaleFor16Bits(values));
    let kept = 0;
    for (let image = 0; image < images; image += 100) {
      const exact = Float64Array.from({ length: images }, (_, other) => {
        let sum = 0;
        for (let d = 0; d < dimensions; d++)
          sum += (values[image * dimensions + d]! - values[other * dimensions + d]!) ** 2;
        return sum;
      });
      const point = Float64Array.from(rows.subarray(image * dimensions, (image + 1) * dimensions));
      const near = new Float64Array(images);
      squaredDistancesTo(point, rows, near);
      const found = nearestFirst(near).subarray(0, 20);
      const wanted = new Set(nearestFirst(exact).subarray(0, 20));
      kept += found.filter((one) => wanted.has(one)).length;
    }
    expect(kept / (40 * 20)).toBeGreaterThan(0.99);
  });

  it('use the whole range, and survive zeros and values that are not numbers', () => {
    const values = Float32Array.of(0.5, -2, NaN, 0);
    expect([...in16Bits(values, scaleFor16Bits(values))]).toEqual([8192, -32767, 0, 0]);
    expect(scaleFor16Bits(new Float32Array(4))).toBe(1);
  });
});

it('meanRow averages each column', () => {
  expect([...meanRow([Int16Array.of(1, 5), Int16Array.of(2, -5)])]).toEqual([1.5, 0]);
});
