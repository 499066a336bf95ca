import { expect, it } from 'vitest';
import { readPickle } from '../../../../src/core/unpack/pickle';

const read = (...parts: readonly (string | readonly number[])[]) =>
  readPickle(
    Buffer.concat([
      Buffer.from([0x80, 2]),
      ...parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
    ]),
    (bytes) => Buffer.from(bytes).toString('utf8'),
  );

it('reads a list that occurs twice as the same list', () => {
  const value = read(']q\0K\x05a0', '(h\0h\0t.');
  expect(value).toEqual([[5], [5]]);
});

it('reads lists of lists that occur twice in each other once, and not 2 to the 40 times', () => {
  const levels = Array.from({ length: 40 }, (_, i) => [
    ...Buffer.from('](h'),
    i,
    ...Buffer.from('h'),
    i,
    0x65,
    0x71,
    i + 1,
  ]);
  const value = read(']q\0', ...levels, '.');
  expect(value).toHaveLength(2);
});

it('refuses a list that contains itself', () => {
  expect(() => read(']q\0h\0a.')).toThrow('nested too deeply');
});

it('refuses more values than any data set needs', () => {
  expect(() => read('N'.repeat(5_000_100), '.')).toThrow('too many values');
});

it.each([
  ['a number', 'G\x01'],
  ['a text', 'X\xff\xff\xff\xff'],
  ['a line', 'cnumpy'],
])('says that %s ends early', (_, text) => {
  expect(() => read(text)).toThrow('it ends early');
});
