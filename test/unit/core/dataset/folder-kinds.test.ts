/** What folders of downloads, competitions and other languages are read as. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { leftOutText } from '../../../../src/core/text/folder-reading';
import { listingOf, some, summary, table } from './folder-case';

const read = (images: readonly string[], tables = [] as ReturnType<typeof table>[]): string =>
  summary(readings(listingOf({ images, tables }))[0]!, images);
const classes = (folder: string, count = 6): string[] =>
  ['cat', 'dog'].flatMap((name) => some(`${folder}/${name}`, count));

describe('folders of splits in other languages', () => {
  it.each([
    ['träning', 'validering', 'test'],
    ['treningowy', 'walidacyjny', 'testowy'],
    ['trénovací', 'validační', 'testovací'],
    ['тренировочные', 'валидационные', 'тестовые'],
    ['koulutus', 'validointi', 'testi'],
    ['latihan', 'validasi', 'uji'],
  ])('%s, %s and %s are train, val and test', (...names) => {
    expect(read(names.flatMap((name) => classes(name)))).toBe('split-class-folders test,train,val: cat dog');
  });
});

it('reads the parts of a download from Google Drive as one', () => {
  const parts = ['001', '002'].flatMap((part) => classes(`animals-20240501T120000Z-${part}/animals`));
  expect(read(parts)).toBe('class-folders: cat dog');
  expect(read(['1-001', '1-002'].flatMap((part) => classes(`drive-download-20240501T120000Z-${part}`)))).toBe(
    'class-folders: cat dog',
  );
});

describe('the images of a split beside one folder with classes', () => {
  const images = [...some('train_images', 12), ...classes('resized/resized')];

  it('are no class', () => {
    expect(read(images)).toBe('class-folders: cat dog -12');
  });

  it('can be labelled by their table instead', () => {
    const rows = Array.from({ length: 12 }, (_, at) => [String(at), ['a', 'b', 'c'][at % 3]!]);
    const found = readings(listingOf({ images, tables: [table('train.csv', ['id_code', 'diagnosis'], rows)] }));
    expect(found.map((one) => summary(one, images))).toContain('table train.csv: a b c -12');
  });
});

describe('magnifications', () => {
  const slides = (code: (kind: string, at: number) => string): string[] =>
    ['benign/SOB/adenosis', 'benign/SOB/fibroadenoma', 'malignant/SOB/ductal'].flatMap((kind) =>
      [0, 1].flatMap((at) => ['40X', '100X'].flatMap((zoom) => some(`breast/${kind}/${code(kind, at)}/${zoom}`, 3))),
    );

  it('below slides are no classes, and neither are the slides', () => {
    const images = slides((kind, at) => `SOB_${kind[0]!.toUpperCase()}_14-${at}22549AB`);
    expect(read(images)).toBe('class-folders: benign/adenosis benign/fibroadenoma malignant/ductal');
    const { record } = readings(listingOf({ images }))[0]!;
    expect(leftOutText(record, false).join(' ')).toContain('They are named like magnifications and slides');
  });

  it('directly below classes are no classes', () => {
    const images = ['benign', 'malignant'].flatMap((kind) =>
      ['40X', '100X'].flatMap((zoom) => some(`${kind}/${zoom}`, 5)),
    );
    expect(read(images)).toBe('class-folders: benign malignant');
  });

  it('are classes if nothing else tells them apart', () => {
    expect(read(['40X', '100X', '200X'].flatMap((zoom) => some(zoom, 5)))).toBe('class-folders: 100X 200X 40X');
  });
});

it('takes years and months inside of classes for groups', () => {
  const dated = (...dates: string[]) =>
    ['cat', 'dog'].flatMap((name) => dates.flatMap((date) => some(`${name}/${date}`, 3)));
  expect(read(dated('2021/01', '2021/02', '2022/01'))).toBe('class-folders: cat dog');
  expect(read(dated('2021/01/30', '2022/12/01'))).toBe('class-folders: cat dog');
  expect(read(dated('2021/red', '2022/blue'))).toBe(
    'class-folders: cat/2021/red cat/2022/blue dog/2021/red dog/2022/blue',
  );
});
