import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchImages } from '../../../../src/core/dataset/image-match';

const match = (images: readonly string[], rows: readonly string[], bases?: readonly string[]) => {
  const { rows: found, counts } = matchImages(images, rows, bases);
  return {
    rows: found.map((each) => (typeof each === 'number' ? images[each] : each)),
    counts: Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0)),
  };
};
const pets = ['cat/0.jpg', 'cat/1.jpg', 'dog/2.jpg', 'dog/3.jpg'];

describe('the images that rows name', () => {
  it('are found by the exact path, with either separator', () => {
    expect(match(pets, ['cat/0.jpg', '.\\cat\\1.jpg', '/dog/2.jpg', 'dog//3.jpg'])).toEqual({ rows: pets, counts: {} });
  });

  it('are looked for from each base folder', () => {
    const images = ['train/1.png', 'test/1.png', 'train/x/2.png'];
    expect(match(images, ['1.png', 'x/2.png'], ['train', '']).rows).toEqual(['train/1.png', 'train/x/2.png']);
    expect(match(images, ['../test/1.png', 'train/1.png'], ['labels', '']).rows).toEqual(['test/1.png', 'train/1.png']);
    expect(match(images, ['1'], ['train', ''])).toEqual({ rows: ['train/1.png'], counts: { 'no-ending': 1 } });
  });

  it.each([
    ['C:\\Users\\me\\Pets\\cat\\0.jpg'],
    ['/home/me/pets/cat/0.jpg'],
    ['s3://bucket/pets/cat/0.jpg'],
    ['gs://bucket/cat/0.jpg'],
    ['https://example.org/pets/cat/0.jpg?width=3'],
    ['file:///C:/pets/cat/0.jpg'],
    ['/data/local-files/?d=storage/pets/cat/0.jpg'],
    ['/data/local-files/?d=storage%2Fpets%2Fcat%2F0.jpg'],
  ])('are found by the end of %s', (row) => {
    expect(match(pets, [row]).rows).toEqual(['cat/0.jpg']);
  });

  it('are found by their number without zeros, if this fits one image', () => {
    const numbered = ['img/001.jpg', 'img/002.jpg', 'img/010.jpg'];
    expect(match(numbered, ['1', '2.0', '10'])).toEqual({ rows: numbered, counts: { name: 3, number: 3 } });
    expect(match(['img/01.jpg', 'img/001.jpg'], ['1']).rows).toEqual(['ambiguous']);
    expect(match(['img/1.jpg', 'img/001.jpg'], ['1']).rows).toEqual(['img/1.jpg']);
    expect(match(['img/a01.jpg'], ['a1']).rows).toEqual(['missing']);
  });

  it('are found below another folder, by the longest end', () => {
    const images = ['archive/train/cat/0.jpg', 'archive/test/cat/0.jpg'];
    expect(match(images, ['train/cat/0.jpg', '/x/test/cat/0.jpg'])).toEqual({ rows: images, counts: { end: 2 } });
    expect(match(images, ['cat/0.jpg']).rows).toEqual(['ambiguous']);
  });

  it('are never files of the same name in another folder', () => {
    expect(match(pets, ['rabbit/0.jpg', 'rabbit/2.jpg']).rows).toEqual(['missing', 'missing']);
    expect(match(['imgs/a/000.jpg'], ['imgs/b/000.jpg']).rows).toEqual(['missing']);
    expect(match(['imgs/a/000.jpg', 'imgs/b/001.jpg'], ['imgs/b/000.jpg', 'imgs/b/001.jpg']).rows).toEqual([
      'missing',
      'imgs/b/001.jpg',
    ]);
    expect(match(['test/cat/0.jpg', 'test/dog/1.jpg'], ['train/cat/0.jpg', 'train/dog/1.jpg']).rows).toEqual([
      'missing',
      'missing',
    ]);
    expect(match(['cat/brown/0.jpg'], ['rabbit/brown/0.jpg']).rows).toEqual(['missing']);
    expect(match(['train_images/0.jpg'], ['test_images/0.jpg']).rows).toEqual(['missing']);
    expect(match(['cat/0.jpg'], ['cat/0.jpg', '0.jpg']).rows).toEqual(['cat/0.jpg', 'missing']);
  });

  it('are found by a file name if no row names a folder', () => {
    expect(match(pets, ['0.jpg', '3.jpg', '9.jpg'])).toEqual({
      rows: ['cat/0.jpg', 'dog/3.jpg', 'missing'],
      counts: { name: 2, missing: 1 },
    });
    expect(match(['a/1.jpg', 'b/1.jpg'], ['1.jpg']).rows).toEqual(['ambiguous']);
  });

  it('are found by a file name if all rows name one folder that is not in the data set', () => {
    expect(match(pets, ['images/0.jpg', 'images/3.jpg']).rows).toEqual(['cat/0.jpg', 'dog/3.jpg']);
    expect(match(pets, ['/data/upload/3/0.jpg', '/data/upload/4/3.jpg']).rows).toEqual(['cat/0.jpg', 'dog/3.jpg']);
    expect(match(['images/0.jpg', 'images/1.jpg'], ['rabbit/0.jpg']).rows).toEqual(['images/0.jpg']);
    expect(match(pets, ['images/0.jpg', 'photos/3.jpg']).rows).toEqual(['missing', 'missing']);
    expect(match([...pets, 'images/7.jpg'], ['images/0.jpg']).rows).toEqual(['missing']);
  });

  it('are in the only folder that contains every name', () => {
    const images = ['train/0.png', 'train/1.png', 'train/2.png', 'test/0.png', 'test/1.png'];
    expect(match(images, ['0', '1', '2', '9']).rows).toEqual([...images.slice(0, 3), 'missing']);
    expect(match(images, ['0', '1']).rows).toEqual(['ambiguous', 'ambiguous']);
    expect(match(['cat/0.png', 'cat/1.png', 'dog/0.png'], ['0', '1']).rows).toEqual(['ambiguous', 'cat/1.png']);
  });

  it('may differ in Unicode form, case and ending, in this order, and the rows are counted', () => {
    expect(match(['a/e\u0301.jpg'], ['a/\u00e9.jpg'])).toEqual({ rows: ['a/e\u0301.jpg'], counts: { unicode: 1 } });
    expect(match(['a/X.JPG', 'a/x.jpg'], ['a/x.jpg']).rows).toEqual(['a/x.jpg']);
    expect(match(['images/X.JPG'], ['x.jpg'])).toEqual({ rows: ['images/X.JPG'], counts: { name: 1, case: 1 } });
    expect(match(['a/x.png', 'a/y.v2.png'], ['a/x.tiff', 'a/y.v2'])).toEqual({
      rows: ['a/x.png', 'a/y.v2.png'],
      counts: { ending: 1, 'no-ending': 1 },
    });
    expect(match(['a/x.png', 'a/x.jpg'], ['a/x']).rows).toEqual(['ambiguous']);
  });

  it('may be uploads to Label Studio', () => {
    expect(match(['cat/cat_000.jpg', 'cat/my cat (2).jpg'], ['/data/upload/3/8f3a2b10-cat_000.jpg'])).toEqual({
      rows: ['cat/cat_000.jpg'],
      counts: { name: 1, upload: 1 },
    });
    expect(match(['cat/my cat (2).jpg'], ['upload/8f3a2b10-my_cat_2.jpg']).rows).toEqual(['cat/my cat (2).jpg']);
    expect(match(['a/8f3a2b10-x.jpg', 'a/x.jpg'], ['8f3a2b10-x.jpg']).rows).toEqual(['a/8f3a2b10-x.jpg']);
  });

  it('may be encoded like an address, unless the file has this very name', () => {
    expect(match(['cat/a b.jpg'], ['cat/a%20b.jpg']).rows).toEqual(['cat/a b.jpg']);
    expect(match(['cat/a%20b.jpg', 'cat/a b.jpg'], ['cat/a%20b.jpg']).rows).toEqual(['cat/a%20b.jpg']);
    expect(match(['cat/100%.jpg'], ['x/cat/100%.jpg']).rows).toEqual(['cat/100%.jpg']);
  });

  it('belong to one path: the better one, or none', () => {
    expect(match(['cat/1.jpg'], ['cat/1.jpg', 'CAT/1.jpg', 'cat/1.jpg'])).toEqual({
      rows: ['cat/1.jpg', 'taken', 'cat/1.jpg'],
      counts: { taken: 1 },
    });
    expect(match(['cat/1.jpg'], ['train/cat/1.jpg', 'test/cat/1.jpg']).rows).toEqual(['taken', 'taken']);
  });

  it('are found for any list of rows in the same way', () => {
    const name = fc.constantFrom(
      '0.jpg',
      '1.jpg',
      '1.png',
      'A.jpg',
      'a.jpg',
      '\u00e9.jpg',
      'e\u0301.jpg',
      '8f3a2b10-0.jpg',
      '7',
    );
    const folder = fc.constantFrom('cat', 'Cat', 'dog', 'images', 'train', 'test', 'upload', 'C:', '');
    const path = fc.tuple(fc.array(folder, { maxLength: 3 }), name).map(([a, b]) => [...a, b].join('/'));
    const image = path.map((text) => text.replace(/^\/+/, '').replace(/\/{2,}/g, '/'));
    const fold = (text: string): string =>
      text
        .slice(text.lastIndexOf('/') + 1)
        .normalize('NFC')
        .toLowerCase()
        .replace(/^[0-9a-f]{8}-/, '')
        .replace(/\.(jpg|png)$/, '');
    fc.assert(
      fc.property(
        fc.uniqueArray(image, { maxLength: 12 }),
        fc.array(path, { maxLength: 12 }),
        fc.array(fc.nat(), { minLength: 24, maxLength: 24 }),
        (images, rows, order) => {
          const { rows: found } = match(images, rows);
          const owners = new Map<string, Set<string>>();
          found.forEach((each, row) => {
            if (!images.includes(each!)) return;
            expect(fold(each!)).toBe(fold(rows[row]!));
            const tidied = rows[row]!.split('/').filter(Boolean).join('/');
            owners.set(each!, (owners.get(each!) ?? new Set()).add(tidied));
          });
          for (const paths of owners.values()) expect(paths.size).toBe(1);

          const shuffle = <T>(all: readonly T[]): { value: T; at: number }[] =>
            all.map((value, at) => ({ value, at })).sort((x, y) => order[x.at]! - order[y.at]!);
          const mixed = shuffle(rows);
          const again = match(
            shuffle(images).map(({ value }) => value),
            mixed.map(({ value }) => value),
          ).rows;
          expect(again).toEqual(mixed.map(({ at }) => found[at]));

          expect(match([...images, 'unrelated/nobody.gif'], rows).rows).toEqual(found);
        },
      ),
      { numRuns: 500 },
    );
  });
});
