/** Tables of predictions whose rows are not one for each image. */
import { describe, expect, it } from 'vitest';
import { importPredictions } from '../../../../src/core/collapse/imported';
import { accuracy, given, guess, images, insects, outputs, read, RIGHT, type Image } from './prediction-tables';

describe('tables in the long form', () => {
  const rows = (each: (image: Image) => string[][]): string[][] => images.flatMap(each);
  const scores = (image: Image): number[] => insects.map((_, k) => (k === guess(image) ? 0.8 : 0.1));

  it('with a row for each class give one column for each class', () => {
    const found = read([
      ['path', 'class', 'probability'],
      ...rows((image) => insects.map((name, k) => [image.path, name, String(scores(image)[k])])),
    ]);
    expect(accuracy(found)).toBe(RIGHT);
    expect(found.rows[0]!.probabilities).not.toBeNull();
    expect(found.notes).toEqual([
      'Each image has a row for each class; the scores are taken from the column “probability”.',
    ]);
  });

  it('with the best classes alone give the class of the highest score, wherever it stands', () => {
    const found = read([
      ['image', 'rank', 'label', 'score'],
      ...rows((image) => {
        const other = insects[(guess(image) + 1) % insects.length]!;
        return [
          [image.path, '2', other, '0.2'],
          [image.path, '1', insects[guess(image)]!, '0.7'],
        ];
      }),
    ]);
    expect(accuracy(found)).toBe(RIGHT);
    expect(found.notes.join(' ')).toContain('The one with the highest score counts');
  });

  it('are not seen in rows that repeat by mistake', () => {
    const found = read([
      ['path', 'predicted', 'score'],
      ...rows((image) => [
        [image.path, insects[guess(image)]!, '0.7'],
        [image.path, insects[guess(image)]!, '0.9'],
      ]),
    ]);
    expect(found.notes.join(' ')).toContain('repeat an image; its first row counts');
  });
});

it('says that a header is repeated, and reads on', () => {
  const table = given('path,pred', (image) => [image.path, insects[guess(image)]!]);
  const found = read([...table.slice(0, 9), ['path', 'pred'], ...table.slice(9)]);
  expect(accuracy(found)).toBe(RIGHT);
  expect(found.unmatched).toEqual([]);
  expect(found.notes).toEqual(['1 row repeats the header, as in files that were joined, and is not read.']);
});

it('reads numbers with a word before them, unless the classes are called so', () => {
  const numbered = read(given('path,pred', (image) => [image.path, `class_${guess(image)}`]));
  expect(accuracy(numbered)).toBe(RIGHT);
  expect(numbered.notes.join(' ')).toContain('The predicted labels are numbers');
  const names = ['class_1', 'class_2', 'class_3'];
  const own = importPredictions(
    given('path,pred', (image) => [image.path, names[guess(image)]!]),
    images,
    names,
  );
  expect(accuracy(own)).toBe(RIGHT);
  expect(own.notes).toEqual([]);
});

describe('rows for images without a label', () => {
  const table = (...rows: string[][]): string[][] => [['path', 'pred'], ...rows];
  const all = images.map((image) => [image.path, insects[guess(image)]!]);
  const found = (rows: string[][]) =>
    importPredictions(table(...rows), images, insects, null, ['new/900.jpg', 'new/901.jpg']);

  it('are counted apart from those for no image', () => {
    const read = found([...all, ['new/900.jpg', insects[0]!], ['gone/999.jpg', insects[0]!]]);
    expect(accuracy(read)).toBe(RIGHT);
    expect(read.unmatched).toEqual(['gone/999.jpg']);
    expect(read.notes).toContain('1 row predicts an image without a label, for example “new/900.jpg”; it is left out.');
  });

  it('alone are refused with the reason', () => {
    expect(() =>
      found([
        ['new/900.jpg', insects[0]!],
        ['new/901.jpg', insects[0]!],
      ]),
    ).toThrow('None of the 2 rows predicts an image that has a label: 2 name images without one');
  });

  it('are told where a name fits both', () => {
    const [first] = images;
    const name = first!.path.split('/').at(-1)!;
    const read = importPredictions(table([name, insects[0]!]), [first!], insects, null, [`new/${name}`]);
    expect(read.notes.join(' ')).toContain('1 row fits an image without a label as well');
  });
});

it('reads columns with the number of the class before its name', () => {
  const found = read(
    given(`path,${insects.map((name, k) => `${k}_${name}`).join(',')}`, (image) => [
      image.path,
      ...insects.map((_, k) => (k === guess(image) ? '0.8' : '0.1')),
    ]),
  );
  expect(accuracy(found)).toBe(RIGHT);
});

it('names the columns that add different words to the class names', () => {
  expect(() =>
    read(
      given(`path,${insects.map((name, k) => `model${'abc'[k % 3]} ${name}`).join(',')}`, (image) => [
        image.path,
        ...insects.map(() => '0.3'),
      ]),
    ),
  ).toThrow('do not add the same to the class names');
});

it('says what to do with numbers alone', () => {
  const rows = images.map((_, i) => [String(i / 100), '2.5e-01', '0.5']);
  expect(() => importPredictions(rows, images, insects)).toThrow('The table has only numbers');
});

describe('names of images', () => {
  const aligned = images.map((image) => ({ ...image, path: image.path.replace('.jpg', '_aligned.jpg') }));
  const table = [['path', 'predicted'], ...images.map((image) => [image.path.split('/')[1]!, insects[guess(image)]!])];

  it('may lack what all files have', () => {
    const found = importPredictions(table, aligned, insects);
    expect(accuracy(found)).toBe(RIGHT);
    expect(found.notes).toContain(
      'The table does not write the names of the files, but 24 names fit one file each, all with the same change: “ant_0.jpg” is read as “ant_0_aligned.jpg”.',
    );
  });

  it('that are in several folders are said to be so', () => {
    const same = images.map((image) => ({ ...image, path: `${image.path.split('/')[0]!}/${image.id % 100}.jpg` }));
    const rows = same.map((image) => [`${image.id % 100}.jpg`, insects[0]!]);
    expect(() => importPredictions([['path', 'predicted'], ...rows], same, insects)).toThrow(
      'for example “0.jpg” and “1.jpg”: these names are in several folders. Write the path with the folder into each row.',
    );
  });
});

it('takes the name of a class where its number beside it is that of another order', () => {
  const order = [2, 0, 1];
  const found = read(
    given('path,predicted_index,predicted_class', (image) => [
      image.path,
      order[guess(image)]!,
      insects[guess(image)]!,
    ]),
  );
  expect(accuracy(found)).toBe(RIGHT);
  expect(found.notes).toContain('The classes are numbered in another order in “predicted_index”.');
  // Two models.
  expect(() =>
    read(given('path,predicted_a,predicted_b', (image, at) => [image.path, at % 3, insects[guess(image)]!])),
  ).toThrow('predictions of 2 models');
});

it('reads rankings with short names of their fields', () => {
  const found = read(
    given('path,top3', (image) => [
      image.path,
      JSON.stringify(insects.map((name, k) => ({ class: name, p: outputs(image)[k] }))),
    ]),
  );
  expect(accuracy(found)).toBe(RIGHT);
});
