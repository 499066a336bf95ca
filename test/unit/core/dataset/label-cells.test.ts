import { describe, expect, it } from 'vitest';
import { joinedLabels, joinedTags, labelCells } from '../../../../src/core/dataset/label-cells';

describe('the cells of a label column', () => {
  it.each([
    [['1.0', '0.0', '1'], ['1', '0', '1'], 'whole'],
    [['1,0', '2,00', '3'], ['1', '2', '3'], 'whole'],
    [['1,000', '2,000', '500'], ['1,000', '2,000', '500'], null],
    [["['cat']", '["big dog"]', '[cat, dog]'], ['cat', 'big dog', 'cat|dog'], 'lists'],
    [['{"class": "cat"}', '{"class":"dog"}'], ['cat', 'dog'], 'lists'],
    [['n01 1 2 3 4', 'n02 1 2 3 4 n02 5 6 7 8'], ['n01', 'n02'], 'boxes'],
    [[' cat ', 'nan', 'NULL', '#N/A', 'none'], ['cat', '', '', '', 'none'], null],
    [['1.5', '2.0'], ['1.5', '2.0'], null],
    [['[cat', 'dog]'], ['[cat', 'dog]'], null],
  ])('%j are %j', (cells, labels, form) => {
    expect(labelCells(cells)).toEqual({ labels, form });
  });
});

describe('labels of several classes', () => {
  const found = (...labels: string[]) => joinedLabels(new Map(labels.map((label) => [label, 2])));
  it('are recognized by their parts', () => {
    expect(found('cat', 'dog', 'cat|dog', 'cat|bird')).toEqual({ separator: '|', images: 4, example: 'cat|dog' });
    expect(found('scab', 'rust', 'scab rust')).toEqual({ separator: ' ', images: 2, example: 'scab rust' });
    expect(found('cat', 'dog', 'cat, dog')?.separator).toBe(',');
    expect(found('chair', 'person', 'tvmonitor chair person')?.example).toBe('tvmonitor chair person');
  });

  it('are no ordinary names of several words', () => {
    expect(found('red apple', 'green apple', 'red pear', 'green pear')).toBeNull();
    expect(found('apple', 'red apple', 'pine tree')).toBeNull();
    expect(found('cat', 'dog')).toBeNull();
  });
});

it('labels of several tags need not stand alone in a column of tags', () => {
  const counts = new Map(['clear primary', 'haze primary', 'cloudy'].map((label) => [label, 4]));
  expect(joinedTags('tags', counts)).toEqual({ images: 8, example: 'clear primary' });
  expect(joinedTags('label', counts)).toBeNull();
  expect(
    joinedTags(
      'tags',
      new Map([
        ['big cat', 4],
        ['old dog', 4],
      ]),
    ),
  ).toBeNull();
});
