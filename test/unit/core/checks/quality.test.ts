import { describe, expect, it } from 'vitest';
import { blurry } from '../../../../src/core/checks/blurry';
import { bright } from '../../../../src/core/checks/bright';
import { dark } from '../../../../src/core/checks/dark';
import { lowInformation } from '../../../../src/core/checks/low-information';
import { sharpness } from '../../../../src/core/checks/measures';
import { classes, ids, only, row, run } from './rows';

const flat = (level: number) => ({
  facts: {
    std: [0, 0, 0] as [number, number, number],
    luminance: [level, level, level, level, level] as [number, number, number, number, number],
    laplacianVariance: 0,
  },
});
const unlit = (white: number) => ({
  facts: {
    luminance: [0, 1, 4, white - 2, white] as [number, number, number, number, number],
    std: [3, 3, 3] as [number, number, number],
    laplacianVariance: 4,
  },
});
const washed = (black: number) => ({
  facts: {
    luminance: [black, black + 1, 250, 254, 255] as [number, number, number, number, number],
    std: [3, 3, 3] as [number, number, number],
    laplacianVariance: 4,
  },
});

describe('dark', () => {
  it('flags a picture whose brightest level is 20, but not a night scene with lights at 45', () => {
    const found = only(run(dark, [...classes({ a: 9 }), row(9, unlit(20)), row(10, unlit(45))]));
    expect(found.images).toEqual([{ id: 9, value: 20 }]);
    expect(found).toMatchObject({ severity: 'warning', threshold: 32, thresholdId: 'dark.white-level', value: 20 });
    expect(found.title).toContain('1 of 11 images (9.1 %)');
  });

  it('shows the threshold in the histogram of all measured images', () => {
    const histogram = only(run(dark, [...classes({ a: 9 }), row(9, unlit(20))])).evidence.histogram;
    expect(histogram?.counts.reduce((sum, n) => sum + n, 0)).toBe(10);
    expect(histogram?.edges).toHaveLength(65);
    expect(histogram).toMatchObject({ threshold: 32, side: 'below' });
  });

  it('says so if most of the data set is dark', () => {
    const found = only(
      run(
        dark,
        classes({ a: 6, b: 4 }, 0, () => unlit(20)),
      ),
    );
    expect(found.title).toContain('Most images (10 of 10)');
    expect(found.classes).toEqual(['a', 'b']);
  });

  it('uses a changed threshold', () => {
    expect(run(dark, [row(0, unlit(20))], { set: { 'dark.white-level': 15 } })).toEqual([]);
  });
});

describe('bright', () => {
  it('flags a washed-out picture, but not a drawing on white paper', () => {
    const paper = { facts: { luminance: [40, 240, 255, 255, 255] as [number, number, number, number, number] } };
    expect(ids(only(run(bright, [row(0), row(1, washed(240)), row(2, paper)])))).toEqual([1]);
  });
});

describe('low-information', () => {
  it('flags a picture of any single colour, and no other check reports it', () => {
    const images = [row(0), row(1, flat(0)), row(2, flat(255)), row(3, flat(90))];
    expect(ids(only(run(lowInformation, images)))).toEqual([1, 2, 3]);
    for (const other of [dark, bright, blurry]) expect(run(other, images)).toEqual([]);
  });

  it('leaves a dark picture to the dark check', () => {
    expect(run(lowInformation, [row(0), row(1, { facts: { ...unlit(9).facts, std: [0.6, 0.6, 0.6] } })])).toEqual([]);
  });

  it('counts a pattern of colours with equal lightness as contrast', () => {
    expect(run(lowInformation, [row(0, { facts: { std: [40, 0.5, 0.5], luminance: [90, 90, 90, 90, 91] } })])).toEqual(
      [],
    );
  });

  it('is an error if most images are blank', () => {
    expect(
      only(
        run(
          lowInformation,
          classes({ a: 6 }, 0, () => flat(90)),
        ),
      ).severity,
    ).toBe('error');
  });
});

describe('blurry', () => {
  it('relates edge energy to the contrast of the picture', () => {
    expect(sharpness(row(0).facts!)).toBeCloseTo((2000 - 2) / 2500);
    const soft = { facts: { laplacianVariance: 12, std: [50, 50, 50] as [number, number, number] } };
    const faint = { facts: { laplacianVariance: 12, std: [5, 5, 5] as [number, number, number] } };
    const found = only(run(blurry, [row(0), row(1, soft), row(2, faint)]));
    expect(ids(found)).toEqual([1]);
    expect(found.value).toBeCloseTo(10 / 2500);
  });

  it('does not judge dark, over-exposed and blank pictures, because their detail is noise', () => {
    expect(
      run(blurry, [
        row(0),
        row(1, { facts: { ...unlit(20).facts, laplacianVariance: 0 } }),
        row(2, { facts: { ...washed(240).facts, laplacianVariance: 0 } }),
        row(3, flat(90)),
      ]),
    ).toEqual([]);
  });
});
