/** Folders beside the classes or the splits that are neither, and tables that only divide the images. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { leftOutText, takenText } from '../../../../src/core/text/folder-reading';
import { listingOf, some, summary, table, type Case } from './folder-case';

const read = (one: Omit<Case, 'expected'>): string => summary(readings(listingOf(one))[0]!, one.images);
const classes = (top: string, count: number, names = ['cat', 'dog', 'fox']) =>
  names.flatMap((name) => some(`${top}${name}`, count, (at) => `${top.replaceAll('/', '')}${name}${at}.jpg`));

describe('beside class folders', () => {
  it('images without labels are no class', () => {
    expect(read({ images: [...classes('', 12), ...some('pred', 6)] })).toBe('class-folders: cat dog fox -6');
  });

  it('splits without classes inside are no classes, and their lists divide nothing', () => {
    const inner = ['TRAIN', 'VAL', 'TEST'].flatMap((split) =>
      some(`detector/${split}`, 4, (at) => `${split}${at}.jpg`),
    );
    const lists = ['TRAIN', 'VAL', 'TEST'].map((split) =>
      table(
        `detector/annotations_${split}.json`,
        ['file', 'size'],
        [0, 1, 2, 3].map((at) => [`${split}${at}.jpg`, `9${at}`]),
      ),
    );
    expect(read({ images: [...classes('', 12), ...inner], tables: lists })).toBe('class-folders: cat dog fox -12');
  });

  it('a folder of real classes stays', () => {
    expect(read({ images: [...classes('', 12), ...some('prediction market', 6)] })).toBe(
      'class-folders: cat dog fox prediction market',
    );
  });
});

describe('data that an archive contains twice', () => {
  const twice = (outer: string) => [...classes('animals/', 6), ...classes(`${outer}/animals/`, 6)];

  it('are one data set, also in a folder around it', () => {
    const images = twice('data');
    expect(read({ images })).toBe('class-folders: cat dog fox');
    expect(takenText(readings(listingOf({ images }))[0]!.record)).toContain(
      '“animals” and “data” are parts or copies of one data set and no classes.',
    );
  });

  it('are two where the names or the classes differ', () => {
    expect(read({ images: [...classes('site_a/images/', 6), ...classes('site_b/images/', 6)] })).toContain(
      'site_a/images/cat',
    );
    expect(read({ images: [...twice('data'), ...some('data/animals/wolf', 6)] })).toContain('wolf');
    expect(read({ images: [...twice('data'), ...some('data/animals/wolf', 6)] })).toContain('data/animals/cat');
  });
});

describe('recordings inside of classes', () => {
  const inside = (name: string) =>
    ['cat', 'dog'].flatMap((one) => [1, 2].flatMap((at) => some(`${one}/${name}${at}`, 4)));

  it.each(['video_', 'clip', 'specimen '])('are no classes: %s', (name) => {
    const images = inside(name);
    expect(read({ images })).toBe('class-folders: cat dog');
    expect(readings(listingOf({ images }))[0]!.record.unused).toContainEqual({
      path: `cat/${name}1`,
      reason: 'folders-inside-classes',
      detail: 'sessions',
    });
  });

  it('are classes where nothing else is', () => {
    expect(read({ images: [...some('video_1', 4), ...some('video_2', 4)] })).toBe('class-folders: video_1 video_2');
  });
});

describe('a folder with the common name of the splits beside it', () => {
  it.each([
    ['rps', 'rps-test-set', 'test'],
    ['horse-or-human', 'validation-horse-or-human', 'val'],
  ])('has the training images: %s', (train, other, split) => {
    const images = [...classes(`${train}/`, 12), ...classes(`${other}/`, 4)];
    expect(read({ images })).toBe(`split-class-folders ${['train', split].sort().join(',')}: cat dog fox`);
  });

  it('has none if no classes are inside, or another one has the training images', () => {
    expect(read({ images: [...some('blood', 12), ...some('blood_test', 12)] })).toBe('class-folders: blood blood_test');
    const images = [...classes('rps/', 12), ...classes('rps-train/', 12), ...classes('rps-test/', 4)];
    expect(read({ images })).toBe('split-class-folders test,train: cat dog fox -36');
  });
});

describe('a table that only divides the images', () => {
  const images = some('faces', 30);
  const who = table(
    'identity.txt',
    ['file', 'label'],
    images.map((path, at) => [path.slice(6), `${2800 + (at % 3)}`]),
  );
  const number = (at: number) => String(at < 20 ? 0 : at < 25 ? 1 : 2);

  it.each([
    ['list_eval_partition.csv', ['image_id', 'partition'], number],
    ['list_eval_partition.txt', ['file', 'label'], number],
    ['eval.txt', ['image_name', 'evaluation_status'], (at: number) => ['train', 'val', 'test'][Number(number(at))]!],
  ])('gives the splits: %s', (path, columns, cell) => {
    const split = table(
      path,
      columns,
      images.map((image, at) => [image.slice(6), cell(at)]),
    );
    const [reading] = readings(listingOf({ images, tables: [who, split] }));
    expect(summary(reading!, images)).toBe('table identity.txt test,train,val: 2800 2801 2802');
    expect(takenText(reading!.record)).toContain(`Splits: train, val and test from the list ${path}.`);
  });
});

describe('tables of splits whose labels are not used', () => {
  const images = classes('Aves/', 12, ['2761', '2764']).map((path) => path.replace('Aves/2764', 'Fish/2764'));
  const tables = (label: (path: string, at: number) => string) =>
    ['train', 'val'].map((name) => {
      const rows = images.map((path, at) => [path, label(path, at), at % 3 > 0 ? 'train' : 'val']);
      const own = rows.filter(([, , split]) => split === name).map((row) => row.slice(0, 2));
      return table(`${name}2018.json`, ['file', 'label'], own);
    });
  const number = (path: string): string => path.split('/')[1]!;

  it('give the splits', () => {
    expect(read({ images, tables: tables(number) })).toBe('class-folders train,val: Aves/2761 Fish/2764');
  });

  it('are named if they divide the images into other classes', () => {
    const told = (label: (path: string, at: number) => string): string[] => {
      const { record } = readings(listingOf({ images, tables: tables(label) }))[0]!;
      return [...takenText(record), ...leftOutText(record, false)].slice(1);
    };
    const splits = 'Splits: train from the list train2018.json and val from the list val2018.json.';
    expect(told(number)).toEqual([splits]);
    expect(told((path, at) => (at === 1 ? '9' : number(path)))).toEqual([
      splits,
      'Not used: train2018.json could label 16 images, but the labels are taken from elsewhere.',
    ]);
  });
});

describe('what is beside the classes', () => {
  const images = classes('', 12);

  it('is no class without images if it holds lists of images', () => {
    const list = table('info/train.txt', ['file', 'label'], [['cat/cat0.jpg', '0']]);
    const given = { images, tables: [list], emptyFolders: ['info', 'wolf'] };
    expect(readings(given)[0]!.emptyClasses).toEqual([{ className: 'wolf', split: null }]);
  });

  it('is no list of the classes if it has many rows for each', () => {
    const rows = images.map((_, at) => [String(4000 + at), ['cat', 'dog', 'fox'][at % 3]!]);
    const said = (one: Parameters<typeof table>[2]) =>
      leftOutText(readings(listingOf({ images, tables: [table('pets.csv', ['id', 'breed'], one)] }))[0]!.record, false);
    expect(said(rows)).toEqual(['Not used: pets.csv names no image of this folder.']);
    expect(said(rows.slice(0, 3))).toEqual(['Not used: pets.csv lists the classes and labels no image.']);
  });

  it('is told if it is a list of numbers or of the classes', () => {
    const boxes = table('boxes.txt', ['1', '60', '27'], [['2', '139', '30']]);
    const names = table('classes.txt', ['file'], [['cat'], ['dog'], ['fox']]);
    const words = table('words.txt', ['file'], [['some'], ['text']]);
    const { record } = readings(listingOf({ images, tables: [boxes, names, words] }))[0]!;
    expect(leftOutText(record, false)).toEqual([
      'Not used: boxes.txt names no image of this folder.',
      'Not used: classes.txt lists the classes and labels no image.',
    ]);
  });
});
