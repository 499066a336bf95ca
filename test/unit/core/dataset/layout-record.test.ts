/** What a reading says that it took and left out. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { whyNoLabels } from '../../../../src/core/dataset/why-no-labels';
import type { FolderListing } from '../../../../src/core/dataset/layout-types';
import type { Table } from '../../../../src/core/dataset/table';

/** `count` images in a folder: `cats/0.jpg`, `cats/1.jpg`, … */
const some = (folder: string, count: number, name: (at: number) => string = (at) => `${at}.jpg`): string[] =>
  Array.from({ length: count }, (_, at) => `${folder}/${name(at)}`);

function table(path: string, columns: readonly string[], rows: readonly (readonly string[])[]): Table {
  return { path, columns, rows, problem: null };
}

const rowsOf = (
  count: number,
  name: (at: number) => string,
  label = (at: number): string => (at % 2 === 0 ? 'a' : 'b'),
) => Array.from({ length: count }, (_, at) => [name(at), label(at)]);

it('says why a folder gives no labels', () => {
  const tables = [
    table('notes.csv', ['day', 'weather'], [['1', 'rain']]),
    table('labels.csv', [], []),
    table('page.csv', ['<html>'], []),
    table('classes.txt', ['cat'], [['dog']]),
  ];
  expect(whyNoLabels({ images: [...some('train', 2), ...some('test', 2)], tables, emptyFolders: [] })).toEqual([
    'The names of the folders “test” and “train” say that they are splits, so they are no classes.',
    'notes.csv was not used: no column could hold labels (columns: “day” and “weather”).',
    'labels.csv was not used: it is empty.',
    'page.csv was not used: it has a single column.',
  ]);
});

describe('the record of a reading', () => {
  const record = (listing: Pick<FolderListing, 'images'> & Partial<FolderListing>) =>
    readings({ tables: [], emptyFolders: [], ...listing })[0]!.record;

  it('names the folder around everything, the splits, and what is left out of class names', () => {
    expect(
      record({
        images: [
          ...some('data/seg_train/a/images', 2),
          ...some('data/seg_train/b/images', 2),
          ...some('data/seg_test/a/images', 2),
          ...some('data/seg_pred', 3),
        ],
      }),
    ).toMatchObject({
      labels: { from: 'folders', table: null },
      base: 'data',
      splits: [
        { folder: 'data/seg_train', split: 'train' },
        { folder: 'data/seg_test', split: 'test' },
      ],
      same: ['images'],
      unlabelled: { images: 3, folders: [{ folder: 'data/seg_pred', images: 3 }] },
      unused: [{ path: 'data/seg_pred', reason: 'folder-beside-splits', detail: '3' }],
    });
  });

  it.each([
    ['beside other numbers', ['0.0', '1.0', '-1.0'], [{ code: 'minus-one', count: 4, detail: '' }]],
    ['but not where it is one of two classes', ['1', '-1'], []],
    ['but not beside names', ['cat', 'dog', '-1'], []],
  ])('tells of the label −1 %s', (_, labels, expected) => {
    const found = record({
      images: some('img', 12),
      tables: [
        table(
          'labels.csv',
          ['file', 'label'],
          rowsOf(
            12,
            (at) => `img/${at}.jpg`,
            (at) => labels[at % labels.length]!,
          ),
        ),
      ],
    });
    expect(found.notes.filter(({ code }) => code === 'minus-one')).toEqual(expected);
  });

  it('names the columns of the table that is used, its rows without an image, and all tables that are not used', () => {
    const images = some('img', 6);
    expect(
      record({
        images,
        tables: [
          table('labels.csv', ['file', 'label'], [...rowsOf(6, (at) => `${at}.jpg`), ['gone.jpg', 'a']]),
          table(
            'few.csv',
            ['file', 'class'],
            [
              ['0.jpg', 'x'],
              ['1.jpg', 'y'],
            ],
          ),
          table('notes.csv', ['day', 'weather'], [['1', 'rain']]),
          table('other.csv', ['file', 'label'], [['zzz.jpg', 'q']]),
          { path: 'broken.csv', columns: [], rows: [], problem: 'it holds binary data' },
        ],
      }),
    ).toMatchObject({
      labels: { from: 'table', table: 'labels.csv', imageColumn: 'file', labelColumn: 'label' },
      unmatched: { rows: 1, examples: ['gone.jpg'] },
      unused: [
        { path: 'few.csv', reason: 'table-other-used', detail: '2' },
        { path: 'notes.csv', reason: 'table-no-label' },
        { path: 'other.csv', reason: 'table-no-image' },
        { path: 'broken.csv', reason: 'table-unreadable', detail: 'it holds binary data' },
      ],
    });
  });

  it('says which table labels the images that folders do not label', () => {
    expect(
      record({
        images: [...some('Train/0', 5), ...some('Train/1', 5), ...some('Test', 4, (at) => `t${at}.png`)],
        tables: [
          table(
            'Test.csv',
            ['label', 'path'],
            rowsOf(
              4,
              (at) => `Test/t${at}.png`,
              (at) => String(at % 2),
            ).map(([path, label]) => [label!, path!]),
          ),
        ],
      }),
    ).toMatchObject({
      alsoTable: 'Test.csv',
      unlabelled: { images: 0, folders: [] },
      unused: [],
    });
  });
});
