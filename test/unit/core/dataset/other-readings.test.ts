import { expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { otherReadingsText } from '../../../../src/core/dataset/other-readings';
import { listingOf, rowsOf, some, table } from './folder-case';

function offered(images: readonly string[], tables = [] as ReturnType<typeof table>[]): string[] {
  const found = readings(listingOf({ images, tables }));
  return otherReadingsText(
    '/data/pets',
    found.map(({ layout }) => layout),
    found[0]!.record,
  );
}

const folders = [...some('cat', 10), ...some('dog', 10)];
const labels = (path: string) =>
  table(
    path,
    ['file', 'label'],
    rowsOf(10, (at) => `cat/${at}.jpg`),
  );

it('offers a table with other labels, with its path', () => {
  expect(offered(folders, [labels('labels.csv'), labels('my labels.csv')])).toEqual([
    'Could also be read as images labelled by labels.csv: 2 classes, with --labels /data/pets/labels.csv.',
    'Could also be read as images labelled by my labels.csv: 2 classes, with --labels "/data/pets/my labels.csv".',
  ]);
});

it('offers neither other folders, the example of a submission, nor a table with the same labels', () => {
  expect(offered(folders, [labels('sample_submission.csv')])).toEqual([]);
  expect(offered(['train', 'test'].flatMap((split) => folders.map((path) => `${split}/${path}`)))).toEqual([]);
  const same = table(
    'same.csv',
    ['file', 'label'],
    folders.map((path) => [path, path.slice(0, 3)]),
  );
  expect(offered(folders, [same])).toEqual([]);
});
