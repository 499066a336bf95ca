/** Folders as people download and make them: what each is read as. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { labelsOfJson } from '../../../../src/core/dataset/label-json';
import { parseListFile } from '../../../../src/core/dataset/list-file';
import type { Table } from '../../../../src/core/dataset/table';
import { listingOf, rowsOf, some, summary, table, type Case } from './folder-case';

const list = (path: string, text: string): Table => ({ path, ...parseListFile(text)!, problem: null });
const TINY_IMAGENET = [
  ...some('train/n01443537/images', 3),
  ...some('train/n01629819/images', 3),
  ...some('val/images', 3, (at) => `val_${at}.JPEG`),
  ...some('test/images', 2, (at) => `test_${at}.JPEG`),
];

const CASES: Record<string, Case> = {
  'train_set and test_set': {
    images: [...some('train_set/cat', 3), ...some('train_set/dog', 3), ...some('test_set/cat', 2)],
    expected: 'split-class-folders test,train: cat dog',
  },
  'Training and Testing in archive': {
    images: [...some('archive/Training/a', 2), ...some('archive/Training/b', 2), ...some('archive/Testing/a', 2)],
    expected: 'split-class-folders test,train: a b',
  },
  'two wrappers around three splits': {
    images: ['train', 'val', 'test'].flatMap((split) => [
      ...some(`data/chest_xray/${split}/NORMAL`, 2),
      ...some(`data/chest_xray/${split}/PNEUMONIA`, 2),
    ]),
    expected: 'split-class-folders test,train,val: NORMAL PNEUMONIA',
  },
  'split folders that contain themselves': {
    images: [
      ...some('seg_train/seg_train/sea', 3),
      ...some('seg_train/seg_train/street', 3),
      ...some('seg_test/seg_test/sea', 3),
      ...some('seg_pred/seg_pred', 4),
    ],
    expected: 'split-class-folders test,train: sea street -4',
  },
  'val2017 and train2017': {
    images: [...some('train2017/a', 2), ...some('val2017/a', 2), ...some('val2017/b', 2)],
    expected: 'split-class-folders train,val: a b',
  },
  'TRAIN, Valid and hold-out': {
    images: [...some('TRAIN/a', 2), ...some('TRAIN/b', 2), ...some('Valid/a', 2), ...some('hold-out/b', 2)],
    expected: 'split-class-folders test,train,val: a b',
  },
  'trainset beside testset, written together': {
    images: [...some('trainset/a', 2), ...some('trainset/b', 2), ...some('testset/a', 1)],
    expected: 'split-class-folders test,train: a b',
  },
  'five folds': {
    images: [1, 2, 3, 4, 5].flatMap((fold) => [...some(`fold${fold}/a`, 2), ...some(`fold${fold}/b`, 2)]),
    expected: 'split-class-folders fold1,fold2,fold3,fold4,fold5: a b',
  },
  'two test splits keep their names': {
    images: [...some('train/a', 2), ...some('train/b', 2), ...some('test1/a', 2), ...some('test2/a', 2)],
    expected: 'split-class-folders test1,test2,train: a b',
  },
  'a flat test folder beside class folders of train': {
    images: [...some('train/a', 3), ...some('train/b', 3), ...some('test', 4)],
    expected: 'split-class-folders train: a b -4',
  },
  'train and unlabeled': {
    images: [...some('train/a', 3), ...some('train/b', 3), ...some('unlabeled', 4)],
    expected: 'split-class-folders train: a b -4',
  },
  'vehicles with the class train': {
    images: [...some('car', 5), ...some('plane', 5), ...some('train', 5)],
    expected: 'class-folders: car plane train',
  },
  'vehicles with the class train, in splits': {
    images: ['train', 'test'].flatMap((split) =>
      ['car', 'plane', 'train'].flatMap((name) => some(`${split}/${name}`, 3)),
    ),
    expected: 'split-class-folders test,train: car plane train',
  },
  'a class test beside control': {
    images: [...some('test', 5), ...some('control', 5)],
    expected: 'class-folders: control test',
  },
  'valid and invalid': {
    images: [...some('valid', 5), ...some('invalid', 5)],
    expected: 'class-folders: invalid valid',
  },
  'steam_train and model_train': {
    images: [...some('steam_train', 5), ...some('model_train', 5), ...some('blood_test', 5)],
    expected: 'class-folders: blood_test model_train steam_train',
  },
  'one folder around the classes': {
    images: [...some('flowers/rose', 3), ...some('flowers/tulip', 3)],
    expected: 'class-folders: rose tulip',
  },
  'one folder around the classes, and a loose picture': {
    images: ['cover.png', ...some('flowers/rose', 3), ...some('flowers/tulip', 3)],
    expected: 'class-folders: rose tulip -1',
  },
  'a class folder with a folder of its own': {
    images: [...some('cat', 3), ...some('cat/kitten', 3)],
    expected: 'class-folders: cat cat/kitten',
  },
  'digits as class folders': {
    images: ['0', '1', '2'].flatMap((digit) => some(digit, 3)),
    expected: 'class-folders: 0 1 2',
  },
  'numbered classes': {
    images: [...some('class1', 3), ...some('class2', 3)],
    expected: 'class-folders: class1 class2',
  },
  'tiny-imagenet': {
    images: TINY_IMAGENET,
    expected: 'split-class-folders train: n01443537 n01629819 -5',
  },
  'tiny-imagenet with its list for val': {
    images: TINY_IMAGENET,
    tables: [
      list(
        'val/val_annotations.txt',
        [0, 1, 2].map((at) => `val_${at}.JPEG\tn0${at === 1 ? '1629819' : '1443537'}\t0\t1\t2\t3`).join('\n'),
      ),
    ],
    expected: 'split-class-folders train,val: n01443537 n01629819 -2',
  },
  'classes that contain their splits': {
    images: ['cat', 'dog'].flatMap((name) => [...some(`${name}/train`, 3), ...some(`${name}/test`, 2)]),
    expected: 'split-class-folders test,train: cat dog',
  },
  'parts of a download with classes': {
    images: [...some('part_1/cat', 3), ...some('part_1/dog', 3), ...some('part_2/cat', 3)],
    expected: 'class-folders: cat dog',
  },
  'parts of a download with a table': {
    images: [
      ...some('HAM_images_part_1', 10, (at) => `ISIC_${at}.jpg`),
      ...some('HAM_images_part_2', 10, (at) => `ISIC_${at + 10}.jpg`),
    ],
    tables: [
      table(
        'HAM_metadata.csv',
        ['image_id', 'label'],
        rowsOf(20, (at) => `ISIC_${at}`),
      ),
    ],
    expected: 'table HAM_metadata.csv: a b',
  },
  'flat splits with train.csv, and an example of a submission': {
    images: [...some('train_images', 20, (at) => `${at + 100}.jpg`), ...some('test_images', 6)],
    tables: [
      table(
        'sample_submission.csv',
        ['image_id', 'label'],
        rowsOf(
          6,
          (at) => `${at}.jpg`,
          () => 'a',
        ),
      ),
      table(
        'train.csv',
        ['image_id', 'label'],
        rowsOf(20, (at) => `${at + 100}.jpg`),
      ),
    ],
    expected: 'table train.csv train: a b -6',
  },
  'the same numbers in train and test': {
    images: [...some('train', 12, (at) => `${at}.png`), ...some('test', 6, (at) => `${at}.png`)],
    tables: [table('trainLabels.csv', ['id', 'label'], rowsOf(12, String))],
    expected: 'table trainLabels.csv train: a b -6',
  },
  'a table for the flat test folder only': {
    images: [...some('Train/0', 5), ...some('Train/1', 5), ...some('Test', 4, (at) => `t${at}.png`)],
    tables: [
      table(
        'Test.csv',
        ['label', 'path'],
        [0, 1, 2, 3].map((at) => [String(at % 2), `Test/t${at}.png`]),
      ),
    ],
    expected: 'split-class-folders test,train: 0 1',
  },
  'dummy labels never fill a flat test folder': {
    images: [...some('train/a', 5), ...some('train/b', 5), ...some('test', 4, (at) => `t${at}.png`)],
    tables: [
      table(
        'sample_submission.csv',
        ['id', 'label'],
        rowsOf(
          4,
          (at) => `t${at}`,
          () => 'a',
        ),
      ),
    ],
    expected: 'split-class-folders train: a b -4',
  },
  'file names that only repeat the split': {
    images: [...some('train', 6, (at) => `imtrain${at}.jpg`), ...some('valid', 6, (at) => `imvalid${at}.jpg`)],
    expected: null,
  },
  'three splits named in their files': {
    images: ['train', 'val', 'test'].flatMap((split) => some(split, 6, (at) => `roads_${split}_${at}.jpg`)),
    expected: null,
  },
  'labels in file names in two splits, one of them in one split only': {
    images: [
      ...some('train', 6, (at) => `cat.${at}.jpg`),
      ...some('train', 6, (at) => `dog.${at}.jpg`),
      ...some('test', 6, (at) => `cat.1${at}.jpg`),
    ],
    expected: 'file-names test,train: cat dog',
  },
  'labels in file names': {
    images: [
      ...some('train', 12, (at) => `${at % 2 === 0 ? 'cat' : 'dog'}.${at}.jpg`),
      ...some('test1', 4, (at) => `${at}.jpg`),
    ],
    expected: 'file-names train: cat dog -4',
  },
  'breeds in the names of one folder': {
    images: ['Abyssinian', 'american_bulldog', 'Bengal'].flatMap((breed) =>
      some('images', 6, (at) => `${breed}_${at + 1}.jpg`),
    ),
    expected: 'file-names: Abyssinian Bengal american_bulldog',
  },
  'names without any folder': {
    images: Array.from({ length: 12 }, (_, at) => `${at}_${at % 2 === 0 ? 'cat' : 'dog'}.png`),
    expected: 'file-names: cat dog',
  },
  'names of two cameras': {
    images: [...some('holiday', 8, (at) => `IMG_${at}.jpg`), ...some('holiday', 8, (at) => `DSC_${at}.jpg`)],
    expected: 'class-folders: holiday',
  },
  'class folders whose files repeat the class': {
    images: [...some('cat', 6, (at) => `cat.${at}.jpg`), ...some('dog', 6, (at) => `dog.${at}.jpg`)],
    expected: 'class-folders: cat dog',
  },
  'a list with blanks': {
    images: some('images', 6),
    tables: [list('train.txt', [0, 1, 2, 3, 4, 5].map((at) => `images/${at}.jpg ${at % 2}`).join('\n'))],
    expected: 'table train.txt: 0 1',
  },
  'three lists, one for each split': {
    images: some('images', 6),
    tables: [
      list('train.txt', 'images/0.jpg\tcat\nimages/1.jpg\tdog'),
      list('val.txt', 'images/2.jpg,cat\nimages/3.jpg,dog'),
      list('test.txt', 'images/4.jpg cat\nimages/5.jpg dog'),
    ],
    expected: 'table {test,train,val}.txt test,train,val: cat dog',
  },
  'labels.json beside data': {
    images: some('data', 4),
    tables: [
      {
        path: 'labels.json',
        ...labelsOfJson(JSON.parse('{"0.jpg": "cat", "1.jpg": "dog", "2.jpg": "cat"}'))!,
        problem: null,
      },
    ],
    expected: 'table labels.json: cat dog -1',
  },
  'labels.json as records': {
    images: some('data', 2),
    tables: [
      {
        path: 'labels.json',
        ...labelsOfJson(JSON.parse('[{"file": "data/0.jpg", "label": 3}, {"file": "data/1.jpg", "label": 4}]'))!,
        problem: null,
      },
    ],
    expected: 'table labels.json: 3 4',
  },
  'misspelt splits': {
    images: ['trian', 'validaton', 'tets'].flatMap((split) => [...some(`${split}/a`, 2), ...some(`${split}/b`, 2)]),
    expected: 'split-class-folders test,train,val: a b',
  },
  'a class that looks like a misspelt split': {
    images: [...some('train/a', 2), ...some('trani/b', 2), ...some('boat/c', 2)],
    expected: 'class-folders: boat/c train/a trani/b',
  },
  'brain and vest are no splits': {
    images: ['brain', 'vest'].flatMap((part) => [...some(`${part}/a`, 2), ...some(`${part}/b`, 2)]),
    expected: 'class-folders: brain/a brain/b vest/a vest/b',
  },
  'German splits': {
    images: ['Trainingsdaten', 'Validierung', 'Testdaten'].flatMap((split) => [
      ...some(`${split}/a`, 2),
      ...some(`${split}/b`, 2),
    ]),
    expected: 'split-class-folders test,train,val: a b',
  },
  'Chinese splits': {
    images: ['训练集', '测试集'].flatMap((split) => [...some(`${split}/猫`, 2), ...some(`${split}/狗`, 2)]),
    expected: 'split-class-folders test,train: 狗 猫',
  },
  'StyleGAN: numbered folders and dataset.json': {
    images: [...some('00000', 3), ...some('00001', 3)],
    tables: [
      {
        path: 'dataset.json',
        ...labelsOfJson({ labels: [...some('00000', 3), ...some('00001', 3)].map((path, at) => [path, at % 2]) })!,
        problem: null,
      },
    ],
    expected: 'table dataset.json: 0 1',
  },
  'Oxford-IIIT Pets: numbers in lists, names in files': {
    images: [
      ...some('images', 12, (at) => `${at < 6 ? 'Abyssinian' : 'beagle'}_${at}.jpg`),
      ...some('annotations/trimaps', 12, (at) => `${at < 6 ? 'Abyssinian' : 'beagle'}_${at}.png`),
    ],
    tables: ['trainval', 'test'].map((name, odd) =>
      list(
        `annotations/${name}.txt`,
        Array.from({ length: 12 }, (_, at) => `${at < 6 ? 'Abyssinian' : 'beagle'}_${at} ${at < 6 ? 1 : 2}`)
          .filter((_, at) => at % 2 === odd)
          .join('\n'),
      ),
    ),
    expected: 'file-names test,trainval: Abyssinian beagle -12',
  },
  'train_labels.csv and test_labels.csv': {
    images: some('images', 6),
    tables: [
      table(
        'train_labels.csv',
        ['file', 'label'],
        rowsOf(4, (at) => `${at}.jpg`),
      ),
      table(
        'test_labels.csv',
        ['file', 'label'],
        [
          ['4.jpg', 'a'],
          ['5.jpg', 'b'],
        ],
      ),
    ],
    expected: 'table {test_labels,train_labels}.csv test,train: a b',
  },
  'flat splits without any label': { images: [...some('train', 4), ...some('test', 4)], expected: null },
  'one folder called images without any label': { images: some('images', 6), expected: null },
};

describe('folders as people make them', () => {
  it.each(Object.entries(CASES))('%s', (_, one) => {
    const [reading] = readings(listingOf(one));
    expect(reading ? summary(reading, one.images) : null).toBe(one.expected);
  });

  it('are read the same with an unrelated table, list or empty folder beside them', () => {
    const unrelated = fc.subarray(
      [
        table('notes.csv', ['day', 'weather'], [['1', 'rain']]),
        table('prices.csv', ['id', 'label'], [['x-1', 'cheap']]),
        { path: 'broken.csv', columns: [], rows: [], problem: 'it holds binary data' },
        list('extra/words.txt', 'abc\ndef'),
        list('extra/train.txt', 'x/zzz1\nx/zzz2'),
        list('extra/test.txt', 'x/zzz3\nx/zzz4'),
        list('extra/numbers.txt', '1 0.5 0.5\n0 0.1 0.2'),
      ],
      { minLength: 1 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(CASES)), unrelated, fc.boolean(), (one, more, empty) => {
        const plain = readings(listingOf(one));
        const beside = readings({
          images: one.images,
          tables: [...more, ...(one.tables ?? [])],
          emptyFolders: empty ? ['notes'] : [],
        });
        expect(beside.map((reading) => [reading.layout.kind, reading.layout.table, [...reading.labels]])).toEqual(
          plain.map((reading) => [reading.layout.kind, reading.layout.table, [...reading.labels]]),
        );
      }),
    );
  });

  it('are read as the same kind with other class names', () => {
    const classes = ['apple', 'birch', 'crane', 'Dach'];
    const shapes: ((name: string) => string[])[] = [
      (name) => some(name, 3),
      (name) => some(`archive/${name}`, 3),
      (name) => ['train', 'test'].flatMap((split) => some(`${split}/${name}`, 3)),
      (name) => ['Training', 'Validation'].flatMap((split) => some(`x/${split}/${name}/images`, 3)),
      (name) => ['train', 'test'].flatMap((split) => some(`${name}/${split}`, 3)),
    ];
    const name = fc.stringMatching(/^[a-zà-ÿ][a-zà-ÿ _-]{2,9}[a-z]$/);
    fc.assert(
      fc.property(
        fc.constantFrom(...shapes),
        fc.uniqueArray(name, { minLength: classes.length, maxLength: classes.length }),
        (shape, renamed) => {
          const kinds = (names: readonly string[]) =>
            readings(listingOf({ images: names.flatMap(shape) })).map(({ layout }) => layout.kind);
          expect(kinds(renamed)).toEqual(kinds(classes));
        },
      ),
    );
  });
});
