/** Splits from lists of images without labels, and tables that are joined by the numbers of images. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { whyNoLabels } from '../../../../src/core/dataset/why-no-labels';
import { parseListFile } from '../../../../src/core/dataset/list-file';
import { splitLists } from '../../../../src/core/dataset/split-lists';
import type { Table } from '../../../../src/core/dataset/table';

const names = Array.from({ length: 6 }, (_, at) => `${at % 2 === 0 ? 'cake' : 'pie'}/${at}00`);
const images = names.map((name) => `images/${name}.jpg`);
const list = (path: string, lines: readonly string[]): Table => ({
  path,
  ...parseListFile(lines.join('\n'))!,
  problem: null,
});
const [train, test] = [names.slice(0, 4), names.slice(4)];

describe('lists of images', () => {
  it('give the splits of class folders', () => {
    const tables = [list('meta/train.txt', train), list('meta/test.txt', test)];
    const [first] = readings({ images, emptyFolders: [], tables });
    expect(first!.layout).toMatchObject({
      kind: 'class-folders',
      sentence: 'Read as class folders: train, test × 2 classes',
    });
    expect(first!.labels.get('images/cake/000.jpg')).toEqual({ className: 'cake', split: 'train' });
    expect(first!.labels.get('images/pie/500.jpg')).toEqual({ className: 'pie', split: 'test' });
    expect(first!.record.splitLists.map(({ path }) => path).sort()).toEqual(['meta/test.txt', 'meta/train.txt']);
  });

  it('give no split to an image in lists of two splits, and need two splits', () => {
    const both = splitLists([list('train.txt', names), list('test.txt', test)], images);
    expect(both).toMatchObject({ several: ['images/cake/400.jpg', 'images/pie/500.jpg'] });
    expect(both!.splits.size).toBe(4);
    expect(splitLists([list('train.txt', train), list('wnids.txt', ['a', 'b'])], images)).toBeNull();
  });

  it('of several numbered divisions, the first is used', () => {
    const tables = [1, 2, 10].flatMap((n) => [list(`train${n}.txt`, train), list(`test${n}.txt`, test)]);
    const found = splitLists(tables.toReversed(), images)!;
    expect(found.lists.map(({ path }) => path).sort()).toEqual(['test1.txt', 'train1.txt']);
    expect(found.others).toHaveLength(4);
  });

  it('tell no splits where the folders or the table tell them', () => {
    const folders = ['train', 'test'].flatMap((split) => names.map((name) => `${split}/${name}.jpg`));
    const tables = [list('train.txt', train), list('test.txt', test)];
    const [first] = readings({ images: folders, emptyFolders: [], tables });
    expect(first!.record.splitLists).toEqual([]);
  });
});

describe('tables that number the images', () => {
  it('are joined', () => {
    const tables = [
      list(
        'images.txt',
        images.map((path, at) => `${at + 1} ${path.slice('images/'.length)}`),
      ),
      list(
        'image_class_labels.txt',
        images.map((_, at) => `${at + 1} ${(at % 2) + 1}`),
      ),
      list(
        'train_test_split.txt',
        images.map((_, at) => `${at + 1} ${at < 4 ? 1 : 0}`),
      ),
      list('classes.txt', ['1 cake', '2 pie']),
    ];
    const [first] = readings({ images, emptyFolders: [], tables });
    expect(first!.layout.sentence).toMatch(/^Read as images labelled by images\.txt \+ .*: train, test × 2 classes$/);
    expect(first!.labels.get('images/pie/500.jpg')).toEqual({ className: 'pie', split: 'test' });
  });
});

it('names files of single images', () => {
  const others = images.map((path) => path.replace('images', 'boxes').replace('.jpg', '.txt'));
  const flat = images.map((path) => `images/${path.replaceAll('/', '_')}`);
  expect(whyNoLabels({ images, others, tables: [], emptyFolders: [] })[0]).toMatch(
    /^6 images have a \.txt file of the same name \(boxes\/cake\/000\.txt\)/,
  );
  expect(whyNoLabels({ images: flat, others, tables: [], emptyFolders: [] })).toEqual([]);
});
