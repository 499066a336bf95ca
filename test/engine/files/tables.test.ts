import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DELIMITER_CHARACTERS, delimiterOf } from '../../../src/core/dataset/delimiter';
import { csvLine } from '../../../src/core/text/csv';
import { parseTable } from '../../../src/engine/files/tables';

/**
 * A cell of a label table contains any text except the byte that marks a file as binary. Only the header is trimmed.
 */
const cell = fc.string({
  unit: fc.constantFrom(...Array.from('aB9 ."\'\n/=-éß猫'), ...DELIMITER_CHARACTERS),
  maxLength: 12,
});
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

describe('a CSV table', () => {
  it('returns every cell as it was written, also if it contains separators', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...DELIMITER_CHARACTERS),
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 12 }),
        fc.constantFrom('\n', '\r\n'),
        (delimiter, rows, end) => {
          const text = [['filename', 'label', 'note'], ...rows].map((row) => row.map(quoted).join(delimiter)).join(end);
          expect(parseTable('labels.csv', text)).toEqual({ columns: ['filename', 'label', 'note'], rows });
        },
      ),
    );
  });

  it('is split only by the separator of its header, so that a semicolon in an unquoted file name splits nothing', () => {
    expect(parseTable('labels.csv', 'filename,label\nx;1.png,cat\ny\t2.png,dog\n').rows).toEqual([
      ['x;1.png', 'cat'],
      ['y\t2.png', 'dog'],
    ]);
    expect(parseTable('labels.csv', 'filename;label\nx,1.png;cat\n').rows).toEqual([['x,1.png', 'cat']]);
  });

  it('may name its separator in a first line of its own', () => {
    for (const [separator, end] of [
      [';', '\r\n'],
      [',', '\n'],
      ['|', '\n'],
    ])
      expect(parseTable('labels.csv', ['sep=' + separator!, `a${separator!}b`, `1${separator!}2`].join(end))).toEqual({
        columns: ['a', 'b'],
        rows: [['1', '2']],
      });
  });

  it('written by Plumbline is read back unchanged', () => {
    // Blank cells at the ends of a line are kept. A guarded formula keeps its apostrophe here; the code that uses the
    // table removes it.
    const plain = cell.filter((text) => !/^'*[=+\-@\t\r]/.test(text));
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, plain), { minLength: 1, maxLength: 10 }), (rows) => {
        const kept = rows.filter((row) => row.join('') !== '');
        expect(parseTable('manifest.csv', csvLine(['file_name', 'label']) + kept.map(csvLine).join('')).rows).toEqual(
          kept,
        );
      }),
    );
  });

  it('gives text cells or one error for any bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('a.csv', 'a.tsv', 'metadata.jsonl'),
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...Array.from('a,;"\n{}[]:1')) })),
        (name, text) => {
          let table;
          try {
            table = parseTable(name, text);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            return;
          }
          expect([table.columns, ...table.rows].flat().every((value) => typeof value === 'string')).toBe(true);
        },
      ),
    );
  });
});

it('finds the separator in the header outside of quotes, and assumes a comma if there is none', () => {
  expect(
    ['a,b;c,d', 'a;b', 'a\tb', '"x;y;z",b', 'alone', '', '"never closed;;'].map((line) => delimiterOf(line)),
  ).toEqual([',', ';', '\t', ',', ',', ',', ',']);
});

it('prefers the separator of the file extension to that of the header', () => {
  expect([delimiterOf('a,b,c', 'x.tsv'), delimiterOf('a;b\tc;d', 'x.csv')]).toEqual(['\t', ';']);
});

describe('a table of JSON lines', () => {
  it('returns every text under its key, in the order of first use', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(
        fc.array(fc.record({ file_name: fc.string(), label: value }), { minLength: 1, maxLength: 12 }),
        (records) => {
          const { columns, rows } = parseTable(
            'metadata.jsonl',
            records.map((record) => JSON.stringify(record)).join('\n'),
          );
          expect(columns).toEqual(['file_name', 'label']);
          expect(rows).toEqual(records.map(({ file_name, label }) => [file_name, label === null ? '' : String(label)]));
        },
      ),
    );
  });

  it('is refused if a line is not an object', () => {
    for (const line of ['[1,2]', '7', 'null', '"a"'])
      expect(() => parseTable('metadata.jsonl', `{"file_name":"a"}\n${line}`)).toThrow('not a JSON object');
  });
});
