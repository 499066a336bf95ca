import { describe, expect, it } from 'vitest';
import { labelsOfJson } from '../../../../src/core/dataset/label-json';
import { parseListFile } from '../../../../src/core/dataset/list-file';

describe('lists of labels', () => {
  it('takes the path up to its ending, so that it may contain blanks', () => {
    expect(parseListFile('# train\nmy images/a b.jpg  tabby cat\nc.PNG 3\n\n')?.rows).toEqual([
      ['my images/a b.jpg', 'tabby cat'],
      ['c.PNG', '3'],
    ]);
  });

  it.each([
    'This data set was made by us.\nSee fig.png for an example.\nThanks to all.',
    'One image for each line:\na.jpg',
    '1 2\n3 4 5',
    '',
  ])('takes %j for no list', (text) => {
    expect(parseListFile(text)).toBeNull();
  });

  it('takes the columns that a line above the images names, with any blanks between them', () => {
    const lines = ['3', 'image_name item_id evaluation_status'].concat(
      ['a', 'b', 'c'].map((name) => `img/${name}.jpg    id_0001    train`),
    );
    expect(parseListFile(lines.join('\n'))).toEqual({
      columns: ['image_name', 'item_id', 'evaluation_status'],
      rows: ['a', 'b', 'c'].map((name) => [`img/${name}.jpg`, 'id_0001', 'train']),
    });
  });

  it('takes codes of images with as many words as there are to say, below a text', () => {
    const lines = Array.from(
      { length: 12 },
      (_, at) => `mdb${101 + at} ${'GD'[at % 2]!} ${at % 3 === 0 ? 'NORM' : 'CIRC B 535 425 197'}`,
    );
    const list = parseListFile(`INFO: These are\nthe columns of each line.\n\n${lines.join('\n')}\n`);
    expect(list?.columns).toEqual(['file', ...[2, 3, 4, 5, 6, 7].map((at) => `column ${at}`)]);
    expect(list?.rows[0]).toEqual(['mdb101', 'G', 'NORM', '', '', '', '']);
    expect(list?.rows[1]).toEqual(['mdb102', 'D', 'CIRC', 'B', '535', '425', '197']);
    expect(
      parseListFile(`Step1 of this text says\nStep2 a little more than that\n${lines.slice(0, 5).join('\n')}`),
    ).toBeNull();
  });

  it('takes as many codes as a large data set has', () => {
    const lines = Array.from({ length: 200_000 }, (_, at) => `id${at} ${at % 2 === 0 ? 'a b' : 'a'}`);
    expect(parseListFile(lines.join('\n'))?.rows).toHaveLength(200_000);
  });

  it('takes several labels between the number and the path of an image', () => {
    const lines = Array.from({ length: 30 }, (_, at) => [at, `${at % 3}.000000`, at % 2, at * 7, `my img/${at}.jpg`]);
    expect(parseListFile(lines.map((line) => line.join('\t')).join('\n'))).toMatchObject({
      columns: ['index', 'label 1', 'label 2', 'value 3', 'file'],
      rows: { length: 30 },
    });
    const boxes = lines.map(([at, label]) => [at, label, '0.25', '0.5', `${at}.jpg`].join('\t'));
    expect(parseListFile(boxes.join('\n'))?.columns).not.toContain('label 1');
  });

  it('takes lines without labels, and lines of the same number of words', () => {
    expect(parseListFile('a/1.jpg\nb/2.jpg\n')).toEqual({ columns: ['file'], rows: [['a/1.jpg'], ['b/2.jpg']] });
    expect(parseListFile('apple_pie/1005649\npizza/17')?.rows).toEqual([['apple_pie/1005649'], ['pizza/17']]);
    expect(parseListFile('1 001.Bird/a b.jpg\n2 001.Bird/c d.jpg')).toMatchObject({
      columns: ['1', '001.Bird/a', 'b.jpg'],
    });
    expect(parseListFile('cat img/1.jpg\ndog img/2.jpg')).toEqual({
      columns: ['cat', 'img/1.jpg'],
      rows: [['dog', 'img/2.jpg']],
    });
    expect(parseListFile('my img/a.jpg\nmy img/b.jpg')?.rows).toEqual([['my', 'img/b.jpg']]);
  });

  it.each([3, 30])('takes the names of %i attributes from the line above them', (count) => {
    const rows = Array.from({ length: count }, (_, at) => [`${at}.jpg`, '-1', '1']);
    const text = [String(count), 'Bald Smiling', ...rows.map((row) => row.join(' '))].join('\n');
    expect(parseListFile(text)).toEqual({ columns: ['file', 'Bald', 'Smiling'], rows });
  });

  it('takes several numbers after a path for columns of their own', () => {
    expect(parseListFile('1.jpg  1 -1\n2.jpg -1  1')).toEqual({
      columns: ['file', 'column 2', 'column 3'],
      rows: [
        ['1.jpg', '1', '-1'],
        ['2.jpg', '-1', '1'],
      ],
    });
  });

  it.each(['{"info": {"year": 2017}, "images": [1]}', '[]', '{}', '3', '["a.jpg"]', 'null'])(
    'takes %j for no object of labels',
    (text) => {
      expect(labelsOfJson(JSON.parse(text))).toBeNull();
    },
  );
});

it('reads the numbers of images before labels of several words, if these repeat', () => {
  const lines = Array.from({ length: 12 }, (_, at) => `${1000 + at} ${['A 310', 'Boeing 717', '707-320'][at % 3]!}`);
  expect(parseListFile(lines.join('\n'))).toEqual({
    columns: ['file', 'label'],
    rows: lines.map((line) => [line.slice(0, 4), line.slice(5)]),
  });
  const prose = Array.from({ length: 12 }, (_, at) => `${at + 1} is ${'very '.repeat(at % 4)}good, number ${at}`);
  expect(parseListFile(prose.join('\n'))?.columns).not.toEqual(['file', 'label']);
});
