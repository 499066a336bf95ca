import { describe, expect, it } from 'vitest';
import { pixelColumns, pixelsOf, pixelTableIn } from '../../../../src/core/dataset/pixel-table';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const grey = (count: number, of = 0): string[] => range(count).map((i) => String((i * 7 + of) % 256));
const text = (...rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => row.join(',')).join('\n');
const head = (all: string): string => all.slice(0, 512);
const numbered = (count: number): string[] => range(count).map((i) => `pixel${i}`);

describe('the beginning of a table of pixels', () => {
  it.each([
    ['MNIST on Kaggle', text(['label', ...numbered(784)], [3, ...grey(784)]), 'named'],
    ['its test rows', text(numbered(784), grey(784)), 'named'],
    ['names in quotes', text(['"label"', ...numbered(784).map((name) => `"${name}"`)], [3, ...grey(784)]), 'named'],
    ['rows and columns as names', text(['label', ...range(784).map((i) => `${1 + (i % 28)}x${1 + i}`)]), 'named'],
    ['the label as the last column', text([...numbered(64), 'label'], [...grey(64), 1]), 'named'],
    ['all values in one cell', text(['emotion', 'pixels', 'Usage'], [0, grey(2304).join(' '), 'Training']), 'named'],
    ['all values in a quoted cell', text(['emotion', 'pixels'], [0, `"${grey(2304).join(' ')}"`]), 'named'],
    ['no header', text([5, ...grey(784)], [1, ...grey(784)]), 'bare'],
    ['a header that repeats a number', text([0, ...range(784).map((i) => `0.${i + 1}`)], [1, ...grey(784)]), 'bare'],
    ['labels', text(['file', 'label'], ['a.png', 'cat']), null],
    ['a few features', text(['label', ...numbered(8)], [1, ...grey(8)]), null],
    [
      'columns of fractions',
      text(['label', ...range(200).map((i) => `f${i}`)], [1, ...range(200).map((i) => i / 7)]),
      null,
    ],
    ['a word “pixels” for a size', text(['file', 'pixels'], ['a.png', 1024]), null],
    ['rows of few numbers', text(grey(20), grey(20), grey(20)), null],
    ['nothing', '', null],
  ])('%s', (_, table, found) => {
    expect(pixelTableIn(head(table))).toBe(found);
  });
});

describe('the columns', () => {
  it('a label before numbered columns', () => {
    const rows = [
      ['label', ...numbered(784)],
      ['3', ...grey(784)],
    ];
    const columns = pixelColumns(rows);
    expect(columns).toMatchObject({ header: true, others: [{ at: 0, name: 'label' }], side: 28, channels: 1 });
    expect(pixelsOf(columns, rows[1]!)!.slice(0, 3)).toEqual([0, 7, 14]);
  });

  it('three values a pixel', () => {
    expect(
      pixelColumns([
        [...numbered(192), 'label'],
        [...grey(192), '1'],
      ]),
    ).toMatchObject({ side: 8, channels: 3 });
  });

  describe('three channels', () => {
    const SIDE = 16;
    type Picture = (x: number, y: number, channel: number) => number;
    const pictures: Record<string, Picture> = {
      'a slope in colour': (x, y, c) => 4 * x + 3 * y + [0, 60, 120][c]!,
      'a grey slope': (x, y) => 7 * x + 5 * y,
      'a dark disc': (x, y, c) => (Math.hypot(x - 8, y - 8) < 5 ? 20 + 10 * c : 200 - 30 * c),
      waves: (x, y, c) => Math.round(120 + 80 * Math.sin(x / 3 + c) + 40 * Math.cos(y / 4)),
    };
    const square = range(SIDE * SIDE);
    const rowOf = (picture: Picture, planar: boolean): string[] => {
      const at = (pixel: number, channel: number) => picture(pixel % SIDE, Math.floor(pixel / SIDE), channel);
      const values = planar
        ? range(3).flatMap((channel) => square.map((pixel) => at(pixel, channel)))
        : square.flatMap((pixel) => range(3).map((channel) => at(pixel, channel)));
      return values.map(String);
    };

    it.each(Object.keys(pictures))('of %s: one after the other, or side by side', (name) => {
      const picture = pictures[name]!;
      const side = rowOf(picture, false);
      for (const planar of [true, false]) {
        const row = rowOf(picture, planar);
        const columns = pixelColumns([
          ['label', ...numbered(row.length)],
          ['1', ...row],
        ]);
        expect(columns).toMatchObject({ side: SIDE, channels: 3, planar });
        expect(pixelsOf(columns, ['1', ...row])).toEqual(side.map(Number));
      }
    });
  });

  it('one cell with all values, among others', () => {
    const rows = [
      ['age', 'pixels', 'gender'],
      ['7', `"${grey(2304).join(' ')}"`, '1'],
    ];
    const columns = pixelColumns(rows);
    expect(columns).toMatchObject({ packed: true, side: 48, others: [{ name: 'age' }, { name: 'gender' }] });
    expect(pixelsOf(columns, rows[1]!)).toHaveLength(2304);
  });

  it('without a header, the label is the first column', () => {
    expect(
      pixelColumns([
        ['5', ...grey(784)],
        ['1', ...grey(784, 3)],
      ]),
    ).toMatchObject({ header: false, others: [{ at: 0 }] });
  });

  it('without a header, the label is the last column if the first one is always the same', () => {
    const rows = [
      ['0', ...grey(783, 1), '5'],
      ['0', ...grey(783, 1), '2'],
    ];
    expect(pixelColumns(rows).others).toEqual([{ at: 784, name: 'label' }]);
  });

  it('without a header and without a label', () => {
    expect(pixelColumns([grey(784), grey(784, 3)])).toMatchObject({ header: false, others: [] });
  });

  it('says why rows are no images', () => {
    expect(() =>
      pixelColumns([
        ['label', ...numbered(200)],
        ['3', ...grey(200)],
      ]),
    ).toThrow('200 values');
  });

  it('a row with too few values, or with words, is no image', () => {
    const columns = pixelColumns([
      ['label', ...numbered(64)],
      ['3', ...grey(64)],
    ]);
    expect(pixelsOf(columns, ['3', ...grey(60)])).toBeNull();
    expect(pixelsOf(columns, ['3', ...grey(63), 'none'])).toBeNull();
  });
});
