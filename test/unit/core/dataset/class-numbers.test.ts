import { describe, expect, it } from 'vitest';
import { namesOfNumbers } from '../../../../src/core/dataset/class-numbers';
import { labelsOfJson } from '../../../../src/core/dataset/label-json';
import { parseNames } from '../../../../src/core/dataset/name-lists';
import { readings } from '../../../../src/core/dataset/layout';
import { leftOutText } from '../../../../src/core/text/folder-reading';
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

describe('names of classes in files of other tools', () => {
  const file = (path: string, text: string): Table => ({
    path,
    ...(parseListFile(text) ?? parseNames(path, text))!,
    problem: null,
  });
  const yaml = (text: string): Table => ({ path: 'data.yaml', ...parseNames('data.yaml', text)!, problem: null });
  const json = (path: string, value: unknown): Table => ({ path, ...labelsOfJson(value)!, problem: null });
  const CATS = [
    ['0', 'cat'],
    ['1', 'guinea pig'],
  ];

  it.each([
    ['a list on one line, as Roboflow writes it', "train: ../train/images\nnc: 2\nnames: ['cat', 'guinea pig']\n"],
    ['a list on several lines', 'names: [\n  cat,\n  guinea pig\n]\nnc: 2\n'],
    ['a list with dashes', 'names:\n- cat\n- guinea pig\nnc: 2\n'],
    ['a mapping, as Ultralytics writes it', '# two\nnames:\n  0: cat # small\n  1: guinea pig\n\ndownload: x.zip\n'],
    ['a mapping on one line', 'names: {0: cat, 1: "guinea pig"}\n'],
  ])('data.yaml with %s', (_, text) => {
    expect(named(['0', '1'], yaml(text))).toEqual(CATS);
  });

  it.each([
    ['class_indices.json of Keras', json('class_indices.json', { cat: 0, 'guinea pig': 1 })],
    ['config.json of Hugging Face', json('config.json', { id2label: { 0: 'cat', 1: 'guinea pig' }, hidden: 3 })],
    ['a JSON list', json('classes.json', ['cat', 'guinea pig'])],
    ['a list in an object', json('labels.json', { names: ['cat', 'guinea pig'] })],
    ['classnames.txt of the CLIP benchmark', file('classnames.txt', 'cat\nguinea pig\n')],
    ['labels.txt of Teachable Machine', file('labels.txt', '0 cat\n1 guinea pig\n')],
    ['a Python dictionary', file('clsidx_to_labels.txt', "{0: 'cat',\n 1: 'guinea pig'}")],
    ['obj.names of Darknet', file('obj.names', 'cat\nguinea pig\n')],
  ])('%s', (_, table) => {
    expect(named(['0', '1'], table)).toEqual(CATS);
  });

  it('ImageNet: by number, and by the number of WordNet', () => {
    const index = json('imagenet_class_index.json', { 0: ['n01440764', 'tench'], 1: ['n01443537', 'goldfish'] });
    expect(named(['0', '1'], index)?.map(([, name]) => name)).toEqual(['tench', 'goldfish']);
    expect(named(['n01440764', 'n01443537'], index)?.map(([, name]) => name)).toEqual(['tench', 'goldfish']);
    const text = 'n01440764 tench, Tinca tinca\nn01443537 goldfish, Carassius auratus\nn01484850 great white shark\n';
    for (const path of ['synset_words.txt', 'LOC_synset_mapping.txt', 'words.txt'])
      expect(named(['n01440764', 'n01443537'], file(path, text))?.map(([, name]) => name)).toEqual([
        'tench, Tinca tinca',
        'goldfish, Carassius auratus',
      ]);
  });

  it.each([
    ['templates of CLIP', 'zeroshot_classification_templates.txt', 'a photo of a {c}.\na picture of a {c}.\n'],
    [
      'prose',
      'class_notes.txt',
      `${'These classes were drawn by hand over a long summer by many people '.repeat(3)}\nEnd\n`,
    ],
  ])('not from %s', (_, path, text) => {
    expect(parseNames(path, text)).toBeNull();
  });

  describe('a list that does not fit the classes is told', () => {
    const told = (classes: readonly string[], ...tables: readonly Table[]): string =>
      leftOutText(
        readings({
          images: classes.flatMap((name) => [`${name}/a.jpg`, `${name}/b.jpg`]),
          emptyFolders: [],
          tables,
        })[0]!.record,
        false,
      ).join(' ');

    it.each([
      [['0', '1', '2'], 'labels.txt', 'cat\ndog\n', 'names for 2 classes, but there are 3'],
      [['0', '1', '2'], 'labels.txt', '0 cat\n1 dog\n', 'names for 2 classes, but there are 3'],
      [['cat', 'dog', 'owl'], 'classes.txt', 'cat\ndog\n', 'it does not list “owl”'],
      [['cat', 'dog'], 'class_names.txt', 'cat\ndog\nsea horse\n', 'it lists “sea horse”, which has no images'],
    ])('%j and %s', (classes, path, text, words) => {
      expect(told(classes, file(path, text))).toContain(words);
    });

    it.each([
      [['0', '1'], 'labels.txt', 'cat\ndog\n'],
      [['cat', 'dog'], 'classes.txt', 'dog\ncat\n'],
      [['cat', 'dog'], 'names.txt', 'anna\nbert\ncarl\n'],
      [['cat', 'dog', 'owl'], 'names.csv', 'cat\ndog\nowl\n'],
      [['0', '1', '2'], 'names.csv', 'cat\ndog\nowl\n'],
    ])('%j and %s fit, or have nothing in common', (classes, path, text) => {
      expect(told(classes, file(path, text))).not.toContain('does not fit');
    });
  });
});
