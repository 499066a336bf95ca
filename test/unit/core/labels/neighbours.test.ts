import { describe, expect, it } from 'vitest';
import { exemplars, meanDistances, nearestNeighbours } from '../../../../src/core/labels/neighbours';
import { seededRandom } from '../../../../src/core/statistics/random';

const quiet = (): void => undefined;

function cloud(images: number, dimensions: number): Float32Array {
  const random = seededRandom(11);
  return Float32Array.from({ length: images * dimensions }, () => random());
}

function brute(embedding: Float32Array, dimensions: number, i: number, k: number): number[] {
  const all = Array.from({ length: embedding.length / dimensions }, (_, j) => {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) sum += (embedding[i * dimensions + d]! - embedding[j * dimensions + d]!) ** 2;
    return { j, sum };
  });
  return all
    .filter(({ j }) => j !== i)
    .sort((a, b) => a.sum - b.sum)
    .slice(0, k)
    .map(({ j }) => j);
}

describe('nearest neighbours', () => {
  it('equal those from a comparison of all pairs', () => {
    const embedding = cloud(300, 5);
    const { indices } = nearestNeighbours(embedding, 5, 4, seededRandom(1), quiet);
    for (const i of [0, 7, 150, 299])
      expect([...indices.subarray(i * 4, i * 4 + 4)]).toEqual(brute(embedding, 5, i, 4));
  });
  it('are found nearly completely beyond 3,000 images, where only near cells are searched', () => {
    const embedding = cloud(4000, 3);
    const { indices } = nearestNeighbours(embedding, 3, 5, seededRandom(1), quiet);
    let found = 0;
    for (let i = 0; i < 4000; i += 100)
      found += brute(embedding, 3, i, 5).filter((j) => indices.subarray(i * 5, i * 5 + 5).includes(j)).length;
    expect(found / (40 * 5)).toBeGreaterThan(0.95);
  });
  it('are fewer than requested if there are fewer images', () => {
    const near = nearestNeighbours(Float32Array.of(0, 0, 3, 4), 2, 3, seededRandom(1), quiet);
    expect([...near.indices]).toEqual([1, -1, -1, 0, -1, -1]);
    expect([...meanDistances(near, 3)]).toEqual([5, 5]);
  });
});

describe('exemplars', () => {
  it('are the images with the most certain labels of each class', () => {
    const probabilities = Float32Array.of(0.9, 0.1, 0.6, 0.4, 0.3, 0.7, 0.95, 0.05);
    expect(exemplars(probabilities, Int32Array.of(0, 0, 1, 0), 2, 2)).toEqual([[3, 0], [2]]);
  });
});
