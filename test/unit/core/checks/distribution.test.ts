import { describe, expect, it } from 'vitest';
import { classImbalance } from '../../../../src/core/checks/class-imbalance';
import { missingClass } from '../../../../src/core/checks/missing-class';
import { singleClass } from '../../../../src/core/checks/single-class';
import { tinyClass } from '../../../../src/core/checks/tiny-class';
import { tinyDataset } from '../../../../src/core/checks/tiny-dataset';
import { classes, only, run } from './rows';

const split = (name: string, counts: Record<string, number>, from: number) =>
  classes(counts, from, () => ({ split: name }));

describe('class-imbalance', () => {
  it('warns about 800:200', () => {
    const found = only(run(classImbalance, classes({ cat: 800, dog: 200 })));
    expect(found).toMatchObject({
      severity: 'warning',
      value: 4,
      threshold: 3,
      thresholdId: 'class-imbalance.warning',
      classes: ['dog'],
    });
    expect(found.title).toContain('Always answering “cat” is correct for 80 %');
  });

  it('does not say that the most frequent of many classes is often a right answer', () => {
    const counts = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`c${i}`, 5 + i]));
    const found = only(run(classImbalance, classes(counts)));
    expect(found).toMatchObject({ severity: 'error', value: 104 / 5 });
    expect(found.title).toBe('Classes are imbalanced: 104 images of “c99” to 5 of “c0” (20.8 : 1).');
    expect(found.remedy).toMatch(/^Look at balanced accuracy and at the recall of each class/);
  });

  it.each([
    [900, 100, 9],
    [1000, 10, 100],
  ])('reports %i:%i as an error', (large, small, ratio) => {
    expect(only(run(classImbalance, classes({ cat: large, dog: small })))).toMatchObject({
      severity: 'error',
      value: ratio,
      threshold: 9,
      classes: ['dog'],
    });
  });

  it('gives the balancing weights and the effective number of classes', () => {
    const { evidence } = only(run(classImbalance, classes({ cat: 900, dog: 100 })));
    expect(evidence.tables?.[0]?.rows).toEqual([
      ['cat', 900, '90 %', 1, 0.5556],
      ['dog', 100, '10 %', 9, 5],
    ]);
    expect(evidence.facts).toContainEqual({ name: 'effective number of classes', value: 1.4, unit: 'of 2' });
  });

  it('judges every class: both rare classes are named, the medium one is not', () => {
    expect(only(run(classImbalance, classes({ a: 1000, b: 500, c: 10, d: 12 }))).classes).toEqual(['c', 'd']);
  });

  it('ignores 60:40 and classes without images', () => {
    expect(
      run(classImbalance, classes({ a: 60, b: 40 }), {
        listing: { otherFiles: [], emptyClasses: [{ className: 'c', split: null }] },
      }),
    ).toEqual([]);
  });

  it('judges the train split, because it is used for training', () => {
    const found = only(
      run(classImbalance, [...split('train', { a: 90, b: 9 }, 0), ...split('test', { a: 20, b: 20 }, 500)]),
    );
    expect(found).toMatchObject({ severity: 'error', scope: 'split', splits: ['train'], value: 10 });
  });
});

describe('tiny-class', () => {
  it('warns below 20 images and reports an error below 5, in at most one finding each', () => {
    const found = run(tinyClass, classes({ a: 100, b: 19, c: 4, d: 20 }));
    expect(found.map(({ severity, classes: named }) => [severity, named])).toEqual([
      ['error', ['c']],
      ['warning', ['b']],
    ]);
  });

  it('names classes with too few images in a test split to measure on', () => {
    const found = run(tinyClass, [...split('train', { a: 100, b: 100 }, 0), ...split('test', { a: 20, b: 3 }, 500)]);
    expect(only(found)).toMatchObject({ key: 'tiny-class:split:test', classes: ['b'], splits: ['test'], value: 3 });
  });
});

describe('tiny-dataset', () => {
  it.each([
    [250, undefined],
    [199, 'warning'],
    [29, 'error'],
  ])('%i images: %s', (n, severity) => {
    expect(run(tinyDataset, classes({ a: n }))[0]?.severity).toBe(severity);
  });

  it('gives the uncertainty of 80 % accuracy on a small number of held-out images', () => {
    expect(only(run(tinyDataset, classes({ a: 50, b: 50 }))).remedy).toContain(
      'with 20 images held out, a measured accuracy of 80 % can mean anything from 58 % to 92 %',
    );
  });
});

describe('single-class', () => {
  it('reports a single label on all images once', () => {
    const found = only(run(singleClass, [...split('train', { a: 50 }, 0), ...split('test', { a: 20 }, 100)]));
    expect(found).toMatchObject({ severity: 'error', scope: 'dataset', classes: ['a'] });
  });

  it('finds a split with a single class', () => {
    const found = only(run(singleClass, [...split('train', { a: 50, b: 50 }, 0), ...split('test', { b: 20 }, 200)]));
    expect(found).toMatchObject({ severity: 'error', scope: 'split', splits: ['test'], classes: ['b'] });
    expect(found.title).toContain('All 20 images of the test split have the label “b”');
  });
});

describe('missing-class', () => {
  it('reports a class missing from train as an error and a class missing from test as a warning', () => {
    const found = run(missingClass, [...split('train', { a: 50, b: 50 }, 0), ...split('test', { b: 20, c: 20 }, 200)]);
    expect(found.map(({ severity, splits, classes: named }) => [severity, splits, named])).toEqual([
      ['error', ['train'], ['c']],
      ['warning', ['test'], ['a']],
    ]);
  });

  it('names empty class folders', () => {
    const found = only(
      run(missingClass, classes({ a: 10 }), {
        listing: { otherFiles: [], emptyClasses: [{ className: 'ghost', split: null }] },
      }),
    );
    expect(found).toMatchObject({ key: 'missing-class:empty', severity: 'warning', classes: ['ghost'] });
  });
});
