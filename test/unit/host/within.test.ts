import { posix, win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isWithin } from '../../../src/host/within';

describe('a path', () => {
  it.each([
    ['/data', '/data', true],
    ['/data/cat', '/data', true],
    ['/data/..cat', '/data', true],
    ['/data', '/', true],
    ['/', '/data', false],
    ['/data2', '/data', false],
    ['/data/../secret', '/data', false],
  ])('%s in %s: %s', (path, folder, within) => {
    expect(isWithin(path, folder, posix)).toBe(within);
  });

  it.each([
    ['C:\\data\\cat', 'C:\\data', true],
    ['c:\\DATA\\cat', 'C:\\data', true],
    ['C:\\data2', 'C:\\data', false],
    ['D:\\data', 'C:\\data', false],
    ['\\\\server\\share\\data', 'C:\\data', false],
  ])('of Windows %s in %s: %s', (path, folder, within) => {
    expect(isWithin(path, folder, win32)).toBe(within);
  });
});
