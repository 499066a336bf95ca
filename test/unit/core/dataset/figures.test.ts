import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distributionOf } from '../../../../src/core/dataset/distribution';
import { histogramOf } from '../../../../src/core/dataset/histogram';

describe('class distribution', () => {
  it('gives share, ratio and effective classes', () => {
    expect(distributionOf([900, 100, 0])).toEqual({
      majorityShare: 0.9,
      imbalanceRatio: 9,
      effectiveClasses: expect.closeTo(1.3841, 4) as number,
    });
    expect(distributionOf([5, 5, 5, 5]).effectiveClasses).toBeCloseTo(4, 12);
    expect(distributionOf([])).toEqual({ majorityShare: null, imbalanceRatio: null, effectiveClasses: null });
  });

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 40 }), (counts) => {
        const { majorityShare, imbalanceRatio, effectiveClasses } = distributionOf(counts);
        const filled = counts.filter((count) => count > 0).length;
        if (filled === 0) return;
        expect(majorityShare).toBeGreaterThanOrEqual(1 / filled - 1e-12);
        expect(imbalanceRatio).toBeGreaterThanOrEqual(1);
        expect(effectiveClasses).toBeGreaterThan(1 - 1e-9);
        expect(effectiveClasses).toBeLessThan(filled + 1e-9);
      }),
    );
  });
});

describe('histograms', () => {
  const spec = { id: 'x', title: 'X', unit: 'u' };

  it('counts into fixed bins, including the last edge', () => {
    const { edges, counts, log } = histogramOf(
      { ...spec, range: { from: 0, to: 4, bins: 4 } },
      Float64Array.of(0, 0.5, 1, 3.99, 4),
    );
    expect({ edges, counts, log }).toEqual({ edges: [0, 1, 2, 3, 4], counts: [2, 1, 0, 2], log: false });
  });

  it('puts log edges at fractions of octaves around the data', () => {
    const { edges, counts } = histogramOf({ ...spec, range: 'log' }, Float64Array.of(1, 1024));
    expect(edges[0]).toBe(1);
    expect(edges.at(-1)).toBe(1024);
    expect(counts.at(0)).toBe(1);
    expect(counts.at(-1)).toBe(1);
  });

  it('uses the value itself as edges if all values are equal', () => {
    expect(histogramOf({ ...spec, range: 'log' }, Float64Array.of(28, 28, 28))).toMatchObject({
      edges: [28, 28],
      counts: [3],
    });
  });

  it('counts every value, with ascending edges', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 60 }), (values) => {
        const { edges, counts } = histogramOf({ ...spec, range: 'log' }, Float64Array.from(values));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
        expect(edges.length).toBe(counts.length + 1);
        expect(counts.length).toBeLessThanOrEqual(40);
        const alone = values.length > 0 && values.every((value) => value === values[0]);
        expect(
          (alone && edges[0] === values[0] && edges[1] === values[0]) ||
            edges.every((edge, i) => i === 0 || edge > edges[i - 1]!),
        ).toBe(true);
      }),
    );
  });
});
