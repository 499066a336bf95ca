import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { parseListFile } from '../../../../src/core/dataset/list-file';
import { whyNoLabels } from '../../../../src/core/dataset/why-no-labels';
import { leftOutText } from '../../../../src/core/text/folder-reading';
import { listingOf, some, summary, table } from './folder-case';

const kinds = ['cat', 'dog', 'fox'];
const name = (at: number): string => String(at + 1).padStart(6, '0');
const images = some('VOC2007/JPEGImages', 30, (at) => `${name(at)}.jpg`);

/** Lists for each class and split, in which the image `at` shows the classes `shown(at)`. */
function lists(shown: (at: number) => readonly string[], splits = ['train', 'val', 'trainval']) {
  const inSplit = (split: string, at: number): boolean => split === 'trainval' || (split === 'val') === (at % 3 === 0);
  return kinds.flatMap((kind) =>
    splits.map((split) => {
      const lines = images.flatMap((_, at) =>
        inSplit(split, at) ? [`${name(at)} ${shown(at).includes(kind) ? ' 1' : '-1'}`] : [],
      );
      const { columns, rows } = parseListFile(lines.join('\n'))!;
      return table(`VOC2007/ImageSets/Main/${kind}_${split}.txt`, columns, rows);
    }),
  );
}
const kind = (at: number): string => kinds[(at + Math.floor(at / 3)) % 3]!;

describe('lists of one class each', () => {
  it('label the images that show one class, with the splits of the lists', () => {
    const tables = lists((at) => (at === 4 ? ['cat', 'fox'] : at === 5 ? [] : [kind(at)]));
    const [reading] = readings(listingOf({ images, tables }));
    expect(summary(reading!, images)).toBe('table VOC2007/ImageSets/Main/*_{train,val}.txt train,val: cat dog fox -2');
    expect(reading!.labels.get(images[0]!)).toEqual({ className: 'cat', split: 'val' });
  });

  it('give no splits where they do not divide the images', () => {
    const [reading] = readings(listingOf({ images, tables: lists((at) => [kind(at)], ['trainval']) }));
    expect(summary(reading!, images)).toBe('table VOC2007/ImageSets/Main/*_trainval.txt: cat dog fox');
  });

  it('are named if many images show several', () => {
    const tables = lists((at) => (at % 2 === 0 ? ['cat', 'dog'] : ['fox']));
    const why = 'these lists give 15 of 30 images several classes, and Plumbline needs one class for each image';
    expect(whyNoLabels(listingOf({ images, tables }))).toContain(
      `VOC2007/ImageSets/Main/*_{train,val}.txt was not used: ${why}.`,
    );
    const folders = kinds.flatMap((one) => some(one, 9, (at) => `${one}${at}.jpg`));
    const { record } = readings(listingOf({ images: [...images, ...folders], tables }))[0]!;
    expect(leftOutText(record, false).join('\n')).toContain(why);
  });

  it('are left apart if they are of one class, or say no more than yes', () => {
    const one = lists((at) => [kind(at)]).filter(({ path }) => path.includes('/cat_'));
    expect(readings(listingOf({ images, tables: one })).map(({ layout }) => layout.table)).not.toContain(
      'VOC2007/ImageSets/Main/*_{train,val}.txt',
    );
  });
});
