/** Tables that write the names of the files in another way, and why a table names no file. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { leftOutText, takenText } from '../../../../src/core/text/folder-reading';
import { whyNoLabels } from '../../../../src/core/dataset/why-no-labels';
import { listingOf, some, summary, table, type Case } from './folder-case';

const each = <T>(count: number, one: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => one(at));
const kind = (at: number): string => ['cat', 'dog', 'fox'][at % 3]!;
const two = (images: readonly string[], name: (at: number) => string, count = 30): Omit<Case, 'expected'> => ({
  images,
  tables: [
    table(
      'labels.csv',
      ['image', 'label'],
      each(count, (at) => [name(at), kind(at)]),
    ),
  ],
});
const read = (one: Omit<Case, 'expected'>): string => {
  const [first] = readings(listingOf(one));
  return first ? summary(first, one.images) : 'none';
};
const told = (one: Omit<Case, 'expected'>): string => {
  const [first] = readings(listingOf(one));
  return first
    ? [...takenText(first.record), ...leftOutText(first.record, false)].join('\n')
    : whyNoLabels(listingOf(one)).join('\n');
};

describe('names that lack what all files have', () => {
  const aligned = two(
    some('aligned', 30, (at) => `train_000${at}_aligned.jpg`),
    (at) => `train_000${at}.jpg`,
  );

  it('at their end fit the files, and this is said', () => {
    expect(read(aligned)).toBe('table labels.csv: cat dog fox');
    expect(told(aligned)).toContain(
      'labels.csv does not write the names of the files, but 30 names fit one file each, all with the same change: “train_0000.jpg” is read as “train_0000_aligned.jpg”.',
    );
  });

  it('fit also short numbers, where all files have the same word', () => {
    const thumbs = [
      ...some('train_thumbnails', 30, (at) => `${4 + 131 * at}_thumbnail.png`),
      'test_thumbnails/41_thumbnail.png',
    ];
    const one = two(thumbs, (at) => String(4 + 131 * at), 33);
    expect(read(one)).toBe('table labels.csv train: cat dog fox -1 missing 3');
    expect(told(one)).toContain('“4” is read as “4_thumbnail”');
  });

  it('at their start, in a list without a header, with a folder', () => {
    const images = some('faces', 30, (at) => `crop.img${100 + at}.png`);
    const [first = [], ...rows] = each(30, (at) => [`all/img${100 + at}.jpg`, kind(at)]);
    expect(read({ images, tables: [table('labels.csv', first, rows)] })).toBe('table labels.csv: cat dog fox');
  });

  it('fit some rows of a table that names more', () => {
    expect(
      read(
        two(
          some('aligned', 30, (at) => `train_000${at}_aligned.jpg`),
          (at) => `train_000${at}.jpg`,
          60,
        ),
      ),
    ).toMatch(/^table labels.csv: cat dog fox missing 30/);
  });

  it('fit where the rows have it too much', () => {
    const images = some('m', 30, (at) => `scan_000${at}.png`);
    const one = two(images, (at) => `scan_000${at}_image`);
    expect(read(one)).toBe('table labels.csv: cat dog fox');
    expect(told(one)).toContain('“scan_0000_image” is read as “scan_0000”');
    const several = {
      images,
      tables: [
        table(
          'labels.csv',
          ['ID', 'Label'],
          images.flatMap((path) => ['mass', 'edema'].map((kind, at) => [`${path.slice(2, -4)}_${kind}`, String(at)])),
        ),
      ],
    };
    expect(read(several)).not.toMatch(/^table/);
    expect(told(several)).toContain('“scan_0000_mass” resembles the file name “scan_0000”');
  });

  it.each([
    ['masks', some('m', 30, (at) => `scan_000${at}_mask.png`), (at: number) => `scan_000${at}.png`],
    [
      'several files for a row',
      ['a', 'b'].flatMap((one) => some('m', 30, (at) => `scan_000${at}_${one}.png`)),
      (at: number) => `scan_000${at}.png`,
    ],
    ['numbers', some('m', 30, (at) => `img_${at}.png`), (at: number) => String(at)],
    [
      'numbers before different words',
      some('m', 30, (at) => `${at}_${at % 2 === 0 ? 'left' : 'right'}.png`),
      (at: number) => String(at),
    ],
    ['parts of words', some('m', 30, (at) => `scan_000${at}x.png`), (at: number) => `scan_000${at}.png`],
    [
      'texts that differ',
      some('m', 30, (at) => `face.${at}.photo${at + 100}.png`),
      (at: number) => `photo${at + 100}.png`,
    ],
  ])('but not %s', (_, images, name) => expect(read(two(images, name))).not.toMatch(/^table/));
});

describe('numbers with signs between thousands', () => {
  it('fit the files, and this is said', () => {
    const one = two(
      some('m', 30, (at) => `${1200 + at}.png`),
      (at) => `1.2${String(at).padStart(2, '0')}`,
    );
    expect(read(one)).toBe('table labels.csv: cat dog fox');
    expect(told(one)).toContain('“1.200” is read as “1200”');
  });
});

describe('why a table names no file', () => {
  it.each([
    [
      'files that resemble the rows',
      two(
        some('m', 30, (at) => `face.${at}.photo${at + 100}.png`),
        (at) => `photo${at + 100}.png`,
      ),
      'in the column “image”, “photo100.png” resembles the file name “face.0.photo100”, but differs from it. Write one row for each image with the name of its file',
    ],
    [
      'rows that have more than the files',
      two(
        some('m', 30, (at) => `photo${at + 100}.png`),
        (at) => `face.${at}.photo${at + 100}.png`,
      ),
      '“face.0.photo100.png” resembles the file name “photo100”',
    ],
    [
      'several files for each row',
      two(
        ['red', 'green'].flatMap((dye) => some('m', 30, (at) => `P${at + 10}_${dye}.png`)),
        (at) => `P${at + 10}`,
      ),
      'in the column “image”, “P10” is part of the names of 2 files, such as “P10_red”. Write one row for each image with the name of its file',
    ],
    [
      'shortened numbers',
      two(
        some('m', 30, (at) => `1234567890${at + 10}.png`),
        () => '1.23457E+11',
      ),
      'the column “image” has numbers such as 1.23457E+11, whose last digits a spreadsheet has left out. Write the table again with this column as text',
    ],
    [
      'dates',
      two(
        some('m', 30, (at) => `${(at % 12) + 1}-${(at % 28) + 1}.png`),
        (at) => `${(at % 28) + 1}-Feb`,
      ),
      'the column “image” has dates such as “1-Feb”, into which spreadsheets change names such as “1-1”. Write the table again with this column as text',
    ],
  ])('%s', (_, one, sentence) => expect(told(one)).toContain(sentence));

  it('is not said of dates beside other names', () => {
    const one = two(
      some('m', 30, (at) => `photo${at}.png`),
      (at) => `2021-03-${String((at % 28) + 1).padStart(2, '0')}`,
    );
    expect(told(one)).not.toContain('spreadsheet');
  });
});
