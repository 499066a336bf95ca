import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { controlText } from '../../scripts/package/deb';
import { iconPng } from '../../scripts/package/icon';
import { distributedPackages, enginePackages } from '../../scripts/package/modules';
import { noticesText } from '../../scripts/package/notices';

/** Packages for a single system; other machines have different ones. */
const native = /^(@img\/|node-(linux|darwin|win|bin)-)/;

describe('the third-party notices in the repository', () => {
  it('list every package in a packaged app, with its version', async () => {
    const notices = readFileSync('THIRD_PARTY_NOTICES.txt', 'utf8');
    const works = (await distributedPackages()).filter(({ name }) => !native.test(name));
    expect(works.length).toBeGreaterThan(100);
    const missing = works
      .filter(({ name, version }) => !notices.includes(`\n  ${name} ${version} (`))
      .map(({ name, version }) => `${name} ${version}`);
    expect(missing, 'run `npm run notices`').toEqual([]);
    for (const own of ['Electron', 'TensorFlow (libtensorflow)', 'EfficientNet-Lite0 (weights)'])
      expect(notices).toContain(`\n  ${own} `);
  });

  it('contain a text that several works share only once', () => {
    const work = { version: '1.0.0', licence: 'MIT', source: 'https://a.example' };
    const text = noticesText([
      { ...work, name: 'b', texts: ['Same text.'] },
      { ...work, name: 'a', texts: ['Same text.'] },
      { ...work, name: 'c', texts: ['Another.'] },
    ]);
    expect(text.match(/Same text\./g)).toHaveLength(1);
    expect(text).toContain('a 1.0.0 (MIT)\nb 1.0.0 (MIT)\n\nSame text.');
  });
});

it('the packaged engine has what it requires, and not what only the window needs', async () => {
  const names = (await enginePackages()).map(({ name }) => name);
  for (const name of [
    '@tensorflow/tfjs-node',
    '@aws-sdk/client-s3',
    'better-sqlite3',
    'onnxruntime-node',
    'sharp',
    'zod',
    `node-${process.platform}-${process.arch}`,
  ])
    expect(names).toContain(name);
  for (const name of ['@lucide/svelte', 'svelte', 'electron', 'vite', '@types/node']) expect(names).not.toContain(name);
});

it('the Debian control file depends on each library under its old and its new name', () => {
  const text = controlText({
    name: 'plumbline',
    version: '1.2.3',
    architecture: 'amd64',
    size: 7,
    description: 'What it is.',
  });
  expect(text).toMatch(/^Package: plumbline\nVersion: 1\.2\.3\nArchitecture: amd64\n/);
  expect(text).toContain('libgtk-3-0 | libgtk-3-0t64');
  expect(text.endsWith('\n What it is.\n')).toBe(true);
});

it('the icon is drawn at every size, and is in the repository as a bitmap', async () => {
  expect((await iconPng(16)).readUInt32BE(16)).toBe(16);
  expect(existsSync('resources/icon.png')).toBe(true);
});
