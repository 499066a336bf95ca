/** Tables as programs and offices write them: paths beside names, marks of splits, aligned columns, short lists. */
import { describe, expect, it } from 'vitest';
import { withAlignedCells } from '../../../../src/core/dataset/aligned-cells';
import { readings } from '../../../../src/core/dataset/layout';
import { withoutTitle } from '../../../../src/core/dataset/title-rows';
import { listingOf, some, summary, table, type Case } from './folder-case';

const read = ({ images, tables = [] }: Omit<Case, 'expected'>): string | null => {
  const [first] = readings(listingOf({ images, tables }));
  return first ? summary(first, images) : null;
};
const columnOf = (given: Omit<Case, 'expected'>): string | null | undefined =>
  readings(listingOf(given))[0]?.record.labels.imageColumn;

describe('names and paths of the same images', () => {
  const kinds = ['0', '1', '2'];
  const images = kinds.flatMap((kind) => some(`Labeled/${kind}`, 6, (at) => `kl${kind}_${at}.png`));

  it('are one image in each row, with either slash', () => {
    const rows = images.map((path) => {
      const [, kind = '', name = ''] = path.split('/');
      return [name, `data/Labeled\\${kind}\\${name}`, kind];
    });
    expect(read({ images, tables: [table('m.csv', ['Name', 'Path', 'KL'], rows)] })).toBe('table m.csv: 0 1 2');
  });

  it('are matched by the paths where two folders have the same names', () => {
    const both = ['Training Images', 'preprocessed'].flatMap((folder) => some(folder, 12));
    const rows = some('x', 12).map((path, at) => {
      const name = path.slice(2);
      return [`../input/odir/Training Images/${name}`, at % 2 === 0 ? 'N' : 'D', name];
    });
    const given = { images: both, tables: [table('f.csv', ['filepath', 'label', 'filename'], rows)] };
    expect(read(given)).toBe('table f.csv: D N -12');
    expect(columnOf(given)).toBe('filepath');
  });

  it('are matched by the names where the folders of the paths are not here', () => {
    const flat = some('pics', 12);
    const rows = flat.map((path, at) => {
      const name = path.slice(5);
      return [`C:\\${at % 2 === 0 ? 'cats' : 'dogs'}\\${name}`, name, at % 2 === 0 ? 'cat' : 'dog'];
    });
    const given = { images: flat, tables: [table('f.csv', ['path', 'filename', 'label'], rows)] };
    expect(read(given)).toBe('table f.csv: cat dog');
    expect(columnOf(given)).toBe('filename');
  });
});

describe('a flat folder of test images', () => {
  const classes = ['birds/owl', 'birds/wren', 'cats/lion', 'cats/puma'].flatMap((folder) => some(folder, 5));

  it('is no class beside folders of classes', () => {
    const images = [...classes, ...some('test', 3, (at) => `t${at}.jpg`)];
    expect(read({ images })).toBe('class-folders: birds/owl birds/wren cats/lion cats/puma -3');
  });

  it('may be a class beside words', () => {
    expect(read({ images: ['exam', 'quiz', 'test'].flatMap((folder) => some(folder, 5)) })).toBe(
      'class-folders: exam quiz test',
    );
  });
});

describe('columns that mark the split', () => {
  const images = some('images', 24);
  const marked = (names: readonly string[], mark: (at: number) => number) => [
    table(
      'a.csv',
      ['file', ...names, 'label'],
      images.map((path, at) => [
        path,
        ...names.map((_, one) => (mark(at) === one ? '1' : '0')),
        at % 3 === 0 ? 'cat' : 'dog',
      ]),
    ),
  ];

  it('are read as splits, and not as classes', () => {
    expect(read({ images, tables: marked(['train', 'test'], (at) => Number(at % 4 === 0)) })).toBe(
      'table a.csv test,train: cat dog',
    );
    expect(read({ images, tables: marked(['Train', 'Valid', 'Test'], (at) => at % 3) })).toBe(
      'table a.csv test,train,val: cat dog',
    );
  });

  it('leave columns of classes beside them', () => {
    const rows = images.map((path, at) => [
      path,
      ...[at % 4 > 0, at % 4 === 0, at % 2 > 0, at % 2 === 0].map(Number).map(String),
    ]);
    expect(read({ images, tables: [table('a.csv', ['file', 'train', 'test', 'cat', 'dog'], rows)] })).toBe(
      'table a.csv test,train: cat dog',
    );
  });

  it('are none where a row has both or neither', () => {
    const [one] = marked(['train', 'test'], () => 0);
    expect(read({ images, tables: [one!] })).toBe('table a.csv: cat dog');
  });
});

describe('the split “validate”', () => {
  it('is read in rows of AutoML', () => {
    const images = some('images', 18);
    const rows = images.map((path, at) => [
      ['TRAIN', 'TRAIN', 'VALIDATE', 'TEST'][at % 4]!,
      `gs://bucket/${path}`,
      ['daisy', 'rose'][at % 2]!,
    ]);
    const [first = [], ...others] = rows;
    expect(read({ images, tables: [table('import.csv', first, others)] })).toBe(
      'table import.csv test,train,val: daisy rose',
    );
  });
});

describe('a short list of numbers without column names', () => {
  const list = (count: number, number: (at: number) => number): string | null => {
    const images = some('pics', count);
    const [first = [], ...others] = images.map((path, at) => [path, String(number(at))]);
    return read({ images, tables: [table('labels.csv', first, others)] });
  };

  it('is read where the numbers are those of classes', () => {
    expect(list(12, (at) => at % 3)).toBe('table labels.csv: 0 1 2');
    expect(list(8, (at) => 1 + (at % 2))).toBe('table labels.csv: 1 2');
  });

  it('is not read where they may be measured', () => {
    expect(list(12, (at) => 3 + (at % 3))).toBeNull();
    expect(list(12, (at) => at % 6)).toBeNull();
    expect(list(12, (at) => [0, 2, 5][at % 3]!)).toBeNull();
  });
});

describe('lines above the header', () => {
  const body = [
    ['1', '1.jpg', 'good'],
    ['2', '2.jpg', 'bad'],
    ['3', '3.jpg', 'good'],
  ];
  const head = ['No.', 'Photo', 'Result'];

  it('may have two cells, above the line over the first images', () => {
    const { rows, before } = withoutTitle([
      ['Report 2024', '', ''],
      ['Written by', 'Q. Meier', ''],
      ['', '', ''],
      head,
      ...body,
    ]);
    expect(rows[0]).toEqual(head);
    expect(before).toEqual(['Report 2024', 'Written by Q. Meier']);
  });

  it('are none where the first rows name no image', () => {
    const records = [head, ['1', '', 'good'], ['2', '', 'bad'], ...body];
    expect(withoutTitle(records)).toEqual({ rows: records, before: [] });
  });
});

describe('columns that are aligned with blanks', () => {
  it('are cells of their own', () => {
    expect(withAlignedCells([['images/1.png  1.0       mono'], ['images/2.png  0.0  poly']])).toEqual([
      ['images/1.png', '1.0', 'mono'],
      ['images/2.png', '0.0', 'poly'],
    ]);
  });

  it('are none in names with blanks, in lists of names and in texts', () => {
    for (const records of [
      [['my cat.jpg'], ['a dog.jpg']],
      [['1.jpg'], ['2.jpg']],
      [['the cats'], ['and dogs']],
    ])
      expect(withAlignedCells(records)).toBe(records);
  });
});
