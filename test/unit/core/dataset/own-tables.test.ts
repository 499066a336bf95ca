/** Tables and lists as people write them by hand: crosses, legends above the header, lists with dashes. */
import { describe, expect, it } from 'vitest';
import { delimiterOf } from '../../../../src/core/dataset/delimiter';
import { readings } from '../../../../src/core/dataset/layout';
import { parseListFile } from '../../../../src/core/dataset/list-file';
import { splitLists } from '../../../../src/core/dataset/split-lists';
import { whyNoLabels } from '../../../../src/core/dataset/why-no-labels';
import { leftOutText } from '../../../../src/core/text/folder-reading';
import { listingOf, some, summary, table } from './folder-case';

const images = some('pics', 24);
const rows = (row: (at: number) => readonly string[]) =>
  Array.from({ length: 24 }, (_, at) => [`${at}.jpg`, ...row(at)]);
const read = (columns: readonly string[], row: (at: number) => readonly string[]): string | null => {
  const [first] = readings(listingOf({ images, tables: [table('t.csv', ['Datei', ...columns], rows(row))] }));
  return first ? summary(first, images) : null;
};
const crosses = (mark: string, count: number) => (at: number) =>
  Array.from({ length: count }, (_, one) => (at % count === one ? mark : ''));

describe('a column of crosses for each class', () => {
  it.each(['x', 'X', '✓', '✔', 'ja', '1'])('is read with %s', (mark) => {
    expect(read(['Hund', 'Katze', 'Vogel'], crosses(mark, 3))).toBe('table t.csv: Hund Katze Vogel');
    expect(read(['Hund', 'Katze'], crosses(mark, 2))).toBe('table t.csv: Hund Katze');
  });

  it.each([
    ['✓', '✗'],
    ['ja', 'nein'],
    ['oui', 'non'],
  ])('is read with %s beside %s', (yes, no) => {
    const row = (at: number) => crosses(yes, 3)(at).map((cell) => cell || no);
    const [first] = readings(
      listingOf({ images, tables: [table('t.csv', ['Datei', 'Hund', 'Katze', 'Vogel'], rows(row))] }),
    );
    expect([0, 1, 2].map((at) => first?.labels.get(`pics/${at}.jpg`)?.className)).toEqual(['Hund', 'Katze', 'Vogel']);
  });

  it('is no label where most rows have none', () => {
    expect(read(['blurry', 'dark'], (at) => [at === 3 ? 'x' : '', at === 5 ? 'x' : ''])).toBeNull();
  });

  it('does not win over a column of labels', () => {
    expect(read(['label', 'blurry', 'sharp'], (at) => [at % 3 === 0 ? 'a' : 'b', ...crosses('x', 2)(at)])).toBe(
      'table t.csv: a b',
    );
  });
});

describe('the delimiter', () => {
  const body = 'Datei;Klasse\na.jpg;1\nb.jpg;2\n';

  it('is not that of a sentence above the header', () => {
    expect(delimiterOf(`Legende: 1 = gesund, 2 = krank;\n;\n${body}`)).toBe(';');
    expect(delimiterOf(`1 = gesund, 2 = krank, 3 = tot\n${body}`)).toBe(';');
  });

  it('is that of the header where names contain others', () => {
    expect(delimiterOf('file,label\na;1.jpg,x\nb;2.jpg,y\n')).toBe(',');
    expect(delimiterOf('file,label\n')).toBe(',');
  });
});

describe('a list with a sign between file and label', () => {
  it.each([' - ', ' – ', ': ', ' = ', ' -> ', ' → '])('is read without it: %j', (sign) => {
    expect(parseListFile(`a.jpg${sign}half ripe\nb.jpg${sign}ripe\n`)?.rows).toEqual([
      ['a.jpg', 'half ripe'],
      ['b.jpg', 'ripe'],
    ]);
  });

  it('keeps the sign of a number', () => {
    expect(parseListFile('a.jpg -1\nb.jpg 1\n')?.rows).toEqual([
      ['a.jpg', '-1'],
      ['b.jpg', '1'],
    ]);
  });
});

describe('lists of several folders', () => {
  const of = (domain: string): string[] => some(domain, 6);
  const list = (path: string, lines: readonly string[]) => ({
    path,
    ...parseListFile(lines.join('\n'))!,
    problem: null,
  });
  const lists = (domain: string) => [
    list(`${domain}_train.txt`, of(domain).slice(0, 4)),
    list(`${domain}_test.txt`, of(domain).slice(4)),
  ];

  it('divide all of them where none has an image of another', () => {
    const found = splitLists([...lists('clipart'), ...lists('real')], [...of('clipart'), ...of('real')])!;
    expect(found.splits.size).toBe(12);
    expect(found.splits.get('clipart/5.jpg')).toBe('test');
    expect(found.others).toEqual([]);
  });

  it('may join the split and a word in their names', () => {
    const inFolder = (domain: string) =>
      lists(domain).map((one) => ({
        ...one,
        path: one.path.replace(/^(\w+)_(train|test)/, (_, name: string, split: string) => `${name}/${split}CT_${name}`),
      }));
    const found = splitLists([...inFolder('a'), ...inFolder('b')], [...of('a'), ...of('b')])!;
    expect(found.lists.map(({ path }) => path)).toContain('b/trainCT_b.txt');
    expect(found.splits.size).toBe(12);
  });
});

describe('a table of whole numbers', () => {
  const numbers = table(
    't.csv',
    ['image', 'chain', 'hotel'],
    rows((at) => [String((at % 4) * 7), String((at % 3) * 11 + 2)]),
  );

  it('says which columns may be labels after all', () => {
    expect(whyNoLabels(listingOf({ images, tables: [numbers] })).join(' ')).toContain(
      '“chain” and “hotel” hold whole numbers, which may be measures or the numbers of classes. To take one as the label, name it with --label-column',
    );
    const folders = ['a', 'b'].flatMap((name) => some(name, 12, (at) => `${name === 'a' ? at : at + 12}.jpg`));
    const [first] = readings(listingOf({ images: folders, tables: [numbers] }));
    expect(leftOutText(first!.record, false).join(' ')).toContain('“chain” and “hotel” hold whole numbers');
  });
});
