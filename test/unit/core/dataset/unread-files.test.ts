/** What a reading says of files beside the images that are no tables, and of lists of classes. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { whyNoLabels } from '../../../../src/core/dataset/why-no-labels';
import { leftOutText } from '../../../../src/core/text/folder-reading';
import { listingOf, some, table } from './folder-case';

const images = [...some('cat', 9), ...some('dog', 9)];
const told = (others: readonly string[], tables = [] as ReturnType<typeof table>[]): string[] =>
  leftOutText(readings({ ...listingOf({ images, tables }), others })[0]!.record, false);

describe('files beside the images', () => {
  it.each([
    ['labels.xlsx', 'a spreadsheet and is not read. If it has labels, save it as CSV in the same folder.'],
    [
      'meta/imagelabels.mat',
      'a MATLAB file and is not read. If it has labels, write them to a CSV with the columns filename and label in the same folder, for example with scipy.io.loadmat in Python.',
    ],
    [
      'labels.npy',
      'a NumPy array and is not read. If it has labels, write them to a CSV with the columns filename and label in the same folder, for example with numpy.load in Python.',
    ],
    ['labels.numbers', 'a spreadsheet and is not read. If it has labels, save it as CSV in the same folder.'],
    [
      'image_labels.yaml',
      'a YAML file and is not read. If it has labels, write them to a CSV with the columns filename and label in the same folder.',
    ],
    ['dog/.3.jpg.icloud', 'a file that is only in iCloud and is not read. Download it, then open the folder again.'],
    [
      'train.zip',
      'an archive and is not read. It is not unpacked because image files are beside it: if it holds more images, unpack it in the same folder.',
    ],
  ])('are named with what to do: %s', (path, text) => {
    expect(told([path, 'notes.md', 'clean.py', 'data.yaml'])).toEqual([`Not used: ${path} is ${text}`]);
  });

  it('are counted where there are many', () => {
    expect(told(Array.from({ length: 9 }, (_, at) => `part${at}.zip`)).at(-1)).toBe(
      'Not used for the same reason: 4 more files.',
    );
  });

  it('are named if nothing labels the images', () => {
    const listing = { ...listingOf({ images: some('jpg', 9) }), others: ['imagelabels.mat'] };
    expect(whyNoLabels(listing)[0]).toMatch(/^imagelabels\.mat is a MATLAB file and is not read\. If it has labels/);
  });

  it('are counted once for all images where their names say more', () => {
    const file = (path: string) => `${path}.supplemental-metadata.json`;
    const tables = images.map((path) => table(file(path), ['title', 'views'], [[path, '3']]));
    expect(told(images.map(file), tables)).toEqual([
      'Not used: 18 images have a file of the same name, for example dog/0.jpg.supplemental-metadata.json. Plumbline reads one class for each image, and no boxes or texts of single images.',
    ]);
  });

  it('are recognized for each image also where they keep its ending', () => {
    const others = Array.from({ length: 9 }, (_, at) => `ann/${at}.jpg.json`);
    expect(whyNoLabels({ ...listingOf({ images: some('img', 9) }), others }).at(-1)).toMatch(
      /^9 images have a \.json file of the same name \(ann\/0\.jpg\.json\), as LabelMe or Supervisely/,
    );
  });
});

it('says of a table that it lists the classes', () => {
  expect(told([], [table('data.yaml', ['0', 'cat'], [['1', 'dog']])])).toEqual([
    'Not used: data.yaml lists the classes and labels no image.',
  ]);
});

it('says of a list of numbered names that it lists the classes, even if the folders have longer names', () => {
  const samples = [...some('Class 1-samples', 9), ...some('hat on-samples', 9)];
  const list = (path: string) => table(path, ['0', 'Class 1'], [['1', 'hat on']]);
  const said = (path: string) =>
    leftOutText(readings(listingOf({ images: samples, tables: [list(path)] }))[0]!.record, false);
  expect(said('labels.txt')).toEqual(['Not used: labels.txt lists the classes and labels no image.']);
  expect(said('rows.txt').join()).not.toContain('lists the classes');
});

describe('a list with one line for each image', () => {
  const flat = some('val', 30);
  const lines = (count: number, line: (at: number) => string) => Array.from({ length: count }, (_, at) => [line(at)]);
  const why = (path: string, columns: string[], rows: string[][]) =>
    whyNoLabels(listingOf({ images: flat, tables: [table(path, columns, rows)] })).filter((text) =>
      text.startsWith(path),
    );
  const told = (path: string) =>
    `${path} has one line for each of the 30 images, but does not say which image a line belongs to. If the lines are labels, write a CSV with the columns filename and label.`;

  it('is named if its lines repeat', () => {
    expect(
      why(
        'truth.txt',
        ['file'],
        lines(30, (at) => String(at % 3)),
      ),
    ).toEqual([told('truth.txt')]);
    expect(
      why(
        'y.csv',
        ['0'],
        lines(29, (at) => String((at + 1) % 3)),
      ),
    ).toContain(told('y.csv'));
  });

  it('is not named if they do not, or are more or fewer', () => {
    expect(why('truth.txt', ['file'], lines(30, String))).toEqual([]);
    expect(
      why(
        'truth.txt',
        ['file'],
        lines(31, (at) => String(at % 3)),
      ),
    ).toEqual([]);
  });
});
