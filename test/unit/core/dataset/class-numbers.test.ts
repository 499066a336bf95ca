import { describe, expect, it } from 'vitest';
import { namesOfNumbers } from '../../../../src/core/dataset/class-numbers';
import { parseListFile } from '../../../../src/core/dataset/list-file';
import type { Table } from '../../../../src/core/dataset/table';

const table = (path: string, columns: readonly string[], ...rows: readonly (readonly string[])[]): Table => ({
  path,
  columns,
  rows,
  problem: null,
});
const list = (path: string, ...lines: readonly string[]): Table => ({
  path,
  ...parseListFile(lines.join('\n'))!,
  problem: null,
});
const named = (classes: readonly string[], one: Table, labels = false): (readonly string[])[] | null =>
  namesOfNumbers(
    [{ table: one, labels }],
    classes.map((className) => ({ className, split: null })),
  )?.names.map(({ number, name }) => [number, name]) ?? null;

describe('a file names the classes', () => {
  it('one word a line, counted from 0 or 1', () => {
    expect(named(['0', '1'], list('labels.txt', 'cat', 'dog'))).toEqual([
      ['0', 'cat'],
      ['1', 'dog'],
    ]);
    expect(named(['1', '2'], list('labels.txt', 'cat', 'dog'))).toEqual([
      ['1', 'cat'],
      ['2', 'dog'],
    ]);
  });

  it('numbers and names in a table, with zeros in front or without', () => {
    const signs = table('signnames.csv', ['ClassId', 'SignName'], ['0', 'Stop'], ['1', 'Speed limit (20km/h)']);
    expect(named(['00000', '00001'], signs)).toEqual([
      ['00000', 'Stop'],
      ['00001', 'Speed limit (20km/h)'],
    ]);
  });

  it('a JSON object whose numbers are also names of images', () => {
    const flowers = table('cat_to_name.json', ['file', 'label'], ['1', 'rose'], ['2', 'tulip']);
    expect(named(['1', '2'], flowers, true)).toEqual([
      ['1', 'rose'],
      ['2', 'tulip'],
    ]);
  });

  it('numbers of WordNet, of which the data set has a part', () => {
    const words = list(
      'words.txt',
      'n00000001\tentity',
      'n01443537\tgoldfish, Carassius auratus',
      'n01629819 salamander',
    );
    expect(named(['n01629819', 'n01443537'], words)).toEqual([
      ['n01443537', 'goldfish, Carassius auratus'],
      ['n01629819', 'salamander'],
    ]);
  });
});

describe('no file names the classes', () => {
  it.each([
    ['a line for fewer classes', ['0', '1', '2'], list('labels.txt', 'cat', 'dog')],
    ['a number without a name', ['0', '5'], table('classes.csv', ['id', 'name'], ['0', 'cat'], ['1', 'dog'])],
    ['classes that are words', ['cat', 'dog'], table('classes.csv', ['id', 'name'], ['0', 'cat'], ['1', 'dog'])],
    ['paths of pictures', ['0', '1'], table('Meta.csv', ['Path', 'ClassId'], ['Meta/0.png', '0'], ['Meta/1.png', '1'])],
    ['a file with another purpose', ['0', '1'], table('prices.csv', ['id', 'name'], ['0', 'cat'], ['1', 'dog'])],
  ])('%s', (_, classes, one) => {
    expect(named(classes, one)).toBeNull();
  });

  it('a table that labels more images than there are classes', () => {
    const rows = ['0', '1', '2', '3'].map((number) => [number, 'cat']);
    expect(named(['0', '1'], table('labels.csv', ['file', 'label'], ...rows), true)).toBeNull();
  });
});
