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

  it('prefer names to numbers of the same classes', () => {
    expect(read('filename,label,class_name', (i, k) => [name(i), k, classes[k]!])).toEqual(['filename', 'class_name']);
    expect(read('filename,label,what', (i, k) => [name(i), k, classes[k]!])).toEqual(['filename', 'what']);
    expect(read('filename,label,what', (i, k) => [name(i), k, classes[i % 3 && k]!])).toEqual(['filename', 'label']);
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
});
