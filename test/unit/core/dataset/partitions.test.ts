/** Folders and names as tables are stored in partitions, and folds that contain splits of their own. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';

const KINDS = ['cat', 'dog'];
const many = (name: (kind: string, i: number) => string): string[] =>
  KINDS.flatMap((kind) => Array.from({ length: 6 }, (_, i) => name(kind, i)));
const read = (images: readonly string[]) => {
  const [one] = readings({ images, tables: [], emptyFolders: [] });
  const labels = [...(one?.labels.values() ?? [])];
  return {
    classes: [...new Set(labels.map(({ className }) => className))],
    splits: [...new Set(labels.map(({ split }) => split))],
    reading: one,
  };
};

describe('names with a key in front', () => {
  it.each([
    ['class=cat', many((kind, i) => `class=${kind}/${i}.jpg`)],
    ['label=cat in a wrapper', many((kind, i) => `data/label=${kind}/part-0/${i}.jpg`)],
    ['label=cat in the file name', many((kind, i) => `label=${kind}_${i}.jpg`)],
    ['a number before label=cat', many((kind, i) => `images/img_${i}_label=${kind}.jpg`)],
  ])('%s', (_, images) => {
    expect(read(images).classes).toEqual(KINDS);
  });

  it('split=train/label=cat', () => {
    const images = ['train', 'test'].flatMap((split) => many((kind, i) => `split=${split}/label=${kind}/${i}.jpg`));
    expect(read(images)).toMatchObject({ classes: KINDS, splits: ['train', 'test'] });
  });

  it('stays where not every class has it', () => {
    expect(read(['a=b/1.jpg', 'a=b/2.jpg', 'c/1.jpg', 'c/2.jpg']).classes).toEqual(['a=b', 'c']);
  });
});

describe('folds with splits inside', () => {
  const FOLDS = [1, 2, 3];
  const folds = (name: (fold: number, split: string, kind: string, i: number) => string): string[] =>
    FOLDS.flatMap((fold) => ['train', 'val'].flatMap((split) => many((kind, i) => name(fold, split, kind, i))));

  it.each([
    ['fold_1/train/cat', folds((fold, split, kind, i) => `fold_${fold}/${split}/${kind}/${i}.jpg`)],
    ['data/Fold1/train/cat', folds((fold, split, kind, i) => `data/Fold${fold}/${split}/${kind}/${i}.jpg`)],
    ['train/fold_1/cat', folds((fold, split, kind, i) => `${split}/fold_${fold}/${kind}/${i}.jpg`)],
    [
      'a test set beside the folds',
      [
        ...folds((fold, split, kind, i) => `cv/fold${fold}/${split}/${kind}/${i}.jpg`),
        ...many((kind, i) => `cv/test/${kind}/${i}.jpg`),
      ],
    ],
  ])('%s', (_, images) => {
    expect(read(images).classes).toEqual(KINDS);
    expect(read(images).splits.length).toBeGreaterThanOrEqual(6);
  });

  it('are not seen in class folders that are called train and val by chance', () => {
    const images = ['train', 'test'].flatMap((split) =>
      ['train', 'bus'].flatMap((kind) => Array.from({ length: 4 }, (_, i) => `${split}/${kind}/${i}.jpg`)),
    );
    expect(read(images)).toMatchObject({ classes: ['bus', 'train'].reverse(), splits: ['train', 'test'] });
  });
});

it('a file that is no image changes no label', () => {
  const sets = [
    many((kind, i) => `class=${kind}/${i}.jpg`),
    many((kind, i) => `images/img_${i}_label=${kind}.jpg`),
    many((kind, i) => `train/${kind}/${i}.jpg`),
    Array.from({ length: 40 }, (_, i) => `${i}_${i % 2}_${i % 5}_9.jpg`),
  ];
  const name = fc.constantFrom('README.md', 'data.yaml', 'notes.txt', 'a/labels.names', 'class=cat/x.cls', 'z.bin');
  fc.assert(
    fc.property(fc.constantFrom(...sets), fc.uniqueArray(name), (images, others) => {
      const labels = (extra: readonly string[]) =>
        readings({ images, tables: [], emptyFolders: [], others: extra }).map((one) => [...one.labels]);
      expect(labels(others)).toEqual(labels([]));
    }),
  );
});

describe('folders that are no classes', () => {
  it('year=2024 around label=cat', () => {
    const images = ['year=2023', 'year=2024'].flatMap((year) => many((kind, i) => `${year}/label=${kind}/${i}.jpg`));
    expect(read(images).classes).toEqual(KINDS);
    expect(read(images).reading?.record.parts).toEqual(['year=2023', 'year=2024']);
  });

  it.each([
    ['color, grayscale and segmented of PlantVillage', ['color', 'grayscale', 'segmented']],
    ['rgb and processed', ['rgb images', 'processed']],
  ])('%s', (_, versions) => {
    const images = versions.flatMap((version) => many((kind, i) => `data/${version}/${kind}/${i}.jpg`));
    expect(read(images).classes).toEqual(KINDS);
  });

  it('the ground truth beside the splits of each product of MVTec', () => {
    const images = ['bottle', 'cable'].flatMap((product) => [
      `${product}/train/good/0.jpg`,
      `${product}/test/good/1.jpg`,
      `${product}/test/broken/2.jpg`,
      `${product}/ground_truth/broken/2_mask.jpg`,
    ]);
    expect(read(images)).toMatchObject({
      classes: ['bottle/good', 'bottle/broken', 'cable/good', 'cable/broken'],
      splits: ['train', 'test'],
    });
  });

  it.each([
    ['images/cat and test', [...many((kind, i) => `images/${kind}/${i}.jpg`), 'test/1.jpg', 'test/2.jpg'], KINDS],
    [
      'data_256/a/abbey and val_256',
      [...many((kind, i) => `data_256/${kind[0]!}/${kind}/${i}.jpg`), 'val_256/1.jpg', 'val_256/2.jpg'],
      ['c/cat', 'd/dog'],
    ],
  ])('a flat test set in %s', (_, images, classes) => {
    expect(read(images).classes).toEqual(classes);
    expect(read(images).reading?.record.unlabelled.images).toBe(2);
  });

  it('and a table of its labels is told', () => {
    const images = [...many((kind, i) => `images/${kind}/${i}.jpg`), 'test/t1.jpg', 'test/t2.jpg'];
    const table = {
      path: 'answers.csv',
      columns: ['file', 'label'],
      rows: [
        ['t1.jpg', 'cat'],
        ['t2.jpg', 'dog'],
      ],
      problem: null,
    };
    const [one] = readings({ images, tables: [table], emptyFolders: [] });
    expect(one?.record.unused).toEqual([{ path: 'answers.csv', reason: 'table-other-used', detail: '2' }]);
  });

  it('but pictures of tests beside other things are a class', () => {
    const images = [...many((kind, i) => `${kind}/${i}.jpg`), 'test/1.jpg', 'test/2.jpg'];
    expect(read(images).classes).toContain('test');
  });
});
