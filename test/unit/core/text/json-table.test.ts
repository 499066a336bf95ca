import { describe, expect, it } from 'vitest';
import { jsonTable, parseJson } from '../../../../src/core/text/json-table';

const LABELS = [
  ['path', 'predicted'],
  ['a.jpg', 'cat'],
  ['b.jpg', 'dog'],
];
const LISTS = [
  ['path', 'predicted'],
  ['a.jpg', '[0.9,0.1]'],
];
const NESTED = [
  ['path', 'p_cat', 'p_dog'],
  ['a.jpg', '0.9', '0.1'],
];

describe('JSON as a table', () => {
  it.each([
    ['an array of objects', '[{"path":"a.jpg","predicted":"cat"},{"path":"b.jpg","predicted":"dog"}]', LABELS],
    ['lines', '\ufeff{"path":"a.jpg","predicted":"cat"}\r\n{"path":"b.jpg","predicted":"dog"}\r\n', LABELS],
    [
      'a list in an object',
      '{"model":"x","predictions":[{"path":"a.jpg","predicted":"cat"},{"path":"b.jpg","predicted":"dog"}]}',
      LABELS,
    ],
    ['paths to labels', '{"a.jpg":"cat","b.jpg":"dog"}', LABELS],
    ['paths to lists', '{"a.jpg":[0.9,0.1]}', LISTS],
    ['paths to objects', '{"a.jpg":{"p_cat":0.9,"p_dog":0.1}}', NESTED],
    [
      'names without endings to shares',
      '{"a":{"cat":0.9,"dog":0.1}}',
      [
        ['path', 'cat', 'dog'],
        ['a', '0.9', '0.1'],
      ],
    ],
    [
      'what Vertex AI predicts',
      '{"instance":{"content":"gs://b/a.jpg"},"prediction":{"displayNames":["cat"],"confidences":[0.9]}}\n'.repeat(2),
      [
        ['path', 'predictions'],
        ['gs://b/a.jpg', '[{"label":"cat","score":0.9}]'],
        ['gs://b/a.jpg', '[{"label":"cat","score":0.9}]'],
      ],
    ],
    [
      'what AutoML predicts',
      '{"ID":"gs://b/a.jpg","annotations":[{"annotation_spec_id":"1","classification":{"score":0.9},"display_name":"cat"}]}\n'.repeat(
        2,
      ),
      [
        ['path', 'predictions'],
        ['gs://b/a.jpg', '[{"label":"cat","score":0.9}]'],
        ['gs://b/a.jpg', '[{"label":"cat","score":0.9}]'],
      ],
    ],
    [
      'a table of Weights & Biases with images in its cells',
      '{"columns":["path","predicted"],"data":[[{"_type":"image-file","path":"a.jpg","size":9},"cat"],[{"_type":"image-file","path":"b.jpg"},"dog"]]}',
      LABELS,
    ],
    [
      'batches',
      '{"paths":["a.jpg","b.jpg"],"preds":["cat","dog"]}\n{"paths":["c.jpg"],"preds":["cat"]}',
      [
        ['paths', 'preds'],
        ['a.jpg', 'cat'],
        ['b.jpg', 'dog'],
        ['c.jpg', 'cat'],
      ],
    ],
    ['fields of fields', '[{"path":"a.jpg","p":{"cat":0.9,"dog":0.1}}]', NESTED],
    ['columns of pandas', '{"path":{"0":"a.jpg","1":"b.jpg"},"predicted":{"0":"cat","1":"dog"}}', LABELS],
    ['columns as lists', '{"path":["a.jpg","b.jpg"],"predicted":["cat","dog"]}', LABELS],
    [
      'the split form of pandas',
      '{"columns":["path","predicted"],"index":[0,1],"data":[["a.jpg","cat"],["b.jpg","dog"]]}',
      LABELS,
    ],
    ['rows', '[["path","predicted"],["a.jpg","cat"],["b.jpg","dog"]]', LABELS],
  ])('is read from %s', (_, text, table) => {
    expect(jsonTable(parseJson(text))).toEqual(table);
  });

  it('has an empty cell for what a record lacks', () => {
    expect(
      jsonTable([
        { path: 'a', x: null },
        { path: 'b', y: 2 },
      ]),
    ).toEqual([
      ['path', 'x', 'y'],
      ['a', '', ''],
      ['b', '', '2'],
    ]);
  });

  it.each(['3', '[]', '[1,2]', '{}', '{"a":1}', '"x"'])('is refused from %s', (text) => {
    expect(() => jsonTable(parseJson(text))).toThrow('not a list of rows');
  });

  it('is refused if it cannot be parsed', () => {
    expect(() => parseJson('{')).toThrow(SyntaxError);
    expect(() => parseJson('{"a":1}\n{')).toThrow(SyntaxError);
  });
});
