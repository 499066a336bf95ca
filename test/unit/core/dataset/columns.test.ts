import { describe, expect, it } from 'vitest';
import { imageNames, readColumns, type AskedColumns, type ReadTable } from '../../../../src/core/dataset/columns';

const images = Array.from({ length: 40 }, (_, i) => `images/isic_${i}.jpg`);
const classes = ['mel', 'nv'];
/** One row per image; the cells are given by the index of the image and of its class. */
const rows = (row: (i: number, k: number) => readonly (string | number)[]) =>
  images.map((_, i) => row(i, i % 2).map(String));
const read = (header: string, row: (i: number, k: number) => readonly (string | number)[], asked?: AskedColumns) => {
  const found = readColumns({ columns: header.split(','), rows: rows(row) }, imageNames(images), asked);
  if (typeof found === 'string') return found;
  const { file, label, split } = found.found;
  return [file, label, ...(split < 0 ? [] : [split])].map((at) => found.columns[at]);
};
const name = (i: number) => `isic_${i}`;

describe('the columns of a table', () => {
  it.each([
    'image_id,label',
    'id_code,diagnosis',
    'Id,Category',
    'Image Name,species',
    'ImageID,breed',
    'Path,ClassId',
    'id,target',
    'uuid,finding',
    'X,y',
    'foo,bar',
    'picture,Klasse',
  ])('are found by their cells in %s', (header) => {
    expect(read(header, (i, k) => [name(i), classes[k]!])).toEqual(header.split(','));
    const back = header.split(',').toReversed().join(',');
    expect(read(back, (i, k) => [classes[k]!, name(i)])).toEqual(header.split(','));
  });

  it.each([
    ['with a box after the class', (k: number, i: number) => `n0${k} ${i} 20 30 40 `],
    ['with several boxes', (k: number, i: number) => `n0${k} ${i} 2 3 4 n0${k} 5 6 ${i} 8`],
    ['with boxes of fractions', (k: number, i: number) => `${classes[k]!} 0.${i} 0.5 0.25 0.1`],
  ])('are found in cells %s', (_, cell) => {
    expect(read('ImageId,PredictionString', (i, k) => [name(i), cell(k, i)])).toEqual(['ImageId', 'PredictionString']);
  });

  it.each([
    ['filename,cat,dog', 'many-labels'],
    ['filename,cat,dog,age', 'no-label'],
    ['filename,label,dog', ['filename', 'label']],
  ])('of yes and no, with several yes in many rows: %s', (header, expected) => {
    const width = header.split(',').length - 1;
    const row = (i: number): (string | number)[] => [1, Number(i % 2 === 0), i + 0.5].slice(0, width);
    const turned = (i: number) => (i % 5 === 0 ? [0, ...row(i).slice(1)] : row(i));
    expect(read(header, (i) => [name(i), ...turned(i)])).toEqual(expected);
  });

  it('are not found in boxes of one class', () => {
    expect(read('ImageId,PredictionString', (i) => [name(i), `1.0 ${i} 20 30 40`])).toBe('no-label');
  });

  it('are found among many others', () => {
    expect(
      read('lesion_id,image_id,dx,dx_type,age,sex', (i, k) => [
        `HAM_${i}`,
        name(i),
        classes[k]!,
        'histo',
        60 + (i % 7),
        i % 3 === 0 ? 'male' : 'female',
      ]),
    ).toEqual(['image_id', 'dx']);
    expect(read('Width,Height,ClassId,Path', (i, k) => [40, 40, k, `Test/${name(i)}.png`])).toEqual([
      'Path',
      'ClassId',
    ]);
    expect(read(',file,Klasse', (i, k) => [i, `${name(i)}.jpg`, classes[k]!])).toEqual(['file', 'Klasse']);
  });

  it('may be called like the beginning of a checksum', () => {
    expect(read('file,shape', (i, k) => [name(i), classes[k]!])).toEqual(['file', 'shape']);
  });

  it('prefer names to numbers of the same classes', () => {
    expect(read('filename,label,class_name', (i, k) => [name(i), k, classes[k]!])).toEqual(['filename', 'class_name']);
    expect(read('filename,label,what', (i, k) => [name(i), k, classes[k]!])).toEqual(['filename', 'what']);
    expect(read('filename,label,what', (i, k) => [name(i), k, classes[i % 3 && k]!])).toEqual(['filename', 'label']);
  });

  it('are none that say when or by whom an image was labelled', () => {
    const when = (i: number) => `2024-01-0${1 + (i % 9)} 10:0${i % 7}`;
    const row = (i: number, k: number) => [when(i), `user${i % 3}`, name(i), classes[k]!];
    expect(read('Zeitpunkt,Username,Picture,What is it?', row)).toEqual(['Picture', 'What is it?']);
  });

  it('may hold splits', () => {
    expect(read('file,label,data set', (i, k) => [name(i), classes[k]!, k ? 'train' : 'test'])).toEqual([
      'file',
      'label',
      'data set',
    ]);
  });

  it('may be named by the user', () => {
    const row = (i: number, k: number) => [name(i), `isic_${39 - i}`, classes[k]!, i % 4];
    expect(read('a,b,label,zone', row, { image: 'B', label: 'zone' })).toEqual(['b', 'zone']);
    expect(read('a,b,label,zone', row, { image: 'c', label: null })).toBe('no-image');
  });

  it('are none where no cell names an image or no column repeats', () => {
    expect(read('day,weather', (_, k) => [k, classes[k]!])).toBe('no-image');
    expect(read('file,caption', (i) => [name(i), `text ${i}`])).toBe('no-label');
    expect(read('file,weight', (i) => [name(i), (i % 5) / 10])).toBe('no-label');
  });

  it('are read from a table without a header', () => {
    for (const ending of ['', '.jpg']) {
      const all = rows((i, k) => [name(i) + ending, classes[k]!]);
      const found = readColumns({ columns: all[0]!, rows: all.slice(1) }, imageNames(images)) as ReadTable;
      expect(found).toMatchObject({ header: false, columns: ['column 1', 'column 2'], found: { file: 0, label: 1 } });
      expect(found.rows).toHaveLength(images.length);
    }
  });

  it('may be one for each class', () => {
    const given = {
      columns: ['filename', 'cat', 'dog', 'fox'],
      rows: images.map((path, i) => [path, ...[0, 1, 2].map((k) => (i % 3 === k ? '1.0' : '0.0'))]),
    };
    given.rows[0] = [images[0]!, '1.0', '1.0', '0.0'];
    const found = readColumns(given, imageNames(images)) as ReadTable;
    expect(found.oneHot).toEqual(['cat', 'dog', 'fox']);
    expect(found.rows.slice(0, 3).map((row) => row[found.found.label])).toEqual(['', 'dog', 'fox']);
  });

  it('may be several attributes of an image, of which the user must name one', () => {
    const row = (i: number) => [`${name(i)}.jpg`, i % 2 === 0 ? 1 : -1, i % 3 === 0 ? 1 : -1, i % 5 === 0 ? -1 : 1];
    expect(read('image_id,Male,Smiling,Young', row)).toBe('many-labels');
    expect(read('image_id,Male,Smiling,Young', row, { image: null, label: 'Male' })).toEqual(['image_id', 'Male']);
  });

  it('are none among several measurements, but may be one number', () => {
    expect(read('image_id,eye_x,eye_y', (i) => [name(i), 69 + (i % 4), 110 + (i % 3)])).toBe('no-label');
    expect(read('image_id,kind', (i) => [name(i), i % 4])).toEqual(['image_id', 'kind']);
  });

  it('may be the only other column if its cells repeat', () => {
    expect(read('Image,Id', (i) => [`${name(i)}.jpg`, `w_${i >> 1}`])).toEqual(['Image', 'Id']);
  });

  it('name images by addresses, by uploads and by numbers without zeros', () => {
    const numbered = Array.from({ length: 12 }, (_, i) => `images/${String(i).padStart(3, '0')}.jpg`);
    const names = imageNames(numbered);
    const cells: readonly ((i: string) => string)[] = [
      (i) => `s3://bucket/x/${i}.jpg`,
      (i) => `https://host/x/${i}.jpg?token=1`,
      (i) => `/data/upload/1/8f3a2b10-${i}.jpg`,
      (i) => String(Number(i)),
      (i) => `${Number(i)}.0`,
    ];
    for (const cell of cells) {
      const given = numbered.map((path, i) => [cell(path.slice(7, 10)), i % 2 === 0 ? 'cat' : 'dog']);
      expect(readColumns({ columns: ['where', 'what'], rows: given }, names)).toMatchObject({
        found: { file: 0, label: 1 },
      });
    }
  });

  describe('of splits', () => {
    const splits = (header: string, cell: (i: number) => string | number) => {
      const given = { columns: ['filename', 'label', header], rows: rows((i, k) => [name(i), classes[k]!, cell(i)]) };
      const { found, rows: all } = readColumns(given, imageNames(images)) as ReadTable;
      return found.splitOf === null ? null : [...new Set(all.map((row) => found.splitOf!(row[found.split]!)))];
    };
    it('may be flags, folds or the numbers of a partition', () => {
      expect(splits('is_valid', (i) => (i % 4 === 0 ? 'True' : 'False'))).toEqual(['val', 'train']);
      expect(splits('is_training_image', (i) => (i % 4 === 0 ? 0 : 1))).toEqual(['test', 'train']);
      expect(splits('fold', (i) => i % 3)).toEqual(['fold 0', 'fold 1', 'fold 2']);
      expect(splits('partition', (i) => Math.max(0, (i % 8) - 5))).toEqual(['train', 'val', 'test']);
    });

    it('are none for other numbers', () => {
      expect(splits('is_blurry', (i) => i % 2)).toBeNull();
      expect(splits('fold', (i) => (i % 3) / 2)).toBeNull();
      expect(splits('partition', (i) => i % 3)).toEqual(['0', '1', '2']);
    });
  });
});

describe('shares and votes', () => {
  const label = (header: string, row: (i: number, k: number) => readonly (string | number)[]): string[] | string => {
    const found = readColumns({ columns: header.split(','), rows: rows(row) }, imageNames(images));
    return typeof found === 'string' ? found : found.rows.map((one) => one[found.found.label] ?? '');
  };
  const expected = images.map((_, i) => classes[i % 2]!);

  it.each([
    ['shares of 1', (k: number) => (k === 0 ? [0.7, 0.2, 0.1] : [0.2, 0.7, 0.1])],
    ['percentages', (k: number) => (k === 0 ? [70, 20, 10] : [20, 75, 5])],
    ['votes of ten people', (k: number) => (k === 0 ? [7, 2, 1] : [1, 9, 0])],
  ])('%s: the largest column is the label', (_, shares) => {
    expect(label('file,mel,nv,other', (i, k) => [name(i), ...shares(k)])).toEqual(expected);
  });

  it('give no label where two are equal', () => {
    const found = label('file,mel,nv', (i, k) => [
      name(i),
      ...(i === 0 ? [0.5, 0.5] : k === 0 ? [0.9, 0.1] : [0.3, 0.7]),
    ]);
    expect(found).toEqual(['', ...expected.slice(1)]);
  });

  it.each([
    ['sums differ', 'file,a,b', (i: number) => [name(i), i * 3, 5 + i]],
    ['they answer several questions', 'file,Class1.1,Class1.2,Class2.1', (i: number) => [name(i), 0.3, 0.7, i / 41]],
    ['there is one measure', 'file,Pawpularity', (i: number) => [name(i), 20 + i]],
    ['the target is a measure', 'file,target', (i: number) => [name(i), i / 7]],
  ])('are none where %s', (_, header, row) => {
    expect(label(header, (i) => row(i))).toBe('no-label');
  });
});

describe('folders in a column of their own', () => {
  it('are put before names that repeat', () => {
    const paths = ['a', 'b'].flatMap((folder) => Array.from({ length: 8 }, (_, i) => `${folder}/${i}.jpg`));
    const cells = paths.map((path, i) => [...path.split('/'), classes[(i * 5) % 3 === 0 ? 0 : 1]!]);
    const found = readColumns({ columns: ['folder', 'file', 'label'], rows: cells }, imageNames(paths)) as ReadTable;
    expect(found.rows.map((row) => row[found.found.file])).toEqual(paths);
    expect(found.columns[found.found.label]).toBe('label');
  });
});

it('sees all classes of a long table whose rows go round them', () => {
  const cells = Array.from({ length: 20_000 }, (_, row) => [`${row}.png`, ['ant', 'bee', 'cow', 'dog'][row % 4]!]);
  const found = readColumns({ columns: ['file', 'kind'], rows: cells }, imageNames(cells.map(([file]) => file!)));
  expect(found).toMatchObject({ found: { file: 0, label: 1 } });
});
