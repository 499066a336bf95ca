import { describe, expect, it } from 'vitest';
import { readJson } from '../../../../src/core/review/exchange-json';
import { readExchangeTable } from '../../../../src/core/review/exchange-table';

describe('tables that other tools and people write', () => {
  const read = (text: string) =>
    readExchangeTable(text.split('\n').map((line) => line.split(','))).map(({ path, kind, label, problem }) => [
      path,
      kind ?? label,
      problem,
    ]);

  it('may have a title above the header, ids without endings, and a column for the new class', () => {
    expect(read('My decisions\nid,old,new\n7,cat,dog')).toEqual([['7', 'dog', null]]);
    expect(read('# by Ann\nfilepath,ground_truth.label\n7.jpg,dog')).toEqual([['7.jpg', 'dog', null]]);
  });

  it('may say decisions by yes and no', () => {
    expect(read('path,keep\n1.jpg,True\n2.jpg,False')).toEqual([
      ['1.jpg', 'keep', null],
      ['2.jpg', 'exclude', null],
    ]);
    expect(read('path,label,remove\n1.jpg,cat,1\n2.jpg,cat,0')).toEqual([
      ['1.jpg', 'exclude', null],
      ['2.jpg', null, null],
    ]);
  });

  it.each([
    'path,is_label_issue,given_label,predicted_label\n1.jpg,True,cat,dog',
    'image,label,is_label_issue\n1.jpg,cat,True',
    'filename,label,score,label2\n1.jpg,cat,0,dog',
    'from,to,distance\n1.jpg,2.jpg,0.9',
  ])('are refused if they list suspects: %j', (text) => {
    expect(() => read(text)).toThrow('lists suspected images');
  });

  it('are read beside suspicions if they have decisions', () => {
    expect(read('path,label,score,decision\n1.jpg,cat,0.1,exclude')).toEqual([['1.jpg', 'exclude', null]]);
    expect(read('path,label,is_label_issue,corrected_label\n1.jpg,cat,True,dog')).toEqual([['1.jpg', 'dog', null]]);
  });

  it('may come from cleanlab, with its words for decisions', () => {
    expect(
      read(
        'path,label,is_label_issue,corrected_label,cleanlab_action\n1.jpg,cat,True,,exclude\n2.jpg,cat,True,dog,re-label\n3.jpg,cat,False,,keep\n4.jpg,cat,True,,unresolved',
      ),
    ).toEqual([
      ['1.jpg', 'exclude', null],
      ['2.jpg', 'relabel', null],
      ['3.jpg', 'keep', null],
      ['4.jpg', 'unsure', null],
    ]);
  });

  it.each([
    ['file,old_label,new_label\n1.jpg,cat,dog', 'cat'],
    ['file,label,new_label\n1.jpg,cat,dog', 'cat'],
    ['file,label\n1.jpg,dog', null],
  ])('say what the image was: %j', (text, was) => {
    expect(readExchangeTable(text.split('\n').map((line) => line.split(',')))[0]!.was).toBe(was);
  });

  it('are refused if they only list images, and rows that are too wide have a problem', () => {
    expect(() => read('cat/1.jpg\ncat/2.jpg')).toThrow('without a decision');
    expect(read('path,label\n1.jpg,dog,black')).toEqual([['1.jpg', 'dog', 'has more cells than the first line']]);
  });
});

it('reads labels and samples of FiftyOne', () => {
  expect(readJson({ classes: ['cat', 'dog'], labels: { 'cat/1': 1 } })).toMatchObject([
    { path: 'cat/1', label: 'dog' },
  ]);
  expect(readJson({ samples: [{ filepath: '/d/1.jpg', ground_truth: { label: 'dog' } }] })).toMatchObject([
    { path: '/d/1.jpg', label: 'dog' },
  ]);
});

it('finds the images by the cells if the header is in another language', () => {
  const table = (...rows: string[][]) => readExchangeTable(rows).map(({ path, label }) => [path, label]);
  expect(table(['Pfad', 'label'], ['a/1.jpg', 'cat'], ['b/2.png', 'dog'])).toEqual([
    ['a/1.jpg', 'cat'],
    ['b/2.png', 'dog'],
  ]);
  // Two columns of files do not say which one is meant.
  expect(() => table(['von', 'nach', 'label'], ['1.jpg', '2.jpg', 'cat'])).toThrow('must name a path column');
});
