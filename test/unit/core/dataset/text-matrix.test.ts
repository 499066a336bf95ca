import { expect, it } from 'vitest';
import { textMatrix } from '../../../../src/core/dataset/text-matrix';

it.each([
  ['1.0e-01 9.0e-01\n2.5e-01 nan\n', null, 2],
  ['# header\n1,2,3\n4,5,6\n', null, 3],
  ['cat;dog\n.5;.5\n', ['cat', 'dog'], 2],
  ['0\n1\n2', null, 1],
])('reads %j', (text, header, width) => {
  const found = textMatrix(text);
  expect(found?.header).toEqual(header);
  expect(found?.rows.every((row) => row.length === width)).toBe(true);
});

it.each([['path,cat,dog\na.jpg,1,0'], ['1 2\n3'], [''], ['a b c']])('refuses %j', (text) => {
  expect(textMatrix(text)).toBeNull();
});
