import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growForest, visitLeaves } from '../../../../src/core/duplicates/forest';
import { bitCount, hammingDistance, hashPairs, hashWords } from '../../../../src/core/duplicates/hash-pairs';
import {
  composed,
  inverse,
  MIRRORED,
  relationOf,
  sourceMaps,
  UPRIGHT,
} from '../../../../src/core/duplicates/orientation';
import { orientedSketch, SKETCH_LENGTH, writeSketch } from '../../../../src/core/duplicates/sketch';
import { seededRandom } from '../../../../src/core/statistics/random';
import { laid, scene } from './pictures';

const hex = (random: () => number): string =>
  Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join('');

function flipped(digits: string, bits: readonly number[]): string {
  let value = BigInt(`0x${digits}`);
  for (const bit of bits) value ^= 1n << BigInt(bit);
  return value.toString(16).padStart(16, '0');
}

describe('hash words', () => {
  it('give the number of differing bits', () => {
    expect(bitCount(0xffffffff | 0)).toBe(32);
    const words = hashWords(['ffffffff00000000', '00000000ffffffff', 'ffffffff00000001']);
    expect(hammingDistance(words, 0, words, 1)).toBe(64);
    expect(hammingDistance(words, 0, words, 2)).toBe(1);
  });
});

describe('pairs of hashes', () => {
  const random = seededRandom(1);
  const base = Array.from({ length: 3000 }, () => hex(random));
  const copies = base.slice(0, 300).map((digits) =>
    flipped(
      digits,
      Array.from({ length: 11 }, () => Math.floor(random() * 64)),
    ),
  );

  it('within 11 bits are found among thousands, and no others', () => {
    const words = hashWords([...base, ...copies]);
    const found = new Set<string>();
    hashPairs(words, null, 11, 2, (i, j, bits) => {
      expect(bits).toBe(hammingDistance(words, i, words, j));
      expect(bits).toBeLessThanOrEqual(11);
      found.add(`${Math.min(i, j)} ${Math.max(i, j)}`);
    });
    for (let i = 0; i < 300; i++) expect(found).toContain(`${i} ${3000 + i}`);
  });

  it('are found between two lists, with the index of the first list first', () => {
    const found = new Set<string>();
    hashPairs(hashWords(copies), hashWords(base), 11, 2, (i, j) => found.add(`${i} ${j}`));
    for (let i = 0; i < 300; i++) expect(found).toContain(`${i} ${i}`);
  });

  it('are limited in number for many equal hashes, but still connect all of them', () => {
    const words = hashWords(Array.from({ length: 5000 }, () => '0f0f0f0f0f0f0f0f'));
    const reached = new Set([0]);
    let visits = 0;
    hashPairs(words, null, 10, 2, (i, j) => {
      visits++;
      if (reached.has(i)) reached.add(j);
    });
    expect(reached.size).toBe(5000);
    expect(visits).toBeLessThan(5000 * 64 * 8);
  });
});

describe('orientations', () => {
  const all = Array.from({ length: 8 }, (_, i) => i);

  it('form a group', () => {
    for (const a of all) {
      expect(composed(a, inverse(a))).toBe(UPRIGHT);
      expect(composed(UPRIGHT, a)).toBe(a);
      for (const b of all) for (const c of all) expect(composed(composed(a, b), c)).toBe(composed(a, composed(b, c)));
    }
  });

  it('compose like transforms of a picture', () => {
    const picture = scene(3);
    for (const a of all) for (const b of all) expect(laid(laid(picture, a), b)).toEqual(laid(picture, composed(a, b)));
  });

  it('are named, and a clockwise turn takes the top left from the bottom left', () => {
    expect(relationOf(MIRRORED)).toBe('mirrored');
    expect(relationOf(1)).toBe('rotated-90');
    expect(sourceMaps[1]).toMatchObject({ ox: 0, oy: 1 });
  });
});

describe('sketches', () => {
  it('of a turned picture equal the turned sketch', () => {
    const picture = scene(5);
    const sketches = new Float32Array(2 * SKETCH_LENGTH);
    const turned = new Float32Array(SKETCH_LENGTH);
    for (let orientation = 0; orientation < 8; orientation++) {
      writeSketch(picture, 64, 64, sketches, 0);
      writeSketch(laid(picture, orientation), 64, 64, sketches, SKETCH_LENGTH);
      orientedSketch(sketches, 0, orientation, turned);
      for (let k = 0; k < SKETCH_LENGTH; k++)
        expect(turned[k]).toBeCloseTo(sketches[SKETCH_LENGTH + k] ?? Number.NaN, 4);
    }
  });

  it('have unit length, ignore brightness and contrast, and are zero for a single colour', () => {
    const picture = scene(7);
    const sketches = new Float32Array(3 * SKETCH_LENGTH);
    writeSketch(picture, 64, 64, sketches, 0);
    writeSketch(
      picture.map((v) => v * 0.5 + 20),
      64,
      64,
      sketches,
      SKETCH_LENGTH,
    );
    writeSketch(new Uint8Array(64 * 64 * 3).fill(77), 64, 64, sketches, 2 * SKETCH_LENGTH);
    let cosine = 0;
    let length = 0;
    for (let k = 0; k < SKETCH_LENGTH; k++) {
      cosine += (sketches[k] ?? 0) * (sketches[SKETCH_LENGTH + k] ?? 0);
      length += (sketches[k] ?? 0) ** 2;
      expect(sketches[2 * SKETCH_LENGTH + k]).toBeCloseTo(0, 12);
    }
    expect(length).toBeCloseTo(1, 5);
    expect(cosine).toBeGreaterThan(0.999);
  });
});

describe('the forest', () => {
  it('puts every member into one leaf of each tree, and finds each vector when it is the query', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer(), (n, seed) => {
        const random = seededRandom(seed);
        const vectors = Float32Array.from({ length: n * 16 }, () => random() - 0.5);
        const forest = growForest(
          vectors,
          16,
          Array.from({ length: n }, (_, i) => i),
          3,
          random,
        );
        for (const tree of forest.trees)
          expect([...tree.items].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        for (let i = 0; i < n; i += 37) {
          const seen = new Set<number>();
          visitLeaves(forest, vectors.subarray(i * 16, i * 16 + 16), (item) => seen.add(item));
          expect(seen).toContain(i);
        }
      }),
      // The example: vector 370 is the cut in all three trees.
      { numRuns: 40, examples: [[400, 1852678645]] },
    );
  });

  it('accepts members that are all equal', () => {
    const forest = growForest(
      new Float32Array(200 * 16).fill(1),
      16,
      Array.from({ length: 200 }, (_, i) => i),
      2,
      seededRandom(2),
    );
    expect(forest.trees[0]?.items).toHaveLength(200);
  });

  it('finds most near neighbours and visits few vectors', () => {
    const random = seededRandom(4);
    const n = 4000;
    const vectors = new Float32Array(n * 64);
    for (let i = 0; i < n; i += 2) {
      for (let k = 0; k < 64; k++) {
        const value = random() - 0.5;
        vectors[i * 64 + k] = value;
        vectors[(i + 1) * 64 + k] = value + 0.15 * (random() - 0.5);
      }
    }
    const forest = growForest(
      vectors,
      64,
      Array.from({ length: n }, (_, i) => i),
      16,
      random,
    );
    let found = 0;
    let looked = 0;
    for (let i = 0; i < n; i += 2) {
      const seen = new Set<number>();
      visitLeaves(forest, vectors.subarray(i * 64, i * 64 + 64), (item) => {
        looked++;
        seen.add(item);
      });
      if (seen.has(i + 1)) found++;
    }
    expect(found / (n / 2)).toBeGreaterThan(0.98);
    expect(looked / (n / 2)).toBeLessThan(500);
  });
});
