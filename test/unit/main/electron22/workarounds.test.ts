import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bareType } from '../../../../src/main/electron22/buffer-protocol';
import { isSupported, needs, OLDEST } from '../../../../src/main/electron22/workarounds';

it.each([
  ['22.3.25', true, true],
  ['24.8.8', true, true],
  ['25.0.0', true, false],
  ['42.9.0', true, false],
  ['43.0.0', false, false],
  ['100.0.0-beta.1', false, false],
])('on Electron %s: padded frames %s, buffer protocol %s', (electron, padded, buffers) => {
  expect([needs('padded-frames', electron), needs('buffer-protocol', electron)]).toEqual([padded, buffers]);
});

it('the Electron in package.json is supported and needs no workaround, and the oldest one needs all', () => {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    devDependencies: { electron: string };
  };
  for (const workaround of ['padded-frames', 'buffer-protocol'] as const) {
    expect(needs(workaround, devDependencies.electron)).toBe(false);
    expect(needs(workaround, String(OLDEST.electron))).toBe(true);
  }
  expect(isSupported(devDependencies.electron)).toBe(true);
  expect(isSupported(String(OLDEST.electron))).toBe(false);
});

it('the old protocol is given a type without its character set', () => {
  expect(bareType('text/html; charset=utf-8')).toBe('text/html');
  expect(bareType('image/webp')).toBe('image/webp');
});

it('the index names every file with a workaround', () => {
  const index = readFileSync('src/main/electron22/README.md', 'utf8');
  const files = readdirSync('src/main/electron22').filter((file) => file.endsWith('.ts'));
  expect(files.filter((file) => !index.includes(`\`${file}\``))).toEqual([]);
  expect(files).toContain('workarounds.ts');
});
