/** Folders and files that are neither splits nor classes. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { listingOf, some, summary, type Case } from './folder-case';

const each = (folders: readonly string[], count = 6): string[] => folders.flatMap((folder) => some(folder, count));
const inside = (tops: readonly string[], names: readonly string[]): string[] =>
  tops.flatMap((top) => names.map((name) => `${top}/${name}`));

const CASES: Record<string, Case> = {
  'masks beside the images of each class': {
    images: each(inside(['COVID', 'Normal'], ['images', 'masks'])),
    expected: 'class-folders: COVID Normal -12',
  },
  'masks beside the images of each class in each split': {
    images: each(inside(inside(['train', 'test'], ['a', 'b']), ['images', 'masks'])),
    expected: 'split-class-folders test,train: a b -24',
  },
  'masks in one class only are a class': {
    images: each(['shop/photos', 'shop/masks', 'office']),
    expected: 'class-folders: office shop/masks shop/photos',
  },
  'masks beside their images in one folder': {
    images: ['benign', 'normal'].flatMap((name) => [
      ...some(name, 5, (at) => `${name} (${at}).png`),
      ...some(name, 5, (at) => `${name} (${at})_mask.png`),
      `${name}/${name} (1)_mask_1.png`,
    ]),
    expected: 'class-folders: benign normal -12',
  },
  'names of masks without their images': {
    images: ['a', 'b'].flatMap((name) => some(name, 6, (at) => `${at}_mask.png`)),
    expected: 'class-folders: a b',
  },
  'test images beside numbered classes': {
    images: each(['set/class_0', 'set/class_1', 'set/test']),
    expected: 'class-folders: class_0 class_1 -6',
  },
  'a class called test beside words': {
    images: each(['blood', 'test', 'urine']),
    expected: 'class-folders: blood test urine',
  },
  'class and split in one name': {
    images: each(['cat_train', 'cat_test', 'dog_train', 'dog_test']),
    expected: 'split-class-folders test,train: cat dog',
  },
  'split and class in one name': {
    images: each(['train-cat', 'val-cat', 'train-dog', 'val-dog']),
    expected: 'split-class-folders train,val: cat dog',
  },
  'patients inside of the classes of each split': {
    images: each([
      ...inside(['train/benign', 'train/malignant'], ['p1', 'p2', 'p3']),
      ...inside(['val/benign', 'val/malignant'], ['p7', 'p8']),
    ]),
    expected: 'split-class-folders train,val: benign malignant',
  },
  'breeds inside of species, in both splits': {
    images: each(inside(['train', 'val'], ['cat/siamese', 'cat/persian', 'dog/pug', 'dog/husky'])),
    expected: 'split-class-folders train,val: cat/persian cat/siamese dog/husky dog/pug',
  },
};

describe('what is neither a split nor a class', () => {
  it.each(Object.entries(CASES))('%s', (_, { expected, ...listing }) => {
    expect(summary(readings(listingOf(listing))[0]!, listing.images)).toBe(expected);
  });

  it('gets no label of a table that names images without their endings', () => {
    const table = { path: 'labels.csv', columns: ['id', 'label'], problem: null };
    const rows = Array.from({ length: 8 }, (_, at) => [`scan${at}`, at % 2 === 0 ? 'benign' : 'malignant']);
    const names = rows.map(([id]) => id!);
    for (const masks of [
      names.map((id) => `masks/${id}.png`),
      names.map((id) => `images/${id}_mask.png`),
      names.map((id) => `ground truth/${id}_segmentation.png`),
    ]) {
      const images = [...names.map((id) => `images/${id}.jpg`), ...masks];
      const [reading] = readings(listingOf({ images, tables: [{ ...table, rows }] }));
      expect(summary(reading!, images)).toBe('table labels.csv: benign malignant -8');
      expect([...reading!.labels.keys()].filter((path) => masks.includes(path))).toEqual([]);
    }
  });

  it('is told', () => {
    const images = CASES['masks beside their images in one folder']!.images;
    expect(readings(listingOf({ images }))[0]!.record).toMatchObject({
      unlabelled: { images: 12 },
      unused: [{ reason: 'masks-beside-images', detail: '12' }],
    });
    const groups = CASES['patients inside of the classes of each split']!.images;
    expect(readings(listingOf({ images: groups }))[0]!.record.unused).toEqual([
      { path: 'train/benign/p1', reason: 'folders-inside-classes', detail: 'one-split' },
    ]);
    const days = ['a', 'b'].flatMap((name) => [...some(`${name}/2021-03-01`, 2), ...some(`${name}/2021-03-02`, 2)]);
    expect(readings(listingOf({ images: days }))[0]!.record.unused).toEqual([
      { path: 'a/2021-03-01', reason: 'folders-inside-classes', detail: 'sessions' },
    ]);
  });
});
