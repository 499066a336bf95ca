/** Tables beside class folders that tell less than the folders, and tables of splits that belong together. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { leftOutText, takenText } from '../../../../src/core/text/folder-reading';
import { listingOf, some, summary, table, type Case } from './folder-case';

const read = (one: Omit<Case, 'expected'>): string => summary(readings(listingOf(one))[0]!, one.images);
const kinds = ['cat', 'dog', 'fox'];
const images = kinds.flatMap((kind) => some(`data/images/${kind}`, 12, (at) => `${kind}${at}.jpg`));
const kindOf = (path: string): string => path.split('/')[2]!;
const inside = (path: string): string => path.slice('data/images/'.length);

describe('class folders are taken, not a table', () => {
  it.each([
    [
      'that gives some images more labels beside the class of the folder',
      table(
        'data/labels/joint.txt',
        ['file', 'label'],
        images.map((path, at) => [inside(path), at % 4 === 0 ? `${kindOf(path)} striped` : kindOf(path)]),
      ),
    ],
    [
      'with the enlargement of each image',
      table(
        'Folds.csv',
        ['fold', 'mag', 'filename'],
        images.flatMap((path, at) => [1, 2].map((fold) => [String(fold), at % 2 === 0 ? '40' : '100', path])),
      ),
    ],
    [
      'that numbers something else without a header',
      table(
        'artists.csv',
        [inside(images[0]!), '0'],
        images.slice(1).map((path, at) => [inside(path), String((at + 1) % 3)]),
      ),
    ],
    [
      'with the sex of patients',
      table(
        'patients.csv',
        ['image', 'sex', 'age'],
        images.map((path, at) => [path, ['female', 'male'][at % 2]!, String(40 + (at % 30))]),
      ),
    ],
    [
      'that says which labels were checked',
      table(
        'data/meta/verified.tsv',
        ['class_name/key', 'verification_label'],
        images.map((path, at) => [inside(path), at % 4 === 0 ? '0' : '1']),
      ),
    ],
  ])('%s', (_, one) => {
    expect(read({ images, tables: [one] })).toBe('class-folders: cat dog fox');
  });

  it('that gives only some of the images the class of their folder', () => {
    const half = [0, 1].map((odd) =>
      table(
        `half_${odd}.csv`,
        ['filename', 'label'],
        images.flatMap((path, at) => (at % 3 === odd ? [[path.slice(path.lastIndexOf('/') + 1), kindOf(path)]] : [])),
      ),
    );
    expect(read({ images, tables: half })).toBe('class-folders: cat dog fox');
    const [reading] = readings(listingOf({ images, tables: half }));
    expect(leftOutText(reading!.record, false)).toContain(
      'Not used: half_0.csv gives 12 images the label that is used.',
    );
  });

  it('but numbers without a header are taken where folders are groups', () => {
    const batches = ['batch_A', 'batch_B'].flatMap((one) => some(`images/${one}`, 12, (at) => `${one}${at}.jpg`));
    const rows = batches.map((path, at) => [path.slice(path.lastIndexOf('/') + 1), String(at % 3)]);
    const [first = [], ...rest] = rows;
    expect(read({ images: batches, tables: [table('train.csv', first, rest)] })).toBe('table train.csv: 0 1 2');
  });

  it('but a table of labels is taken from folders of another kind', () => {
    const sites = ['north', 'south'].flatMap((site) => some(`images/${site}`, 12, (at) => `${site}${at}.jpg`));
    const rows = sites.map((path, at) => [path.slice('images/'.length), ['0', '1'][at % 2]!]);
    expect(read({ images: sites, tables: [table('labels.csv', ['file', 'label'], rows)] })).toBe(
      'table labels.csv: 0 1',
    );
  });
});

describe('folders of first characters', () => {
  const codes = Array.from({ length: 36 }, (_, at) => `${(at % 6).toString(16)}${'abc'[at % 3]!}${1000 + at}f`);
  const spread = codes.map((code) => `train/${code[0]!}/${code[1]!}/${code}.jpg`);
  const rows = codes.map((code, at) => [code, String(100 + (at % 4))]);

  it('give way to a table', () => {
    const one = { images: spread, tables: [table('train.csv', ['id', 'landmark_id'], rows)] };
    expect(read(one)).toBe('table train.csv train: 100 101 102 103');
  });

  it('are classes where the names go on with another word', () => {
    const letters = ['a', 'b'].flatMap((letter) =>
      ['x', 'y'].flatMap((kind) => some(`data/${letter}/${kind}`, 9, (at) => `${letter}${kind}_${at}.jpg`)),
    );
    const numbers = letters.map((path, at) => [path.slice(path.lastIndexOf('/') + 1), String(at % 3)]);
    expect(read({ images: letters, tables: [table('sizes.csv', ['file', 'size'], numbers)] })).toContain(
      'class-folders: a/x a/y b/x b/y',
    );
  });
});

describe('tables of splits', () => {
  const flat = [...some('mnist_m_train', 30), ...some('mnist_m_test', 12)];
  const listOf = (split: string, count: number) =>
    table(
      `mnist_m_${split}_labels.txt`,
      ['file', 'label'],
      Array.from({ length: count }, (_, at) => [`${at}.jpg`, String((at + count) % 3)]),
    );

  it('belong together where words for any table follow the split', () => {
    const tables = [listOf('test', 12), listOf('train', 30)];
    expect(read({ images: flat, tables })).toBe(
      'table {mnist_m_test_labels,mnist_m_train_labels}.txt test,train: 0 1 2',
    );
    const [reading] = readings(listingOf({ images: flat, tables }));
    expect(reading!.labels.get('mnist_m_test/0.jpg')).toEqual({ className: '0', split: 'test' });
    expect(reading!.labels.get('mnist_m_train/1.jpg')).toEqual({ className: '1', split: 'train' });
  });

  const planes = some('data/images', 36, (at) => `${1000 + at}.jpg`);
  const ofSplit = { train: [0, 18], val: [18, 24], test: [24, 36], trainval: [0, 24] } as const;
  const planesOf = (split: keyof typeof ofSplit) =>
    table(
      `data/images_family_${split}.txt`,
      ['file', 'label'],
      planes.slice(...ofSplit[split]).map((path, at) => [path.slice('data/images/'.length), kinds[at % 3]!]),
    );

  it('leave out one that holds the rows of two others', () => {
    const tables = (['test', 'train', 'trainval', 'val'] as const).map(planesOf);
    expect(read({ images: planes, tables })).toBe(
      'table data/{images_family_test,images_family_train,images_family_val}.txt test,train,val: cat dog fox',
    );
    const { record } = readings(listingOf({ images: planes, tables }))[0]!;
    expect(leftOutText(record, false)).toContain(
      'Not used: data/images_family_trainval.txt gives 24 images the label that is used.',
    );
    expect(read({ images: planes, tables: [planesOf('test'), planesOf('trainval')] })).toContain(' test,trainval:');
  });

  it('leave out such a list of images without labels', () => {
    const classes = kinds.flatMap((kind) => some(`images/${kind}`, 12, (at) => `${kind}${at}.jpg`));
    const lists = (['test', 'train', 'trainval', 'val'] as const).map((split) =>
      table(
        `lists/${split}.txt`,
        ['file'],
        classes.slice(...ofSplit[split]).map((path) => [path.slice('images/'.length)]),
      ),
    );
    expect(read({ images: classes, tables: lists })).toBe('class-folders test,train,val: cat dog fox');
  });

  it('are read alike if one of a subject is short', () => {
    const rows = (count: number) => planes.slice(0, count).map((path, at) => [path, String(at % 3)]);
    const long = table('artist_train.csv', planes.slice(0, 1).concat('0'), rows(27).slice(1));
    const short = table(
      'artist_val.csv',
      [planes[27]!, '0'],
      planes.slice(28).map((path, at) => [path, String((at + 1) % 3)]),
    );
    expect(read({ images: planes, tables: [long, short] })).toBe(
      'table {artist_train,artist_val}.csv train,val: 0 1 2',
    );
  });

  it('name the images of their own split, also in folders with letters before the names', () => {
    const sets = [...some('B. Set/1. Images/a. Training Set', 24), ...some('B. Set/1. Images/b. Testing Set', 9)];
    const tables = [
      ['a', 'Training', 24],
      ['b', 'Testing', 9],
    ].map(([letter, split, count]) =>
      table(
        `B. Set/2. Truth/${letter}. Grading_${split} Labels.csv`,
        ['Image name', 'Retinopathy grade'],
        Array.from({ length: Number(count) }, (_, at) => [String(at), String((at + Number(count)) % 3)]),
      ),
    );
    expect(read({ images: sets, tables })).toContain(' test,train: 0 1 2');
    const [reading] = readings(listingOf({ images: sets, tables }));
    expect(reading!.labels.get('B. Set/1. Images/b. Testing Set/1.jpg')).toEqual({ className: '1', split: 'test' });
    expect(reading!.labels.get('B. Set/1. Images/a. Training Set/1.jpg')).toEqual({ className: '1', split: 'train' });
    expect(reading!.labels.size).toBe(33);
  });

  it('say which table gives which split, and which images are in several', () => {
    const both = [planesOf('train'), planesOf('test')].map((one, at) =>
      at === 0 ? one : { ...one, rows: [...one.rows, ['1000.jpg', 'cat']] },
    );
    const [reading] = readings(listingOf({ images: planes, tables: both }));
    expect(takenText(reading!.record)).toEqual(
      expect.arrayContaining([
        'Splits: test from the list data/images_family_test.txt and train from the list data/images_family_train.txt.',
        '1 image is listed in several splits, for example “data/images/1000.jpg”, and is read without a split.',
      ]),
    );
    expect(reading!.labels.get('data/images/1000.jpg')).toEqual({ className: 'cat', split: null });
  });

  it('that name no labels say it too', () => {
    const classes = kinds.flatMap((kind) => some(`images/${kind}`, 12, (at) => `${kind}${at}.jpg`));
    const lists = ['train', 'test'].map((split, at) =>
      table(
        `lists/${split}.txt`,
        ['file'],
        classes.slice(at * 20, 22 + at * 14).map((path) => [path.slice('images/'.length)]),
      ),
    );
    const [reading] = readings(listingOf({ images: classes, tables: lists }));
    expect(takenText(reading!.record)).toContain(
      '2 images are listed in several splits, for example “images/dog/dog8.jpg”, and are read without a split.',
    );
  });
});
