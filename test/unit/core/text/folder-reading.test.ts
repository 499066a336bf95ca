import { describe, expect, it } from 'vitest';
import { readings, type FolderListing } from '../../../../src/core/dataset/layout';
import { leftOutText, takenText } from '../../../../src/core/text/folder-reading';

function texts(listing: Partial<FolderListing>): { taken: string[]; left: string[] } {
  const { record } = readings({ images: [], emptyFolders: [], tables: [], ...listing })[0]!;
  return { taken: takenText(record), left: leftOutText(record) };
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
      taken: ['Labels: the column “label” of labels.csv, with the images in the column “file”.'],
      left: [
        '1 row of labels.csv names a file that is not in the folder, for example “3.jpg”.',
        'Not used: notes.csv has no column that is known to name images, or none with labels.',
      ],
    });
  });
});
