import { describe, expect, it } from 'vitest';
import { delimited } from '../../../../src/core/dataset/delimiter';
import {
  withoutHeaders,
  withoutQuotes,
  withoutTitle,
  withRowNames,
  wideRows,
} from '../../../../src/core/dataset/title-rows';

const rows = (text: string) => text.split('\n').map((line) => line.split(','));

describe('single quotes around cells', () => {
  const quoted = Array.from({ length: 6 }, (_, at) => [`'${at}.jpg'`, `'cat'`, at === 2 ? `it's` : `'x'`]);

  it('are removed from a column in which all cells have them', () => {
    const [header, first, , third] = withoutQuotes([[`'file'`, 'label', 'note'], ...quoted]);
    expect([header, first, third]).toEqual([
      ['file', 'label', 'note'],
      ['0.jpg', 'cat', `'x'`],
      ['2.jpg', 'cat', `it's`],
    ]);
  });

  it('stay in a short table', () => {
    expect(withoutQuotes(quoted.slice(0, 4))).toEqual(quoted.slice(0, 4));
  });
});

describe('rows that repeat the header', () => {
  it.each([
    ['a.jpg,cat\nfile,label\nb.jpg,dog\nfile,label', 2],
    ['label,file\na.jpg,cat', 0],
    ['a.jpg,label\nfile,cat', 0],
    ['file,label,x', 0],
  ])('%j', (text, repeated) => {
    const found = withoutHeaders(['file', 'label'], rows(text));
    expect([found.repeated, found.rows.length]).toEqual([repeated, rows(text).length - repeated]);
  });

  it('of one column may be values', () => {
    expect(withoutHeaders(['', 'cat'], [['', 'cat']])).toEqual({ rows: [['', 'cat']], repeated: 0 });
  });
});

describe('lines above a header', () => {
  it.each([
    ['Labels of May,,\nfile,label,who\na.jpg,cat,x', ['Labels of May']],
    ['My labels\nfile,label\na.jpg,cat', ['My labels']],
    ['# by Ann\n# classes: cat, dog\nfile,label\na.jpg,cat', ['# by Ann', '# classes: cat  dog']],
    ['#file,label\na.jpg,cat', []],
    ['file\na.jpg', []],
    ['file\na.jpg,cat', []],
    ['file,label\na.jpg,cat', []],
  ])('of %j are %j', (text, before) => {
    const found = withoutTitle(rows(text));
    expect(found.before).toEqual(before);
    expect([...found.before, ...found.rows]).toHaveLength(rows(text).length);
  });

  it('do not decide the delimiter', () => {
    expect(delimited('Labels, of May\nfile;label;who\na;b;c').delimiter).toBe(',');
    expect(delimited('Labels of May\nfile;label;who\na;b;c').delimiter).toBe(';');
    expect(delimited('# a, b, c\nfile;label;who\na;b;c').delimiter).toBe(';');
    expect(delimited('\uFEFFsep=|\r\na,b|c')).toEqual({ text: 'a,b|c', delimiter: '|' });
  });
});

it('finds rows that are wider than the header, and headers that do not name the row numbers', () => {
  expect(wideRows(['a', 'b'], rows('1,2\n1,2,3\n1,2,'))).toEqual([1]);
  expect(withRowNames(['a', 'b'], rows('1,x,y\n2,x,y'))).toEqual(['', 'a', 'b']);
  expect(withRowNames(['a', 'b'], rows('1,x,y\n3,x,y'))).toEqual(['a', 'b']);
});
