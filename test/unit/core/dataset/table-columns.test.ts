/** Columns of real tables that must not be taken for the label, and lists whose columns say more than one thing. */
import { describe, expect, it } from 'vitest';
import { withJoinedLabels } from '../../../../src/core/dataset/cloud-rows';
import { readings } from '../../../../src/core/dataset/layout';
import { parseListFile } from '../../../../src/core/dataset/list-file';
import { listingOf, some, summary, table, type Case } from './folder-case';

const first = (one: Omit<Case, 'expected'>) => readings(listingOf(one))[0];
const read = (one: Omit<Case, 'expected'>): string | null => {
  const reading = first(one);
  return reading ? summary(reading, one.images) : null;
};
const kinds = ['cat', 'dog', 'fox'];
const kind = (at: number): string => kinds[at % 3]!;
const each = <T>(count: number, row: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => row(at));
const flat = some('images', 36);
const folders = kinds.flatMap((name) => some(name, 12, (at) => `${name}${at}.jpg`));
const labelColumn = (columns: readonly string[], row: (at: number) => readonly string[]) =>
  first({
    images: flat,
    tables: [
      table(
        't.csv',
        ['file', ...columns],
        each(36, (at) => [`${at}.jpg`, ...row(at)]),
      ),
    ],
  })?.record.labels.labelColumn ?? null;

describe('no label', () => {
  it('is nested JSON, even as the only column', () => {
    expect(labelColumn(['objects'], (at) => (at % 2 === 0 ? ['[]'] : ['[{"class": 1, "box": [1, 2]}]']))).toBeNull();
  });

  it('is a coordinate', () => {
    expect(labelColumn(['lefteye_x', 'nose.y'], (at) => [String(60 + (at % 5)), '9'])).toBeNull();
    expect(labelColumn(['label_x', 'nose_y'], (at) => [String(at % 3), '9'])).toBe('label_x');
  });

  it('is what DICOM says about the picture', () => {
    const row = (at: number) => ['LR'[at % 2]!, 'MG', ['full images', 'cropped images'][at % 2]!];
    expect(labelColumn(['Laterality', 'Modality', 'SeriesDescription'], row)).toBeNull();
  });

  it('is the split of images that are to be found again', () => {
    const split = (at: number): string => ['train', 'query', 'gallery'][at % 3]!;
    expect(labelColumn(['evaluation_status'], (at) => [split(at)])).toBeNull();
    expect(labelColumn(['kind'], (at) => [['query', 'gallery'][at % 2]!])).toBe('kind');
  });

  it('is a question with yes and no, if another column has names', () => {
    const row = (at: number) => [at % 2 === 0 ? 'True' : 'False', kind(at), ['yes', 'UNK', 'no'][at % 3]!];
    expect(labelColumn(['smoker', 'finding_type', 'grew'], row)).toBe('finding_type');
    expect(labelColumn(['smoker', 'diagnostic'], (at) => [at % 2 === 0 ? 'True' : 'False', kind(at)])).toBe(
      'diagnostic',
    );
  });
});

describe('columns beside the label', () => {
  it('are offered if they have the labels of several people', () => {
    const rows = each(36, (at) => [`${at}.jpg`, ...[at, at, at + 1].map((one) => String(one % 3))]);
    const reading = first({ images: flat, tables: [table('t.csv', ['image', 'label', 'label_A', 'label_B'], rows)] });
    expect(reading?.record.labels.labelColumns).toEqual(['label', 'label_A', 'label_B']);
  });

  it('are not shares if one of them is always the largest', () => {
    const rows = each(36, (at) => [`${at}.jpg`, String([0, 5, 87][at % 3]), String(22408 + Math.floor(at / 4) * 17)]);
    const reading = first({ images: flat, tables: [table('t.csv', ['image', 'chain', 'hotel_id'], rows)] });
    expect(reading?.record.notes.map(({ code }) => code) ?? []).not.toContain('soft');
  });

  it('are not a second image if they repeat the name of the first', () => {
    const images = [...some('d/cat', 20, (at) => `c${at}.jpg`), ...some('d/dog', 20, (at) => `d${at}.jpg`)];
    const rows = images.map((path) => [`/input/${path}`, path.slice(6), path.slice(2, 5)]);
    const found = read({ images, tables: [table('df.csv', ['filepath', 'basename', 'label'], rows)] });
    expect(found).toBe('table df.csv: cat dog');
    const again = images.map((path, at) => [`/input/${path}`, `${at % 20}.jpg`, path.slice(2, 5)]);
    const same = images.map((path, at) => path.replace(/[^/]+$/, `${at % 20}.jpg`));
    const tables = [
      table(
        'df.csv',
        ['filepath', 'basename', 'label'],
        again.map(([, name, label], at) => [`/input/${same[at]!}`, name!, label!]),
      ),
    ];
    expect(read({ images: same, tables })).toBe('table df.csv: cat dog');
  });

  it.each([
    ['isup_grade', 'data_provider'],
    ['Retinopathy grade', 'Risk of macular edema'],
  ])('are left to %s', (label, other) => {
    const beside = (at: number) => (other === 'data_provider' ? ['a', 'b'][at % 2]! : String(at % 3));
    expect(labelColumn([other, label], (at) => [beside(at), String(at % 5)])).toBe(label);
  });

  it('are none if they are of a camera, or remarks', () => {
    const row = (at: number) =>
      [
        ['100', '200'],
        ['On', 'Off'],
        ['50mm', '35mm'],
        ['ok', ''],
      ].map((values) => values[at % 2]!);
    expect(labelColumn(['ISO', 'Flash', 'Lens', 'comment'], row)).toBeNull();
    const model = (at: number) => [['Canon', 'Nikon'][at % 2]!, ...row(at).slice(1)];
    expect(labelColumn(['Model', 'Flash', 'Lens', 'comment'], model)).toBeNull();
    expect(labelColumn(['Model'], (at) => model(at).slice(0, 1))).toBe('Model');
    expect(
      labelColumn(['Status', 'http_code', 'url'], (at) => [['ok', 'retry'][at % 2]!, '200', `x/${at}`]),
    ).toBeNull();
    expect(labelColumn(['Status', 'Age'], (at) => [['ok', 'ill'][at % 2]!, String(at)])).toBe('Status');
  });
});

describe('rows that name folders', () => {
  const studies = each(
    12,
    (at) => `MURA-v1.1/train/XR_HAND/patient${at}/study1_${at % 3 === 0 ? 'positive' : 'negative'}/`,
  );
  const images = studies.flatMap((study) => [`data/${study}image1.png`, `data/${study}image2.png`]);
  const lines = studies.map((study) => [study, study.includes('positive') ? '1' : '0']);

  it('label all images in them', () => {
    const [header = [], ...rows] = lines;
    expect(read({ images, tables: [table('studies.csv', header, rows)] })).toMatch(/^table studies.csv.*: 0 1$/);
    expect(read({ images, tables: [table('studies.csv', ['study', 'label'], lines)] })).toMatch(
      /^table studies.csv.*: 0 1$/,
    );
  });

  it('label none if the folder is in two places', () => {
    const twice = [...images, ...images.map((path) => path.replace('data/', 'copy/'))];
    expect(read({ images: twice, tables: [table('studies.csv', ['study', 'label'], lines)] })).not.toContain('table');
  });
});

it('reads the words of a list with a number before the name of the image', () => {
  const lines = each(12, (at) => `${at} x${at}.png ${['negative', 'positive'][at % 2]} rsna`);
  expect(parseListFile(lines.join('\n'))?.columns).toHaveLength(4);
  expect(parseListFile('my photos/a.jpg cat\nmy photos/b.jpg dog')?.rows).toEqual([
    ['my photos/a.jpg', 'cat'],
    ['my photos/b.jpg', 'dog'],
  ]);
});

it('reads the answers of Labelbox in cells', () => {
  const answer = (name: string) =>
    JSON.stringify({ objects: [], classifications: [{ title: 'animal', answer: { title: name, value: 'x' } }] });
  const rows = each(36, (at) => [`${at}.jpg`, answer(kind(at))]);
  expect(read({ images: flat, tables: [table('export.csv', ['External ID', 'Label'], rows)] })).toBe(
    'table export.csv: cat dog fox',
  );
});

it('reads whole numbers with decimals after a comma as classes', () => {
  expect(labelColumn(['Grad', 'Alter'], (at) => [`${at % 4},0`, `${50 + at},5`])).toBe('Grad');
});

describe('metadata beside class folders', () => {
  const metadata = (columns: readonly string[], row: (at: number) => readonly string[]) =>
    table(
      'metadata.jsonl',
      ['file_name', ...columns],
      folders.map((path, at) => [path, ...row(at)]),
    );

  it('gives the labels if a column is named so', () => {
    expect(read({ images: folders, tables: [metadata(['label'], (at) => [at % 2 === 0 ? 'a' : 'b'])] })).toBe(
      'table metadata.jsonl: a b',
    );
  });

  it('leaves the labels to the folders if it has only boxes', () => {
    const boxes = metadata(['objects_bbox', 'objects_categories'], (at) => ['[[1,2,3,4]]', `[${at % 2}]`]);
    expect(read({ images: folders, tables: [boxes] })).toBe('class-folders: cat dog fox');
  });
});

describe('import files of Google', () => {
  const row = (at: number) => [
    ['TRAIN', 'TEST', 'UNASSIGNED'][at % 3]!,
    `gs://bucket/images/${at}.jpg`,
    ['cat', 'dog'][at % 2]!,
  ];

  it('may leave the split of an image open', () => {
    const [header = [], ...rows] = each(36, row);
    expect(read({ images: flat, tables: [table('import.csv', header, rows)] })).toBe(
      'table import.csv test,train: cat dog',
    );
  });

  it('have several labels in cells of their own', () => {
    const rows = [row(0), [...row(1), 'fox'], [...row(2), ' ', '']];
    expect(withJoinedLabels(rows).map((cells) => cells.slice(2))).toEqual([['cat'], ['dog|fox'], ['cat']]);
    const boxes = [[...row(0), '0.1', '0.2'], row(1)];
    expect(withJoinedLabels(boxes)).toBe(boxes);
    const local = [['TRAIN', 'a.jpg', 'cat', 'dog']];
    expect(withJoinedLabels(local)).toBe(local);
  });
});

describe('a list with classes on several levels', () => {
  const line = (at: number, levels: string) => `${kind(at)}/${kind(at)}${Math.floor(at / 3)}.jpg,${levels}`;
  const lines = each(36, (at) => line(at, `${at % 3 === 0 ? 0 : 1},${at % 3}`));

  it('has the finest one as label', () => {
    expect(parseListFile(lines.join('\n'))).toMatchObject({ columns: ['file', 'level 1', 'label'] });
  });

  it('gives way to folders that it numbers, and says the splits', () => {
    const part = (from: number, to: number) => parseListFile(lines.slice(from, to).join('\n'))!;
    const [train, test] = [part(0, 24), part(24, 36)];
    const images = folders.map((path) => `photos/${path}`);
    const tables = [
      table('tree_train.txt', train.columns, train.rows),
      table('tree_test.txt', test.columns, test.rows),
    ];
    expect(read({ images, tables })).toBe('class-folders test,train: cat dog fox');
  });

  it('is not what boxes after the class are', () => {
    const boxes = each(36, (at) => line(at, `${at % 3},${at * 7},${at * 11},40,40`));
    expect(parseListFile(boxes.join('\n'))?.columns).toEqual(['file', 'label']);
  });
});

describe('images that have codes instead of numbers', () => {
  const code = (at: number) => `0000${at}9e-21dc-4d0c-bfe1-4cae3c85c829`;
  const images = each(12, (at) => `birds/images/0${817 + (at % 2)}/${at}.jpg`);
  const list = (name: string, cell: (at: number) => string) => {
    const [header = [], ...rows] = each(12, (at) => [code(at), cell(at)]);
    return table(`birds/${name}.txt`, header, rows);
  };

  it('are joined with their classes and splits', () => {
    const tables = [
      list('images', (at) => images[at]!.slice('birds/images/'.length)),
      list('image_class_labels', (at) => String(817 + (at % 2))),
      list('train_test_split', (at) => String(at % 3 === 0 ? 0 : 1)),
      table(
        'birds/classes.txt',
        ['0', 'Birds'],
        [
          ['817', 'Oak Titmouse'],
          ['818', 'Blue Jay'],
        ],
      ),
    ];
    expect(read({ images, tables })).toMatch(/train_test_split.*test,train: Blue Jay Oak Titmouse$/);
  });
});

describe('cells that are no label', () => {
  const told = (label: (at: number) => string, more: readonly (readonly string[])[] = []) => {
    const rows = [...each(36, (at) => [`${at}.jpg`, label(at)]), ...more];
    const tables = [table('t.csv', ['file', 'label'], rows)];
    return { read: read({ images: flat, tables }), notes: first({ images: flat, tables })!.record.notes };
  };

  it('are the nulls of MySQL', () => {
    expect(told((at) => (at < 6 ? '\\N' : kind(at))).read).toBe('table t.csv: cat dog fox -6');
  });

  it('may be what R writes for them, which is said, unless the labels are codes', () => {
    const missing = { code: 'minus-one', count: 6, detail: 'NA' };
    expect(told((at) => (at < 6 ? 'NA' : kind(at))).notes).toContainEqual(missing);
    expect(told((at) => (at < 6 ? 'NA' : ['DE', 'FR'][at % 2]!)).notes).not.toContainEqual(missing);
  });

  it('are sums in the last row', () => {
    const { read: found, notes } = told(kind, [['Total', '36']]);
    expect(found).toBe('table t.csv: cat dog fox');
    expect(notes).toContainEqual({ code: 'empty', count: 1, detail: '' });
  });
});

it('reads the sheets of one workbook that are named after splits together', () => {
  const sheet = (name: string, from: number, to: number) =>
    table(`labels.xlsx (${name})`, ['image', 'label'], each(36, (at) => [`${at}.jpg`, kind(at)]).slice(from, to));
  const tables = [sheet('Train', 0, 24), sheet('val', 24, 30), sheet('test', 30, 36), sheet('notes', 0, 0)];
  expect(read({ images: flat, tables })).toBe('table labels.xlsx (Train,test,val) test,train,val: cat dog fox');
});

it('reads the class in the names of files that the system copied', () => {
  const images = ['cat', 'dog'].flatMap((name) => [
    ...some('train', 12, (at) => `${name}.${at}.jpg`),
    `train/${name}.1 (2).jpg`,
    `train/${name}.2 - Copy.jpg`,
  ]);
  expect(read({ images })).toBe('file-names train: cat dog');
});
