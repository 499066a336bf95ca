/** Folders that repeat the same classes, and folders of pictures about the data set. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { listingOf, rowsOf, some, summary, table, type Case } from './folder-case';

const CASES: Record<string, Case> = {
  'the original data beside augmented ones that say what they are of': {
    images: ['OriginalDataset', 'AugmentedAlzheimerDataset'].flatMap((version) =>
      ['Mild', 'None'].flatMap((name) => some(`${version}/${name}`, 5)),
    ),
    expected: 'class-folders: Mild None',
  },
  'two plants with the same kinds of leaves': {
    images: ['apple', 'segmented pear'].flatMap((plant) =>
      ['fresh', 'rotten'].flatMap((name) => some(`${plant}/${name}`, 5)),
    ),
    expected: 'class-folders: apple/fresh apple/rotten segmented pear/fresh segmented pear/rotten',
  },
  'pictures about the data beside the wrapper': {
    images: [...some('CUB/images/001.a', 3), ...some('CUB/images/002.b', 3), ...some('segmentations', 2)],
    expected: 'class-folders: 001.a 002.b -2',
  },
  'figures of the documentation beside three wrappers': {
    images: [...some('x/x/x/a', 3), ...some('x/x/x/b', 3), ...some('docs', 2)],
    expected: 'class-folders: a b -2',
  },
  'labels in file names, and trimaps of the same names': {
    images: ['images', 'annotations/trimaps'].flatMap((folder) =>
      ['Bengal', 'beagle'].flatMap((breed) => some(folder, 6, (at) => `${breed}_${at}.jpg`)),
    ),
    expected: 'file-names: Bengal beagle -12',
  },
  'days inside of the classes': {
    images: ['healthy', 'sick'].flatMap((name) =>
      ['2021-03-01', '2021-03-02', '2021-04-11_2'].flatMap((day) => some(`${name}/${day}`, 3)),
    ),
    expected: 'class-folders: healthy sick',
  },
  'patients inside of the classes': {
    images: ['benign', 'malignant'].flatMap((name) =>
      ['patient_1', 'patient_2'].flatMap((one) => some(`${name}/${one}`, 3)),
    ),
    expected: 'class-folders: benign malignant',
  },
  'numbers of products inside of kinds': {
    images: ['bags', 'shoes'].flatMap((name) => ['10251', '10377'].flatMap((one) => some(`${name}/${one}`, 3))),
    expected: 'class-folders: bags/10251 bags/10377 shoes/10251 shoes/10377',
  },
  'masks and no_masks as classes': {
    images: [...some('masks', 5), ...some('no_masks/a', 5), ...some('no_masks/b', 5)],
    expected: 'class-folders: masks no_masks/a no_masks/b',
  },
  'figures and photos as classes': {
    images: [...some('figures', 5), ...some('photos', 5)],
    expected: 'class-folders: figures photos',
  },
  'docs beside two classes': {
    images: [...some('docs', 5), ...some('letters', 5), ...some('forms', 5)],
    expected: 'class-folders: docs forms letters',
  },
  'a data set with its copy in a folder of its own': {
    images: ['yes', 'no', 'scans/yes', 'scans/no'].flatMap((folder) => some(folder, 3)),
    expected: 'class-folders: no yes',
  },
  'a copy inside of a folder of the same name': {
    images: ['a', 'b', 'cells/a', 'cells/b'].flatMap((folder) => some(`cells/${folder}`, 3)),
    expected: 'class-folders: a b',
  },
  'a class divided like its neighbours': {
    images: ['fresh', 'rotten', 'apple/fresh', 'apple/ripe'].flatMap((folder) => some(folder, 3)),
    expected: 'class-folders: apple/fresh apple/ripe fresh rotten',
  },
  'an original and an augmented version': {
    images: ['Original Dataset', 'Augmented Dataset'].flatMap((name) => [
      ...some(`${name}/blast`, 3),
      ...some(`${name}/healthy`, 3),
    ]),
    expected: 'class-folders: blast healthy',
  },
  'satellite images in colours, and with all their bands': {
    images: ['2750', 'EuroSATallBands'].flatMap((name) => [...some(`${name}/Forest`, 3), ...some(`${name}/River`, 3)]),
    expected: 'class-folders: Forest River',
  },
  'bands that play, and soloists': {
    images: ['bands', 'soloists'].flatMap((name) => [...some(`${name}/jazz`, 3), ...some(`${name}/rock`, 3)]),
    expected: 'class-folders: bands/jazz bands/rock soloists/jazz soloists/rock',
  },
  'fruit and vegetables with the same states': {
    images: ['fruit', 'vegetables'].flatMap((name) => [...some(`${name}/fresh`, 3), ...some(`${name}/rotten`, 3)]),
    expected: 'class-folders: fruit/fresh fruit/rotten vegetables/fresh vegetables/rotten',
  },
  'patients that contain the classes': {
    images: [
      ...['10251', '10252', '10253'].flatMap((id) => [...some(`${id}/0`, 3), ...some(`${id}/1`, 3)]),
      '9001/0/x.jpg',
    ],
    expected: 'class-folders: 0 1',
  },
  'digits with two scripts each': {
    images: ['0', '1', '2'].flatMap((digit) => [...some(`${digit}/print`, 3), ...some(`${digit}/hand`, 3)]),
    expected: 'class-folders: 0/hand 0/print 1/hand 1/print 2/hand 2/print',
  },
  'dev and eval with a class test': {
    images: ['dev', 'eval'].flatMap((split) => [...some(`${split}/test`, 3), ...some(`${split}/control`, 3)]),
    expected: 'split-class-folders eval,val: control test',
  },
  'labels in file names, and an example of a submission with one label': {
    images: [
      ...some('train', 8, (at) => `cat.${at}.jpg`),
      ...some('train', 8, (at) => `dog.${at}.jpg`),
      ...some('test1', 8, (at) => `${at + 1}.jpg`),
    ],
    tables: [
      table(
        'sampleSubmission.csv',
        ['id', 'label'],
        rowsOf(
          8,
          (at) => String(at + 1),
          () => '0',
        ),
      ),
    ],
    expected: 'file-names train: cat dog -8',
  },
};

describe('folders that are no classes, and those that only look so', () => {
  it.each(Object.entries(CASES))('%s', (_, one) => {
    const [reading] = readings(listingOf(one));
    expect(reading ? summary(reading, one.images) : null).toBe(one.expected);
  });
});
