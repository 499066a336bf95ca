import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom, shuffled, textSeed } from '../../../../src/core/statistics/random';

describe('seededRandom', () => {
  it('gives the same numbers for the same seed and different ones for another seed', () => {
    const draw = (seed: number): number[] => Array.from({ length: 20 }, seededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(2)).not.toEqual(draw(1));
  });

  it('keeps its sequence in later versions, because splits are reproduced from their seed', () => {
    const random = seededRandom(textSeed('plumbline'));
    expect(Array.from({ length: 8 }, () => Math.floor(random() * 1000))).toMatchInlineSnapshot(`
      [
        71,
        110,
        161,
        633,
        602,
        711,
        931,
        500,
      ]
    `);
  });

  it('is uniform, by its mean and the count in every tenth of the range', () => {
    const random = seededRandom(7);
    const counts = new Int32Array(10);
    let sum = 0;
    const draws = 70_000;
    for (let index = 0; index < draws; index += 1) {
      const value = random();
      sum += value;
      counts[Math.floor(value * 10)]! += 1;
    }
    expect(Math.abs(sum / draws - 0.5)).toBeLessThan(0.005);
    for (const count of counts) expect(Math.abs(count - draws / 10)).toBeLessThan(400);
  });
});

describe('shuffled', () => {
  it('is a permutation and does not change the input', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items];
        const result = shuffled(items, seededRandom(seed));
        expect(items).toEqual(before);
        expect([...result].sort((x, y) => x - y)).toEqual([...items].sort((x, y) => x - y));
      }),
    );
  });
});
