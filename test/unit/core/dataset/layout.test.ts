import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import type { FolderListing } from '../../../../src/core/dataset/layout-types';
import type { Table } from '../../../../src/core/dataset/table';

function listing(images: readonly string[], extra: Partial<FolderListing> = {}): FolderListing {
  return { images, emptyFolders: [], tables: [], ...extra };
}

function table(path: string, columns: readonly string[], ...rows: (readonly string[])[]): Table {
  return { path, columns, rows, problem: null };
}

const kinds = (input: FolderListing) => readings(input).map(({ layout }) => layout.kind);

describe('layout detection', () => {
  it('reads folders of images as classes and joins nested ones', () => {
    const [reading] = readings(listing(['cats/a.jpg', 'cats/b.jpg', 'dogs/small/c.jpg']));
    expect(reading?.layout).toEqual({
      kind: 'class-folders',
      table: null,
      sentence: 'Read as class folders: 2 classes',
    });
    expect(reading?.labels.get('dogs/small/c.jpg')).toEqual({ className: 'dogs/small', split: null });
  });

  it('counts classes without an image, like the overview', () => {
    expect(readings(listing(['cats/a.jpg', 'dogs/b.jpg'], { emptyFolders: ['birds'] }))[0]?.layout.sentence).toBe(
      'Read as class folders: 3 classes',
    );
    expect(
      readings(listing(['train/cats/a.jpg', 'test/cats/b.jpg'], { emptyFolders: ['test/dogs'] }))[0]?.layout.sentence,
    ).toBe('Read as split/class folders: train, test × 2 classes');
  });

  it.each([
    [['train/a/1.png', 'val/a/2.png', 'test/a/3.png'], 'train, val, test × 1 class'],
    [['Training/a/1.png', 'VALIDATION/b/2.png', 'holdout/a/3.png'], 'train, val, test × 2 classes'],
    [['dev/a/1.png', 'test/b/2.png'], 'val, test × 2 classes'],
    [['train/a/1.png'], 'train × 1 class'],
  ])('reads %j as splits: %s', (images, words) => {
    const found = readings(listing(images));
    expect(found[0]?.layout.sentence).toBe(`Read as split/class folders: ${words}`);
    expect(found.map(({ layout }) => layout.kind)).toContain('class-folders');
  });

  it('does not treat a single class with the name of a split as a split', () => {
    expect(kinds(listing(['test/sub/1.png', 'cats/2.png', 'dogs/3.png']))[0]).toBe('class-folders');
  });

  it('gives no label to images outside class folders', () => {
    const [reading] = readings(listing(['train/a/1.png', 'train/loose.png', 'val/a/2.png', 'extra/x/3.png']));
    expect([...reading!.labels.keys()]).toEqual(['train/a/1.png', 'val/a/2.png']);
  });

  it('reports class folders without an image', () => {
    const [reading] = readings(listing(['train/a/1.png', 'test/a/2.png'], { emptyFolders: ['train/b', 'val'] }));
    expect(reading?.emptyClasses).toEqual([{ className: 'b', split: 'train' }]);
  });

  it('reads one folder with a table from the table', () => {
    const [reading] = readings(
      listing(['images/1.png', 'images/2.png'], {
        tables: [table('labels.csv', ['filename', 'label'], ['1.png', 'cat'], ['2.png', 'dog'])],
      }),
    );
    expect(reading?.layout).toEqual({
      kind: 'table',
      table: 'labels.csv',
      sentence: 'Read as images labelled by labels.csv: 2 classes',
    });
    expect(reading?.labels.get('images/2.png')).toEqual({ className: 'dog', split: null });
  });

  it('prefers class folders to a table beside them, but offers both', () => {
    expect(
      kinds(
        listing(['cat/1.png', 'dog/2.png'], { tables: [table('labels.csv', ['file', 'class'], ['cat/1.png', 'x'])] }),
      ),
    ).toEqual(['class-folders', 'table']);
  });

  it('uses Hugging Face metadata even beside class folders, like its loader', () => {
    const tables = [
      table('train/metadata.csv', ['file_name', 'label'], ['1.png', 'cat']),
      table('test/metadata.csv', ['file_name', 'label'], ['2.png', 'dog']),
    ];
    const [reading] = readings(listing(['train/1.png', 'test/2.png'], { tables }));
    expect(reading?.layout.table).toBe('*/metadata.csv');
    expect(reading?.labels.get('test/2.png')).toEqual({ className: 'dog', split: 'test' });
  });

  it('reads train.csv and test.csv together', () => {
    const tables = [
      table('train.csv', ['id', 'target'], ['1', 'cat']),
      table('test.csv', ['id', 'target'], ['2', 'dog']),
    ];
    const [reading] = readings(listing(['img/1.png', 'img/2.png'], { tables }));
    expect(reading?.layout.table).toBe('{test,train}.csv');
    expect(reading?.labels.get('img/1.png')).toEqual({ className: 'cat', split: 'train' });
  });

  it('reports table rows whose file is missing, and reads a split column', () => {
    const tables = [
      table('l.tsv', ['Image', 'Category', 'Split'], ['a.png', 'x', 'Training'], ['gone.png', 'y', 'test']),
    ];
    const [reading] = readings(listing(['a.png'], { tables }));
    expect(reading?.labels.get('a.png')).toEqual({ className: 'x', split: 'train' });
    expect(reading?.missing).toEqual([{ path: 'gone.png', className: 'y', split: 'test' }]);
  });

  it('does not guess between two files with the same name', () => {
    const tables = [table('l.csv', ['file', 'label'], ['1.png', 'x'], ['2.png', 'y'])];
    const [reading] = readings(listing(['p/q/1.png', 'p/r/1.png', 'p/r/2.png'], { tables }));
    expect([...reading!.labels.keys()]).toEqual(['p/r/2.png']);
  });

  it('reads the table of one split for the images of that split only', () => {
    const images = ['train/0.png', 'train/1.png', 'test/0.png', 'test/1.png'];
    const tables = [table('trainLabels.csv', ['id', 'label'], ['0', 'cat'], ['1', 'dog'], ['7', 'dog'])];
    const reading = readings(listing(images, { tables })).find(({ layout }) => layout.kind === 'table');
    expect([...reading!.labels.keys()]).toEqual(['train/0.png', 'train/1.png']);
    expect(reading!.missing.map(({ path }) => path)).toEqual(['7']);
  });

  it('gives no label to another file of the same name', () => {
    const tables = [table('l.csv', ['path', 'label'], ['imgs/a/0.jpg', 'cat'], ['imgs/b/1.jpg', 'dog'])];
    const images = ['imgs/a/0.jpg', 'imgs/a/1.jpg', 'imgs/b/2.jpg'];
    const reading = readings(listing(images, { tables })).find(({ layout }) => layout.kind === 'table');
    expect([...reading!.labels]).toEqual([['imgs/a/0.jpg', { className: 'cat', split: null }]]);
    expect(reading!.missing.map(({ path }) => path)).toEqual(['imgs/b/1.jpg']);
  });

  it('gives no label to an image whose rows contradict each other', () => {
    const rows = ['0.jpg,cat', '0.jpg,dog', '1.jpg,dog', '1.jpg,dog'].map((row) => row.split(','));
    const reading = readings(listing(['0.jpg', '1.jpg'], { tables: [table('l.csv', ['file', 'label'], ...rows)] }))[0];
    expect([...reading!.labels.keys()]).toEqual(['1.jpg']);
  });

  it('finds no reading for loose images without a table', () => {
    expect(
      readings(listing(['a.png', 'b.png'], { tables: [table('notes.csv', ['day', 'weather'], ['1', 'rain'])] })),
    ).toEqual([]);
  });

  it('labels an image from its own folders only', () => {
    // Without words that name a split or nothing, such as `val` and `img`.
    const name = fc.stringMatching(/^([a-z]{1,2}|k[a-z]{1,5})$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, name), { minLength: 1, maxLength: 20, selector: ([a, b]) => `${a}/${b}` }),
        (pairs) => {
          const images = pairs.map(([folder, file]) => `${folder}/${file}.png`);
          const folders = readings(listing(images)).find(({ layout }) => layout.kind === 'class-folders');
          for (const path of images)
            expect(folders?.labels.get(path)?.className).toBe(path.slice(0, path.indexOf('/')));
        },
      ),
    );
  });

  it('labels only images of the listing, with a non-empty name, for any listing in any order', () => {
    const name = fc.oneof(
      fc.constantFrom(
        'train',
        'Val',
        'test',
        'validation',
        'a',
        'b',
        'cat',
        '..',
        'images',
        ' ',
        '__proto__',
        'constructor',
      ),
      fc.string({ unit: fc.constantFrom(...Array.from('aZ9 ._-ü猫')), minLength: 1, maxLength: 4 }),
    );
    const path = fc
      .tuple(fc.array(name, { maxLength: 4 }), name)
      .map(([folders, file]) => [...folders, `${file}.png`].join('/'));
    const cells = fc.tuple(fc.oneof(path, name), name);
    const found = fc.record({
      images: fc.uniqueArray(path, { maxLength: 25 }),
      emptyFolders: fc.uniqueArray(name, { maxLength: 3 }),
      tables: fc
        .array(
          fc.tuple(
            fc.constantFrom('labels.csv', 'train.csv', 'test.csv', 'train/metadata.csv', 'metadata.jsonl'),
            fc.constantFrom('label', 'class', 'weather'),
            fc.array(cells, { maxLength: 8 }),
          ),
          { maxLength: 3 },
        )
        .map((all) => all.map(([file, label, rows]) => table(file, ['file_name', label], ...rows))),
    });
    fc.assert(
      fc.property(found, fc.array(fc.nat(), { minLength: 25, maxLength: 25 }), (input, order) => {
        const result = readings(input);
        for (const { labels } of result) {
          for (const [image, { className }] of labels)
            expect(input.images.includes(image) && className !== '').toBe(true);
        }
        const images = input.images
          .map((image, i) => [order[i]!, image] as const)
          .sort(([x], [y]) => x - y)
          .map(([, image]) => image);
        const other = readings({ ...input, images });
        expect(other.map(({ layout }) => layout)).toEqual(result.map(({ layout }) => layout));
        other.forEach(({ labels }, k) =>
          expect(Object.fromEntries(labels)).toEqual(Object.fromEntries(result[k]!.labels)),
        );
      }),
    );
  });
});
