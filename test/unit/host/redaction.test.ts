import { describe, expect, it } from 'vitest';
import { redacted } from '../../../src/host/redaction';

describe('a text in the log', () => {
  it.each([
    ['cannot open /home/jane/cats/cat/1.png: gone', 'cannot open …/1.png: gone'],
    ["ENOENT: no such file, open '/home/jane doe/my cats/1.png'", "ENOENT: no such file, open '…/1.png'"],
    ['“C:\\Users\\Jane Doe\\set” is not a folder', '“…/set” is not a folder'],
    ['at run (/opt/plumbline/out/engine/main.js:10:3)', 'at run (…/main.js:10:3)'],
    ['file:///home/jane/a.js', 'file:…/a.js'],
  ])('%s', (text, expected) => {
    expect(redacted(text)).toBe(expected);
  });

  it.each(['312/s', 'train/val/test', '3 of 4 and/or 5', 'a / b', 'dataset-changed', ''])(
    'keeps “%s”, which is not a path',
    (text) => {
      expect(redacted(text)).toBe(text);
    },
  );
});
