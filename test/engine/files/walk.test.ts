import { afterEach, beforeEach, expect, it } from 'vitest';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { walkFolder, type Walked } from '../../../src/engine/files/walk';
import { put, scratch } from '../support/indexed';
import { jpeg } from '../support/samples';

let box: ReturnType<typeof scratch>;
beforeEach(() => void (box = scratch()));
afterEach(() => box.remove());

const walk = (): Promise<Walked> => walkFolder(box.folder, { most: Infinity });
const paths = (walked: Walked) => walked.images.map(({ file }) => file.path).sort();

it('skips and counts hidden and system files, and does not enter hidden folders', async () => {
  for (const name of [
    'a/1.jpg',
    'a/.hidden.jpg',
    'a/.DS_Store',
    'a/Thumbs.db',
    '__MACOSX/a/._1.jpg',
    '.git/2.jpg',
    '#recycle/3.jpg',
    '~$labels.xlsx',
  ])
    put(box.folder, name, Buffer.from('x'));
  const walked = await walk();
  expect(paths(walked)).toEqual(['a/1.jpg']);
  expect(walked.skipped.map(({ reason, name }) => `${reason} ${name}`.trim()).sort()).toEqual([
    'hidden',
    'hidden',
    'system-file #recycle',
    'system-file .DS_Store',
    'system-file Thumbs.db',
    'system-file __MACOSX',
    'system-file ~$labels.xlsx',
  ]);
});

it('lists the text files of all classes, where each has one for each split', async () => {
  const names = Array.from({ length: 20 }, (_, at) => [`class${at}_train.txt`, `class${at}_val.txt`]).flat();
  for (const name of [...names, 'train.txt']) put(box.folder, `ImageSets/Main/${name}`, Buffer.from('1 -1'));
  for (const name of [...names, 'notes.txt']) put(box.folder, `other/${name}`, Buffer.from('1 -1'));
  expect((await walk()).lists.sort()).toEqual([...names, 'train.txt'].map((name) => `ImageSets/Main/${name}`).sort());
});

it('lists images that are only in iCloud as other files', async () => {
  put(box.folder, 'a/.1.jpg.icloud', Buffer.from('x'));
  put(box.folder, 'a/.icloud', Buffer.from('x'));
  expect((await walk()).skipped.map(({ reason, name }) => `${reason} ${name}`.trim()).sort()).toEqual([
    'hidden',
    'other-type icloud',
  ]);
});

it('names the first image of a hidden folder, which loaders may read, or the folder itself', async () => {
  put(box.folder, 'a/.ipynb_checkpoints/deep/1-checkpoint.jpg', Buffer.from('x'));
  put(box.folder, '@eaDir/notes.txt', Buffer.from('x'));
  const walked = await walk();
  expect(walked.skipped.map(({ path }) => path).sort()).toEqual([
    '@eaDir/',
    'a/.ipynb_checkpoints/deep/1-checkpoint.jpg',
  ]);
});

it('recognizes images by their name or, if the name says nothing, by their content', async () => {
  put(box.folder, 'a/no_extension', await jpeg(1));
  put(box.folder, 'a/odd.dat', await jpeg(1));
  put(box.folder, 'a/notes', Buffer.from('words'));
  put(box.folder, 'a/readme.txt', Buffer.from('words'));
  put(box.folder, 'a/empty.JPG', Buffer.alloc(0));
  const walked = await walk();
  expect(paths(walked)).toEqual(['a/empty.JPG', 'a/no_extension', 'a/odd.dat']);
  expect(walked.skipped.map(({ name }) => name).sort()).toEqual(['', 'txt']);
});

it('follows links to files and folders, but never in circles', async () => {
  put(box.folder, 'a/1.jpg', await jpeg(1));
  symlinkSync('..', join(box.folder, 'a/loop'));
  symlinkSync('../a', join(box.folder, 'a/self'));
  symlinkSync('a', join(box.folder, 'b'));
  symlinkSync('nowhere.jpg', join(box.folder, 'a/dead.jpg'));
  symlinkSync('round.jpg', join(box.folder, 'a/round.jpg'));
  symlinkSync('1.jpg', join(box.folder, 'a/2.jpg'));
  const walked = await walk();
  expect(paths(walked)).toEqual([
    'a/1.jpg',
    'a/2.jpg',
    'a/dead.jpg',
    'a/round.jpg',
    'b/1.jpg',
    'b/2.jpg',
    'b/dead.jpg',
    'b/round.jpg',
  ]);
  const broken = Object.fromEntries(
    walked.images
      .filter(({ file }) => file.path.startsWith('a/'))
      .map(({ file, broken: why }) => [file.path, why?.code ?? null]),
  );
  expect(broken).toEqual({ 'a/1.jpg': null, 'a/2.jpg': null, 'a/dead.jpg': 'broken-link', 'a/round.jpg': 'link-loop' });
});

it('stays finite if links multiply', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    put(box.folder, `${name}/1.jpg`, Buffer.from('x'));
    for (const other of ['a', 'b', 'c', 'd', 'e'])
      if (other !== name) symlinkSync(`../${other}`, join(box.folder, name, `to_${other}`));
  }
  expect((await walk()).images.length).toBeLessThanOrEqual(5 + 5 * 4 + 5 * 4 * 3);
});

it('keeps names with any bytes', async () => {
  const names = [
    'sp ace.jpg',
    `quo'te".jpg`,
    'new\nline.jpg',
    'emoji_😀.jpg',
    '-dash.jpg',
    'per%20cent#?.jpg',
    'back\\slash.jpg',
  ];
  for (const name of names) put(box.folder, `a/${name}`, Buffer.from('x'));
  writeFileSync(
    Buffer.concat([Buffer.from(join(box.folder, 'a/bad_')), Buffer.from([0xff, 0xe9]), Buffer.from('é.jpg')]),
    'x',
  );
  const walked = await walk();
  expect(paths(walked)).toEqual([...names.map((name) => `a/${name}`), 'a/bad_\\xFF\\xE9é.jpg'].sort());
  const bad = walked.images.find(({ file }) => file.raw !== null)!;
  expect(bad.file.absolute(box.folder).includes(Buffer.from([0xff, 0xe9]))).toBe(true);
});

it('lists empty folders and label tables', async () => {
  put(box.folder, 'a/1.jpg', Buffer.from('x'));
  mkdirSync(join(box.folder, 'b/c'), { recursive: true });
  put(box.folder, 'd/notes.txt', Buffer.from('x'));
  put(box.folder, 'labels.csv', Buffer.from('file,label\n'));
  put(box.folder, 'train/metadata.jsonl', Buffer.from('{}\n'));
  const walked = await walk();
  expect(walked.emptyFolders.sort()).toEqual(['b/c', 'd']);
  expect(walked.tables.sort()).toEqual(['labels.csv', 'train/metadata.jsonl']);
});

it('lists text and JSON files that may be label lists, unless there is one for each image', async () => {
  put(box.folder, 'train.txt', Buffer.from('a/1.jpg 0\n'));
  put(box.folder, 'labels.json', Buffer.from('{}'));
  put(box.folder, 'README.txt', Buffer.from('x'));
  for (let at = 0; at < 30; at += 1) put(box.folder, `boxes/${at}.txt`, Buffer.from('0 0.5 0.5 1 1\n'));
  const walked = await walk();
  expect(walked.lists.sort()).toEqual(['labels.json', 'train.txt']);
  expect(walked.skipped).toHaveLength(33);
});

it('can be limited in length and reports that it is incomplete', async () => {
  for (let i = 0; i < 30; i += 1) put(box.folder, `c${i % 3}/${i}.jpg`, Buffer.from('x'));
  const walked = await walkFolder(box.folder, { most: 10 });
  expect(walked.whole).toBe(false);
  expect(walked.images.length).toBeLessThan(30);
});
