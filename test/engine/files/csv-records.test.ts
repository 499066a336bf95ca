import { describe, expect, it } from 'vitest';
import { csvRecords } from '../../../src/engine/files/csv-records';

describe('records of CSV', () => {
  it('keep quoted delimiters and line ends, and marks inside of cells', () => {
    expect(csvRecords('path,label\n"a, b.jpg","two\nlines"\nc.jpg,5" wide\n\nd.jpg,"a ""b"""\n', ',')).toEqual([
      ['path', 'label'],
      ['a, b.jpg', 'two\nlines'],
      ['c.jpg', '5" wide'],
      ['d.jpg', 'a "b"'],
    ]);
  });

  it.each([
    [
      'path,label\n1.jpg,"cat"\n2.jpg,"dog\n3.jpg,"cat"\n4.jpg,cat\n',
      'the line “3.jpg,"cat"” has text behind the quotation mark that closes a cell',
    ],
    [
      'path,label\n1.jpg,"cat"\n2.jpg,"dog\n3.jpg,cat\n',
      'the line “2.jpg,"dog” opens a quotation mark that is never closed',
    ],
    ['path,label\n1.jpg,"cat" 2\n', 'the line “1.jpg,"cat" 2” has text behind the quotation mark'],
  ])('that cannot be split are named by their line: %j', (text, words) => {
    expect(() => csvRecords(text, ',')).toThrow(words);
  });
});
