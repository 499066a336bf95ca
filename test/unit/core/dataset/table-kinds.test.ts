/** Label tables of many forms, as competitions and annotation tools write them, in folders of many forms. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { leftOutText, takenText } from '../../../../src/core/text/folder-reading';
import { listingOf, some, summary, table, type Case } from './folder-case';

const first = (one: Omit<Case, 'expected'>) => readings(listingOf(one))[0]!;
const read = (one: Omit<Case, 'expected'>): string => {
  const reading = first(one);
  return summary(reading, one.images);
};
const told = (one: Omit<Case, 'expected'>): string[] => {
  const { record } = first(one);
  return [...takenText(record), ...leftOutText(record, false)];
};
const kinds = ['cat', 'dog', 'fox'];
const kind = (at: number): string => kinds[at % 3]!;
const each = <T>(count: number, row: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => row(at));

describe('a row with two images', () => {
  const images = [...some('eyes', 30, (at) => `${at}_left.jpg`), ...some('eyes', 30, (at) => `${at}_right.jpg`)];
  const rows = each(30, (at) => [String(at), `${at}_left.jpg`, `${at}_right.jpg`, kind(at)]);
  const eyes = { images, tables: [table('data.csv', ['ID', 'Left', 'Right', 'diagnosis'], rows)] };

  it('gives both its label, and says so', () => {
    expect(read(eyes)).toBe('table data.csv: cat dog fox');
    expect(told(eyes)).toContain(
      'The columns “Left” and “Right” of data.csv name two images in each row; each of them gets the label of the row. To read one column, name it with --labels data.csv --image-column.',
    );
  });

  it('counts its rows as in the file', () => {
    const again = [...rows, ['30', '0_left.jpg', '0_right.jpg', 'dog']];
    const one = first({ images, tables: [table('data.csv', ['ID', 'Left', 'Right', 'diagnosis'], again)] });
    expect(one.record.contradicting[0]?.rows.map(({ row }) => row)).toEqual([1, 31]);
  });

  it.each([
    ['the column of the image is called filename', 'filename', 'other', (at: number) => `${at}_right.jpg`],
    ['the other column names masks', 'image', 'mask', (at: number) => `${at}_right.jpg`],
    ['images repeat, as in pairs', 'image', 'other', (at: number) => `${at % 10}_right.jpg`],
  ])('gives only the first its label if %s', (_, image, other, name) => {
    const pairs = each(30, (at) => [`${at}_left.jpg`, name(at), kind(at)]);
    expect(read({ images, tables: [table('data.csv', [image, other, 'label'], pairs)] })).toBe(
      'table data.csv: cat dog fox -30',
    );
  });
});

describe('labels as lists of 0 and 1', () => {
  const images = some('eyes', 30);
  const vector = (at: number) => `[${kinds.map((one) => (one === kind(at) ? '1.0' : '0.0')).join(', ')}]`;

  it('give way to a column of names', () => {
    const rows = each(30, (at) => [`${at}.jpg`, `['${kind(at)}']`, vector(at)]);
    expect(read({ images, tables: [table('full.csv', ['filename', 'labels', 'target'], rows)] })).toBe(
      'table full.csv: cat dog fox',
    );
  });

  it('are read as numbers of classes if there is nothing else', () => {
    const alone = {
      images,
      tables: [
        table(
          'full.csv',
          ['filename', 'target'],
          each(30, (at) => [`${at}.jpg`, vector(at)]),
        ),
      ],
    };
    expect(read(alone)).toBe('table full.csv: 0 1 2');
    expect(told(alone)).toContain(
      'Each label in full.csv is a list of one 1 among zeros; the position of the 1 is read as the number of the class, counted from 0.',
    );
  });
});

describe('a table without a header', () => {
  const images = [...some('cars_train', 40), ...some('cars_test', 12, (at) => `t${at}.jpg`)];
  const rows = (count: number, name: (at: number) => string) =>
    each(count, (at) => [name(at), ...[30 + at, 100 + (at % 7), 600 - at, 400 - (at % 11), (at % 3) + 1].map(String)]);
  const headless = (path: string, all: string[][]) => table(path, all[0]!, all.slice(1));

  it('has its classes in the column that counts from 1, not in the corners of boxes', () => {
    expect(
      read({
        images,
        tables: [
          headless(
            'anno_train.csv',
            rows(40, (at) => `${at}.jpg`),
          ),
          headless(
            'anno_test.csv',
            rows(12, (at) => `t${at}.jpg`),
          ),
        ],
      }),
    ).toBe('table {anno_test,anno_train}.csv test,train: 1 2 3');
  });

  it('of a short split is read like that of a longer one', () => {
    const list = (count: number, start: number) =>
      each(count, (at) => [String(at), String(at % 3), `images/${start + at}.jpg`]);
    const lists = {
      images: some('images', 38),
      tables: [headless('train.lst', list(30, 0)), headless('val.lst', list(8, 30))],
    };
    expect(read(lists)).toBe('table {train,val}.lst train,val: 0 1 2');
  });
});

it('takes no corner of a box for the label y', () => {
  const columns = ['image', 'x1', 'y1', 'x2', 'y2', 'group'];
  const rows = each(40, (at) => [`${at}.jpg`, ...[at * 7, at * 3, 900 - at, 800 - at * 2, at % 3].map(String)]);
  expect(read({ images: some('images', 40), tables: [table('boxes.csv', columns, rows)] })).toBe(
    'table boxes.csv: 0 1 2',
  );
});

it('prefers folders of places to a table of few images', () => {
  const images = [...some('site_a', 15), ...some('site_b', 15, (at) => `b${at}.jpg`)];
  const notes = table(
    'notes.csv',
    ['file', 'quality'],
    each(4, (at) => [`${at}.jpg`, at % 2 === 0 ? 'good' : 'bad']),
  );
  expect(read({ images, tables: [notes] })).toBe('class-folders: site_a site_b');
});

describe('columns of yes and no with empty cells', () => {
  const columns = ['Path', 'Age', 'Healthy', 'Edema', 'Mass', 'Lesion'];
  const images = each(30, (at) => `train/patient${at}/study1/view.jpg`);
  const answers = (at: number, also: string): string[] => [...each(3, (n) => (n === at % 3 ? '1.0' : '')), also];

  it('label the images of patients by the one that is yes', () => {
    const rows = each(30, (at) => [images[at]!, String(at), ...answers(at, at % 10 === 9 ? '1.0' : '')]);
    expect(read({ images, tables: [table('train.csv', columns, rows)] })).toBe(
      'table train.csv train: Edema Healthy Mass -3',
    );
  });

  it('are named if several are yes, and the folders of patients are no sure classes', () => {
    const rows = each(30, (at) => [images[at]!, String(at), ...answers(at, at % 2 === 0 ? '1.0' : '-1.0')]);
    const several = { images, tables: [table('train.csv', columns, rows)] };
    expect(told(several)).toEqual(
      expect.arrayContaining([
        'The folders are named like days, patients, places or folders of a camera, for example “patient0”. They are read as classes because nothing else labels the images.',
        'Not used: train.csv has several columns of yes and no, and several can be yes for one image. To take one as the label, name it with --labels train.csv --label-column.',
      ]),
    );
  });
});

describe('file names that are in several folders', () => {
  const images = [...some('site_a', 18), ...some('site_b', 18)];

  it('are told apart by any column that names the folders', () => {
    const rows = images.map((path, at) => [path.slice(0, 6), path.slice(7), kind(at)]);
    expect(read({ images, tables: [table('labels.csv', ['place', 'filename', 'label'], rows)] })).toBe(
      'table labels.csv: cat dog fox',
    );
  });

  it('are said to name no single image', () => {
    const rows = each(18, (at) => [`${at}.jpg`, kind(at)]);
    expect(told({ images, tables: [table('labels.csv', ['filename', 'label'], rows)] })).toContain(
      'Not used: labels.csv has 18 rows whose file name is in several folders, so it does not say which image is meant. Write the path with the folder into each row.',
    );
  });
});

it('labels a test set with numbers that lack the zeros of the class folders', () => {
  const images = [...kinds.flatMap((_, k) => some(`Training/0000${k}`, 12)), ...some('Test', 9, (at) => `t${at}.ppm`)];
  const test = table(
    'GT-test.csv',
    ['Filename', 'ClassId'],
    each(9, (at) => [`t${at}.ppm`, String(at % 3)]),
  );
  expect(read({ images, tables: [test] })).toBe('split-class-folders test,train: 00000 00001 00002');
});

it('names tables of splits that are not used for splits', () => {
  const images = ['train', 'valid'].flatMap((split) => ['cat', 'dog'].flatMap((name) => some(`${split}/${name}`, 9)));
  const ages = (split: string) =>
    table(
      `${split}.csv`,
      ['Path', 'Age'],
      images.filter((path) => path.startsWith(split)).map((path) => [path, '60.5']),
    );
  expect(told({ images, tables: [ages('train'), ages('valid')] })).toEqual(
    expect.arrayContaining([
      'Not used: train.csv has no column that could hold labels.',
      'Not used: valid.csv has no column that could hold labels.',
    ]),
  );
});

describe('tables of splits', () => {
  const images = [...some('train', 30), ...some('test', 12, (at) => `${100 + at}.jpg`)];
  const train = table(
    'train.csv',
    ['id', 'label'],
    each(30, (at) => [`${at}.jpg`, kind(at)]),
  );
  const test = (label: (at: number) => string) =>
    table(
      'test.csv',
      ['id', 'label'],
      each(12, (at) => [`${100 + at}.jpg`, label(at)]),
    );

  it('give no labels to the test images if those are the same for all, and this is said', () => {
    const form = { images, tables: [train, test(() => 'cat')] };
    expect(read(form)).toBe('table train.csv train: cat dog fox -12');
    expect(told(form)).toContain(
      'Not used: test.csv gives all its 12 images the same label, which tells no classes apart.',
    );
  });

  it('keep the test images that have no labels apart', () => {
    const hidden = { images, tables: [train, test(() => '')] };
    expect(read(hidden)).toBe('table {test,train}.csv train: cat dog fox -12');
  });

  it('give them to the test images if they differ', () => {
    expect(read({ images, tables: [train, test(kind)] })).toBe('table {test,train}.csv test,train: cat dog fox');
  });

  const list = (subject: string, split: string, from: number, label: (at: number) => string) =>
    table(
      `${subject}_${split}.txt`,
      ['file', 'label'],
      each(15, (at) => [`${from + at}.jpg`, label(from + at)]),
    );
  const flat = some('images', 30);

  it('of one subject are not mixed with those of another', () => {
    const tables = ['train', 'test'].flatMap((split, at) => [
      list('images_family', split, 15 * at, (one) => ['wide', 'narrow'][one % 2]!),
      list('images_variant', split, 15 * at, kind),
    ]);
    expect(read({ images: flat, tables })).toMatch(
      /^table \{images_(family|variant)_test,images_\1_train\}\.txt test,train: (cat dog fox|narrow wide)$/,
    );
  });

  it('of which each has another subject belong together', () => {
    const tables = [list('data', 'train', 0, kind), list('labels', 'test', 15, kind)];
    expect(read({ images: flat, tables })).toBe('table {data_train,labels_test}.txt test,train: cat dog fox');
  });
});

describe('a list that numbers the classes of the folders', () => {
  const images = kinds.flatMap((name) => some(`waste/waste/${name}`, 10, (at) => `${name}${at}.jpg`));
  const numbered = (number: (name: string) => string) =>
    table(
      'index.txt',
      ['file', 'label'],
      kinds.flatMap((name) => each(10, (at) => [`${name}${at}.jpg`, number(name)])),
    );

  it('gives way to the names of the folders', () => {
    expect(read({ images, tables: [numbered((name) => String(kinds.indexOf(name) + 1))] })).toBe(
      'class-folders: cat dog fox',
    );
  });

  it('counts if it divides the images in another way', () => {
    expect(read({ images, tables: [numbered((name) => (name === 'cat' ? '1' : '2'))] })).toBe('table index.txt: 1 2');
  });
});

describe('columns of labels', () => {
  const images = some('m', 30);
  const of = (columns: string[], cells: (at: number) => string[]): Omit<Case, 'expected'> => ({
    images,
    tables: [
      table(
        'labels.csv',
        ['file', ...columns],
        each(30, (at) => [`${at}.jpg`, ...cells(at)]),
      ),
    ],
  });

  it('may explain their values in brackets, and come before those of people', () => {
    const one = of(['Prüfer', 'Klasse (1 = gut, 2 = schlecht)'], (at) => [['AB', 'CD'][at % 2]!, String((at % 2) + 1)]);
    expect(told(one)).toContain(
      'Labels: the column “Klasse (1 = gut, 2 = schlecht)” of labels.csv, with the images in the column “file”.',
    );
  });

  it('name no files', () => {
    expect(read(of(['label'], (at) => [`cat/${at % 3}.png`]))).not.toMatch(/^table/);
  });

  it('may have some cells of several choices', () => {
    const one = of(['choice'], (at) => [at === 3 ? '{"choices": ["cat", "dog"]}' : kind(at)]);
    expect(read(one)).toBe('table labels.csv: cat cat|dog dog fox');
  });

  it('may be merged cells of a spreadsheet', () => {
    const merged = told(of(['label'], (at) => [at % 10 === 0 ? kind(at / 10) : '']));
    expect(merged).toContain(
      '27 rows have no label, and each label stands once above them, as merged cells of a spreadsheet are saved. Write the label into each row.',
    );
    expect(told(of(['label'], (at) => [at % 3 === 0 ? kind(at / 3) : ''])).join()).toContain('20 rows give no label');
  });
});

describe('classes in folders', () => {
  it('stay two in two Unicode forms, as loaders read them: a finding offers to merge them', () => {
    const images = [...some('train/Caf\u00e9', 3), ...some('test/Cafe\u0301', 3), ...some('train/Lait', 3)];
    expect(read({ images })).toBe('split-class-folders test,train: Cafe\u0301 Caf\u00e9 Lait');
  });

  it('contain groups that are named after them', () => {
    const images = ['airport', 'dam'].flatMap((name) => each(6, (at) => some(`${name}/${name}_${at}`, 3)).flat());
    expect(read({ images })).toBe('class-folders: airport dam');
    expect(told({ images }).join()).toContain(
      'They are named like their class with a number, so they are taken as groups',
    );
    const few = ['apple', 'plum'].flatMap((name) => each(3, (at) => some(`${name}/${name}_${at}`, 3)).flat());
    expect(read({ images: few })).toContain('apple/apple_0');
  });
});
