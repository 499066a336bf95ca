/** Tables with a header in text files, whose cells may have several words. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseTable, readTable } from '../../../src/engine/files/tables';

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

it('says what is wrong with JSON that is meant to hold labels, and ignores other files', () => {
  const box = mkdtempSync(join(tmpdir(), 'plumbline-'));
  try {
    for (const name of ['labels.json', 'settings.json'])
      writeFileSync(join(box, name), '{ "1.jpg": "cat", // first\n}');
    expect(readTable(box, 'labels.json')).toMatchObject({
      known: true,
      problem: expect.stringContaining('JSON') as string,
    });
    expect(readTable(box, 'settings.json')).toMatchObject({ known: false });
  } finally {
    rmSync(box, { recursive: true });
  }
});
