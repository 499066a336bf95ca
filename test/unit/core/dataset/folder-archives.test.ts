/** Folders that archives are unpacked into, side by side: the data, copies of it, other sizes, and images for tests. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { leftOutText } from '../../../../src/core/text/folder-reading';
import { listingOf, some, summary, table } from './folder-case';

const kinds = ['cat', 'dog', 'fox'];
const classes = (top: string, count: number) =>
  kinds.flatMap((kind) => some(`${top}/${kind}`, count, (at) => `${kind}${at}.jpg`));
const splits = (top: string, names = ['train', 'valid']) =>
  names.flatMap((split, at) => classes(`${top}/${split}`, 6 - at));
const read = (images: readonly string[]): string => summary(readings(listingOf({ images }))[0]!, images);

describe('the folder with the data', () => {
  it.each<[string, string[], string]>([
    ['a copy of its splits in a folder around it', [...splits('OCT '), ...splits('oct/OCT ')], '-33'],
    ['a copy in small letters', [...splits('Set (A)/Set (A)'), ...splits('set (a)/Set (A)')], '-33'],
    ['the same classes in another size', [...splits('small/small'), ...classes('big/big', 5)], '-15'],
    ['images for tests', [...splits('Set/Set'), ...some('test/test', 4)], '-4'],
    ['all originals', [...splits('dataset'), ...classes('raw', 9)], '-27'],
    ['pictures of any kind beside splits', [...splits('Set'), ...some('scenes', 4)], '-4'],
  ])('has splits, beside %s', (_, images, without) => {
    expect(read(images)).toBe(`split-class-folders train,val: cat dog fox ${without}`);
  });

  it.each<[string, string[], string]>([
    ['test images', [...classes('Lung set/Lung set', 6), ...some('Lung set/Test cases', 4)], '-4'],
    ['test images that are named after them', [...classes('pets', 6), ...some('pets_test', 4)], '-4'],
    [
      'an archive of test images that is named otherwise',
      [...classes('simpsons_dataset', 6), ...some('kaggle_testset/kaggle_testset', 4)],
      '-4',
    ],
    ['an archive of flat images', [...classes('images/images', 6), ...some('resized/resized', 18)], '-18'],
    [
      'an archive of test images, and a copy inside of it',
      [...classes('set', 6), ...classes('set/set', 6), ...some('our_testset/our_testset', 4)],
      '-22',
    ],
  ])('has classes, beside %s', (_, images, without) => {
    expect(read(images)).toContain(`: cat dog fox`);
    expect(read(images)).toMatch(new RegExp(`${without}$|: cat dog fox -4$`));
  });

  it('does not take real classes away', () => {
    expect(read([...some('Fruit/Fruit/apple', 6), ...some('Fruit/Fruit/pear', 6), ...some('Carrot', 6)])).toBe(
      'class-folders: Carrot Fruit/Fruit/apple Fruit/Fruit/pear',
    );
    expect(read([...some('Fruit/apple', 6), ...some('Fruit/pear', 6), ...some('blood test', 6)])).toBe(
      'class-folders: Fruit/apple Fruit/pear blood test',
    );
    expect(read([...splits('bottle'), ...splits('cable')])).toBe(
      'split-class-folders train,val: bottle/cat bottle/dog bottle/fox cable/cat cable/dog cable/fox',
    );
    expect(read([...splits('fold_1'), ...splits('fold_2')])).toBe(
      'split-class-folders fold_1 train,fold_1 val,fold_2 train,fold_2 val: cat dog fox',
    );
  });

  it('says what is left out', () => {
    const images = [...splits('small/small'), ...classes('big/big', 5)];
    const { record } = readings(listingOf({ images }))[0]!;
    expect(leftOutText(record, false)).toContain(
      'Not used: The folder “big” with 15 images is beside the splits and is none of them.',
    );
  });
});

describe('numbered folders of one split', () => {
  const part = (top: string, names: readonly string[], count: number) =>
    names.flatMap((name) => some(`${top}/${name}`, count, (at) => `${top}${name}${at}.jpg`));

  it('are one if each has other classes', () => {
    const images = [
      ...part('train.X1', ['n01440764', 'n01443537'], 8),
      ...part('train.X2', ['n01484850', 'n01491361'], 8),
      ...part('val.X', ['n01440764', 'n01443537', 'n01484850', 'n01491361'], 2),
    ];
    expect(read(images)).toBe('split-class-folders train,val: n01440764 n01443537 n01484850 n01491361');
  });

  it('stay apart if they have the same ones', () => {
    const images = [...part('train1', kinds, 8), ...part('train2', kinds, 8), ...part('test', kinds, 2)];
    expect(read(images)).toBe('split-class-folders test,train1,train2: cat dog fox');
  });
});

describe('what downloads have beside and inside of the classes', () => {
  it.each<[string, string[], string]>([
    [
      'splits in folds, and augmented images of one fold',
      [
        ...[1, 2].flatMap((fold) => splits(`Set/Set/FOLDS/fold${fold}`, ['Train', 'Test'])),
        ...classes('Augmented/Augmented/FOLDS_AUG/fold1_AUG/Train', 4),
      ],
      'split-class-folders fold1 test,fold1 train,fold2 test,fold2 train: cat dog fox -12',
    ],
    [
      'images for training and validation together, and patients',
      [
        ...classes('train_and_validation_sets/train_and_validation_sets', 6),
        ...classes('test_set/test_set', 3),
        ...classes('patients/patients/1', 3),
        ...classes('patients/patients/2', 3),
      ],
      'split-class-folders test,train_and_validation_sets: cat dog fox -18',
    ],
    [
      'splits with letters before their names',
      [...classes('1. Images/a. Training Set', 6), ...classes('1. Images/b. Testing Set', 3)],
      'split-class-folders test,train: cat dog fox',
    ],
    [
      'test images of several stages',
      [...classes('train', 6), ...some('test_stg1', 4), ...some('test_stg2', 4)],
      'split-class-folders train: cat dog fox -8',
    ],
    [
      'patients, and all of them again',
      ['', 'IDC_all/'].flatMap((top) =>
        ['10253', '10254', '10255', '12242'].flatMap((patient) =>
          ['0', '1'].flatMap((kind) => some(`${top}${patient}/${kind}`, 4, (at) => `${patient}_${at}_${kind}.png`)),
        ),
      ),
      'class-folders: 0 1',
    ],
    [
      'classes in folders of their own names, with parts of the pictures',
      ['im_A', 'im_B', 'im_C'].flatMap((kind) => [
        ...some(`${kind}/${kind}`, 6),
        ...some(`${kind}/${kind}/CROPPED`, 6, (at) => `${at}_01.jpg`),
      ]),
      'class-folders: im_A im_B im_C',
    ],
  ])('%s', (_, images, expected) => {
    expect(read(images)).toBe(expected);
  });

  it('is no class if the names say that it holds masks', () => {
    const images = [...some('train_images', 12), ...some('train_label_masks', 12, (at) => `${at}_mask.jpg`)];
    const labels = table(
      'train.csv',
      ['image_id', 'isup_grade'],
      Array.from({ length: 12 }, (_, at) => [String(at), String(at % 2)]),
    );
    expect(summary(readings(listingOf({ images, tables: [labels] }))[0]!, images)).toBe(
      'table train.csv train: 0 1 -12',
    );
    expect(readings(listingOf({ images }))).toEqual([]);
    expect(readings(listingOf({ images: some('train_v2', 12) }))).toEqual([]);
  });

  it('is no class if it holds masks beside the images of each class', () => {
    const inside = (name: string) =>
      kinds.flatMap((kind) => [...some(kind, 6), ...some(`${kind}/${name}`, 6, (at) => `in${at}.png`)]);
    expect(read(inside('masks'))).toBe('class-folders: cat dog fox -18');
    expect(read(inside('test'))).toBe('class-folders: cat cat/test dog dog/test fox fox/test');
  });

  it('is told if it only repeats the names of the classes', () => {
    const images = kinds.flatMap((kind) => some(`${kind}/${kind}`, 6));
    const { record } = readings(listingOf({ images }))[0]!;
    expect(read(images)).toBe('class-folders: cat dog fox');
    expect(leftOutText(record, false)).toEqual([
      'Not used: The names of folders inside the classes, for example “cat/cat”. They repeat the names of the classes, so they are taken as groups of images, not as classes.',
    ]);
  });

  it('is no class without images if it holds a text for each image', () => {
    const images = [...some('set/CXR_png', 12), ...some('set/other', 12, (at) => `o${at}.jpg`)];
    const others = Array.from({ length: 12 }, (_, at) => `set/Readings/${at}.txt`);
    const given = { images, tables: [], others, emptyFolders: ['set/Readings', 'set/wolf'] };
    expect(readings(given)[0]!.emptyClasses.map(({ className }) => className)).toEqual(['wolf']);
  });
});
