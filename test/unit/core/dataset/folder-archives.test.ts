/** Folders that archives are unpacked into, side by side: the data, copies of it, other sizes, and images for tests. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { leftOutText } from '../../../../src/core/text/folder-reading';
import { listingOf, some, summary } from './folder-case';

const kinds = ['cat', 'dog', 'fox'];
const classes = (top: string, count: number) =>
  kinds.flatMap((kind) => some(`${top}/${kind}`, count, (at) => `${kind}${at}.jpg`));
const splits = (top: string, names = ['train', 'valid']) =>
  names.flatMap((split, at) => classes(`${top}/${split}`, 6 - at));
const read = (images: readonly string[]): string => summary(readings(listingOf({ images }))[0]!, images);

describe('the folder with the data', () => {
  it.each<[string, string[], string]>([
    ['a copy of its splits in a folder around it', [...splits('OCT '), ...splits('oct/OCT ')], '-33'],
    ['a copy in small letters', [...splits('Set (A)/Set (A)'), ...splits('set (a)/Set (A)')], '-33'],
    ['the same classes in another size', [...splits('small/small'), ...classes('big/big', 5)], '-15'],
    ['images for tests', [...splits('Set/Set'), ...some('test/test', 4)], '-4'],
    ['pictures of any kind beside splits', [...splits('Set'), ...some('scenes', 4)], '-4'],
  ])('has splits, beside %s', (_, images, without) => {
    expect(read(images)).toBe(`split-class-folders train,val: cat dog fox ${without}`);
  });

  it.each<[string, string[], string]>([
    ['test images', [...classes('Lung set/Lung set', 6), ...some('Lung set/Test cases', 4)], '-4'],
    ['an archive of flat images', [...classes('images/images', 6), ...some('resized/resized', 18)], '-18'],
    [
      'an archive of test images, and a copy inside of it',
      [...classes('set', 6), ...classes('set/set', 6), ...some('our_testset/our_testset', 4)],
      '-22',
    ],
  ])('has classes, beside %s', (_, images, without) => {
    expect(read(images)).toContain(`: cat dog fox`);
    expect(read(images)).toMatch(new RegExp(`${without}$|: cat dog fox -4$`));
  });

  it('does not take real classes away', () => {
    expect(read([...some('Fruit/Fruit/apple', 6), ...some('Fruit/Fruit/pear', 6), ...some('Carrot', 6)])).toBe(
      'class-folders: Carrot Fruit/Fruit/apple Fruit/Fruit/pear',
    );
    expect(read([...some('Fruit/apple', 6), ...some('Fruit/pear', 6), ...some('blood test', 6)])).toBe(
      'class-folders: Fruit/apple Fruit/pear blood test',
    );
    expect(read([...splits('bottle'), ...splits('cable')])).toBe(
      'split-class-folders train,val: bottle/cat bottle/dog bottle/fox cable/cat cable/dog cable/fox',
    );
    expect(read([...splits('fold_1'), ...splits('fold_2')])).toBe(
      'split-class-folders fold_1 train,fold_1 val,fold_2 train,fold_2 val: cat dog fox',
    );
  });

  it('says what is left out', () => {
    const images = [...splits('small/small'), ...classes('big/big', 5)];
    const { record } = readings(listingOf({ images }))[0]!;
    expect(leftOutText(record, false)).toContain(
      'Not used: The folder “big” with 15 images is beside the splits and is none of them.',
    );
  });
});

describe('numbered folders of one split', () => {
  const part = (top: string, names: readonly string[], count: number) =>
    names.flatMap((name) => some(`${top}/${name}`, count, (at) => `${top}${name}${at}.jpg`));

  it('are one if each has other classes', () => {
    const images = [
      ...part('train.X1', ['n01440764', 'n01443537'], 8),
      ...part('train.X2', ['n01484850', 'n01491361'], 8),
      ...part('val.X', ['n01440764', 'n01443537', 'n01484850', 'n01491361'], 2),
    ];
    expect(read(images)).toBe('split-class-folders train,val: n01440764 n01443537 n01484850 n01491361');
  });

  it('stay apart if they have the same ones', () => {
    const images = [...part('train1', kinds, 8), ...part('train2', kinds, 8), ...part('test', kinds, 2)];
    expect(read(images)).toBe('split-class-folders test,train1,train2: cat dog fox');
  });
});
