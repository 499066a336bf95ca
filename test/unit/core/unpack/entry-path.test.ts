import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classFolder, entryPath } from '../../../../src/core/unpack/entry-path';

describe('entryPath', () => {
  it.each([
    ['a/b.jpg', 'a/b.jpg'],
    ['./a//b.jpg', 'a/b.jpg'],
    ['/a/b.jpg', 'a/b.jpg'],
    ['C:\\a\\b.jpg', 'a/b.jpg'],
    ['a/../b.jpg', null],
    ['..\\b.jpg', null],
    ['a\0b', null],
    ['', null],
    ['./', null],
    [`${'é'.repeat(128)}.jpg`, null],
  ])('%s', (name, path) => {
    expect(entryPath(name)).toBe(path);
  });
});

it('neither an entry nor a class ever leads out of the folder', () => {
  const pieces = fc.array(fc.constantFrom('..', '.', '/', '\\', 'C:', 'a', '\0', ' ', 'é'), { maxLength: 12 });
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('');
      for (const path of [entryPath(text), classFolder(text)]) {
        if (path === null) continue;
        expect(path.startsWith('/')).toBe(false);
        for (const part of path.split('/')) expect(['', '.', '..']).not.toContain(part);
        expect(path).not.toContain('\0');
      }
    }),
  );
});

describe('classFolder', () => {
  it.each([
    ['cat', 'cat'],
    ['AC/DC', 'AC-DC'],
    ['.net', '_.net'],
    ['', '(no name)'],
    ['..', '_..'],
  ])('%s', (name, folder) => {
    expect(classFolder(name)).toBe(folder);
  });
});
