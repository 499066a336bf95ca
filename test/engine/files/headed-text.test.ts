/** Tables with a header in text files, whose cells may have several words. */
import { expect, it } from 'vitest';
import { parseTable } from '../../../src/engine/files/tables';

it('reads columns that are named in the first line', () => {
  const cells = ['gbifID\tspecies\tcountry', '101\tVulpes vulpes\tDE', '102\tCanis lupus\t'];
  expect(parseTable('occurrence.txt', cells.join('\r\n'))).toMatchObject({
    columns: ['gbifID', 'species', 'country'],
    rows: [
      ['101', 'Vulpes vulpes', 'DE'],
      ['102', 'Canis lupus', ''],
    ],
  });
  expect(parseTable('labels.txt', 'filename,label,split\na.jpg,guinea pig,train\nb.jpg,cat,test')).toMatchObject({
    columns: ['filename', 'label', 'split'],
  });
});

it('still reads lists without a header, and prose', () => {
  expect(parseTable('train.txt', 'a.jpg,3\nb.jpg,4')).toMatchObject({ columns: ['file', 'label'] });
  expect(parseTable('names.txt', 'cat\ndog')).toMatchObject({ columns: ['file'] });
});
