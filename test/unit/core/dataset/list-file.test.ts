import { describe, expect, it } from 'vitest';
import { parseLabelObject, parseListFile } from '../../../../src/core/dataset/list-file';

describe('lists of labels', () => {
  it('takes the path up to its ending, so that it may contain blanks', () => {
    expect(parseListFile('# train\nmy images/a b.jpg  tabby cat\nc.PNG 3\n\n')?.rows).toEqual([
      ['my images/a b.jpg', 'tabby cat'],
      ['c.PNG', '3'],
    ]);
  });

  it.each([
    'This data set was made by us.\nSee fig.png for an example.\nThanks to all.',
    'a.jpg\nb.jpg',
    '1 2\n3 4',
    '',
  ])('takes %j for no list', (text) => {
    expect(parseListFile(text)).toBeNull();
  });

  it.each(['{"info": {"year": 2017}, "images": [1]}', '[]', '{}', '3', '["a.jpg"]', 'null'])(
    'takes %j for no object of labels',
    (text) => {
      expect(parseLabelObject(text)).toBeNull();
    },
  );
});
