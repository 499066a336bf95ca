/** Tables of predictions whose rows are not one for each image. */
import { describe, expect, it } from 'vitest';
import { importPredictions } from '../../../../src/core/collapse/imported';
import { accuracy, given, guess, images, insects, read, RIGHT, type Image } from './prediction-tables';

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
