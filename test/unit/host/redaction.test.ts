import { describe, expect, it } from 'vitest';
import { redacted } from '../../../src/host/redaction';

const roots = ['/home/jane doe/my sets', '/home/jane doe/my sets/cats (old)', String.raw`C:\Users\Jane Doe\set`];

describe('a text in the log', () => {
  it.each([
    ['cannot open /home/jane/cats/cat/1.png: gone', 'cannot open …/1.png: gone'],
    ["ENOENT: no such file, open '/home/jane doe/my cats/1.png'", "ENOENT: no such file, open '…/1.png'"],
    ['“C:\\Users\\Jane Doe\\set” is not a folder', '“…/set” is not a folder'],
    ['\\\\host\\my share\\set is not a folder', '…/set is not a folder'],
    [
      'at run (/opt/plumbline/out/engine/main.js:10:3)\nat go (/opt/a b/c.js:1:2)',
      'at run (…/main.js:10:3)\nat go (…/c.js:1:2)',
    ],
    ['file:///home/jane%20doe/a.js', 'file:…/a.js'],
    ['/home/jane/cats/', '…/cats/'],
  ])('keeps the last part of a path: %s', (text, expected) => {
    expect(redacted(text, [])).toBe(expected);
  });

  it.each([
    '/home/jane secret/my secret cats/1.png',
    "/home/jane's secret/secret, and (secret) more: secret/1.png",
    '/a secret/b.png and /c secret/d secret/1.png',
    '{"a":"/secret place/secret/1.png"}',
    String.raw`D:\secret place\secret\1.png`,
    '/home/jane doe/my sets secret/secret/1.png',
    'in/home/ (/secret/secret place/1.png)',
  ])('lets no folder name out: %s', (path) => {
    const text = redacted(`no ${path} there`, roots);
    expect(text).not.toContain('secret');
    expect(text).toContain('1.png');
  });

  it.each([
    ['cannot open /home/jane doe/my sets/cat/a b.png: gone', 'cannot open <dataset>/cat/a b.png: gone'],
    ["open '/home/jane doe/my sets/cats (old)/train (1)/a.png'", "open '<dataset>/train (1)/a.png'"],
    ['C:/Users/Jane Doe/set/cat/1.png', '<dataset>/cat/1.png'],
    [String.raw`C:\Users\Jane Doe\set\cat\1.png`, String.raw`<dataset>/cat\1.png`],
    ['“/home/jane doe/my sets” is empty', '“…/my sets” is empty'],
    ['/home/jane doe/my sets/a/1.png to /mnt/b c/2.png', '<dataset>/a/1.png to …/2.png'],
    ['/mnt/b c/2.png to /home/jane doe/my sets/a/1.png', '…/2.png to <dataset>/a/1.png'],
    ['/mnt/home/jane doe/my sets/1.png', '…/1.png'],
  ])('gives a path inside a data set relative to it: %s', (text, expected) => {
    expect(redacted(text, roots)).toBe(expected);
  });

  it('does not take the root of the file system for a data set', () => {
    expect(redacted('/home/jane/1.png', ['/', ''])).toBe('…/1.png');
  });

  it.each([
    '312/s',
    'train/val/test',
    '3 of 4 and/or 5',
    'a / b',
    'dataset-changed',
    '',
    '<dataset>/cat/1.png',
    'a\n…/b',
  ])('keeps “%s”, which is not an absolute path', (text) => {
    expect(redacted(text, roots)).toBe(text);
  });
});
