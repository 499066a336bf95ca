import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import type { FolderListing } from '../../../../src/core/dataset/layout-types';
import { leftOutText, takenText } from '../../../../src/core/text/folder-reading';

function texts(listing: Partial<FolderListing>): { taken: string[]; left: string[] } {
  const { record } = readings({ images: [], emptyFolders: [], tables: [], ...listing })[0]!;
  return { taken: takenText(record), left: leftOutText(record, false) };
}

describe('how a folder was read, in sentences', () => {
  it('names the splits with their folders, the folder around everything, and what has no label', () => {
    const images = ['a', 'b'].flatMap((name) => [`x/train_set/${name}/images/1.jpg`, `x/test/${name}/images/2.jpg`]);
    expect(texts({ images: [...images, 'x/pred/1.jpg', 'x/pred/2.jpg'] })).toEqual({
      taken: [
        'Labels: the names of the class folders.',
        'Splits: train from “x/train_set” and test from “x/test”, by the names of the folders.',
        'The folder “x” is looked through and is no class.',
        '“images” is the same for every class and is left out of the class names.',
      ],
      left: [
        '2 images have no label and are left out: 2 in “x/pred”.',
        'Not used: The folder “x/pred” with 2 images is beside the splits and is none of them.',
      ],
    });
  });

  it('names the columns of the table, its rows without an image, and the tables that are not used', () => {
    const tables = [
      {
        path: 'labels.csv',
        columns: ['file', 'label'],
        rows: [
          ['1.jpg', 'cat'],
          ['2.jpg', 'dog'],
          ['3.jpg', 'dog'],
        ],
        problem: null,
      },
      { path: 'notes.csv', columns: ['day', 'weather'], rows: [['1', 'rain']], problem: null },
    ];
    expect(texts({ images: ['img/1.jpg', 'img/2.jpg'], tables })).toEqual({
      taken: [
        'Labels: the column “label” of labels.csv, with the images in the column “file”.',
        'Rows that do not give the exact path are matched: 2 by the file name alone.',
      ],
      left: [
        '1 row of labels.csv names a file that is not in the folder, for example “3.jpg”.',
        'Not used: notes.csv has no column that could hold labels.',
      ],
    });
  });

  it('says which of several columns with one name is read, and how many rows repeat the header', () => {
    const rows = ['1', '2', '3', '4'].map((name, at) => [String(at % 2), `${name}.jpg`, at % 2 === 0 ? 'cat' : 'dog']);
    const given = { path: 'labels.csv', columns: ['label', 'image', 'label'], rows, headers: 2, problem: null };
    const { taken } = texts({ images: ['1.jpg', '2.jpg', '3.jpg', '4.jpg'], tables: [given] });
    expect(taken).toContain('2 rows repeat the header of labels.csv and are left out.');
    expect(taken).toContain('labels.csv has several columns with the name “label”; column 3 is read.');
    const { taken: plain } = texts({
      images: ['1.jpg', '2.jpg', '3.jpg', '4.jpg'],
      tables: [{ ...given, columns: ['', 'image', 'label'], headers: 0 }],
    });
    expect(plain).toEqual(['Labels: the column “label” of labels.csv, with the images in the column “image”.']);
  });

  it('names five tables that are not used, and counts the others', () => {
    const tables = Array.from({ length: 60 }, (_, i) => ({
      path: `boxes/${i}.csv`,
      columns: ['left', 'top'],
      rows: [['1', '2']],
      problem: null,
    }));
    const { left } = texts({ images: ['cat/1.jpg', 'dog/2.jpg'], tables });
    expect(left.slice(0, 2).every((line) => /^Not used: boxes\/\d\.csv /.test(line))).toBe(true);
    expect(left.slice(5)).toEqual(['Not used for the same reason: 55 more tables.']);
  });

  it('says how the rows of a table were read', () => {
    const rows = ['img/0.jpg,cat', 'img/0.jpg,dog', 'img/1.JPG,dog', 'img/2,dog', 'img/3.jpg,', 'img/4.jpg,dog'];
    const tables = [
      {
        path: 'labels.csv',
        columns: ['img/4.jpg', 'dog'],
        rows: rows.map((row) => row.split(',')),
        encoding: 'windows-1252',
        problem: null,
      },
    ];
    const images = Array.from({ length: 5 }, (_, i) => `img/${i}.jpg`);
    expect(texts({ images, tables }).taken).toEqual([
      'Labels: the column “column 2” of labels.csv, with the images in the column “column 1”.',
      'labels.csv is not UTF-8; it is read as windows-1252. If names look wrong, save it as UTF-8.',
      'labels.csv has no header: its first line is read as a row.',
      '1 row repeats an image with the same label.',
      '1 row gives no label, or several.',
      '1 image has rows with different labels, for example “img/0.jpg”; it is left without a label.',
      'Rows that write the file name in another way are matched: 1 in another case, 1 without file ending.',
    ]);
  });

  it('names the columns of one class each', () => {
    const tables = ['train', 'valid'].map((split) => ({
      path: `${split}/_classes.csv`,
      columns: ['filename', 'cat', 'dog'],
      rows: [
        [`${split}0.jpg`, '1', '0'],
        [`${split}1.jpg`, '0', '1'],
      ],
      problem: null,
    }));
    const images = ['train/train0.jpg', 'train/train1.jpg', 'valid/valid0.jpg', 'valid/valid1.jpg'];
    expect(texts({ images, tables }).taken.slice(0, 2)).toEqual([
      'Labels: one column of yes and no for each of the 2 classes in */_classes.csv, with the images in the column “filename”.',
      'Splits: train and val from “valid”, by the names of the folders.',
    ]);
  });

  it('tells missing files once, where the findings list them', () => {
    const tables = [
      {
        path: 'l.csv',
        columns: ['file', 'label'],
        rows: [
          ['1.jpg', 'a'],
          ['2.jpg', 'b'],
          ['3.jpg', 'b'],
        ],
        problem: null,
      },
    ];
    const { record } = readings({ images: ['1.jpg', '2.jpg'], emptyFolders: [], tables })[0]!;
    expect(leftOutText(record, false)).toEqual([
      '1 row of l.csv names a file that is not in the folder, for example “3.jpg”.',
    ]);
    expect(leftOutText(record, true)).toEqual([]);
  });
});
