import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExportOptions } from '../../../src/contract/model/export';
import { exportDataset } from '../../../src/engine/stages/export';
import { act } from '../../../src/engine/stages/review';
import type { Task } from '../../../src/engine/process/task';
import { newSplit as options } from '../../unit/core/exports/samples';
import {
  filesOf,
  fingerprint,
  indexed,
  picture,
  put,
  putClasses,
  quiet,
  scratch,
  type Indexed,
} from '../support/indexed';

let home: ReturnType<typeof scratch>;
let source: string;
let out: string;
let opened: Indexed[];

beforeEach(() => {
  home = scratch();
  source = join(home.folder, 'source');
  out = join(home.folder, 'out');
  opened = [];
});
afterEach(() => {
  for (const each of opened) each.close();
  home.remove();
});

async function index(): Promise<Indexed> {
  const each = await indexed(source, home.folder);
  opened.push(each);
  return each;
}
const write = (each: Indexed, more: Partial<ExportOptions> = {}, folder = out, task: Task = quiet) =>
  exportDataset(each.catalog, { options: { ...options, ...more }, folder, version: '1.2.3' }, task);
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: unknown) =>
      [(error as { code: string }).code, (error as { details: { reason?: string } }).details.reason]
        .filter(Boolean)
        .join(' '),
  );
const manifest = (folder = out) =>
  readFileSync(join(folder, 'manifest.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
const images = (folder = out) => filesOf(folder).filter((path) => path.endsWith('.png'));
const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('an export', () => {
  it('contains every image once, under its split and class, with a manifest of correct hashes', async () => {
    await putClasses(source, { cat: 20, dog: 10 });
    const before = fingerprint(source);
    const result = await write(await index());
    expect(result).toMatchObject({ images: 30, mode: 'copy', folder: out, notices: [] });
    const rows = manifest();
    expect(rows.map((row) => row['file_name']).sort()).toEqual(images());
    for (const row of rows) {
      expect(hashOf(join(out, row['file_name']!))).toBe(row['sha256']);
      expect(hashOf(join(source, row['source']!))).toBe(row['sha256']);
    }
    expect(readdirSync(out).sort()).toEqual([
      'class_names.json',
      'class_weights.json',
      'decisions.csv',
      'excluded.csv',
      'export.json',
      'manifest.csv',
      'manifest.jsonl',
      'manifest.parquet',
      'normalization.json',
      'report.html',
      'test',
      'train',
      'train_keras.py',
      'train_torch.py',
      'val',
    ]);
    expect(readdirSync(home.folder).sort()).toEqual(['cache', 'data', 'out', 'source']);
    expect(fingerprint(source)).toEqual(before);
  });

  it('has the same content in Parquet as in JSON lines', async () => {
    await putClasses(source, { '=cat': 4, dog: 4 });
    await write(await index());
    const bytes = readFileSync(join(out, 'manifest.parquet'));
    const rows = await parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    });
    expect(rows).toEqual(manifest());
  });

  it('creates hard links without using space, and symbolic links to the real location', async () => {
    await putClasses(source, { cat: 4, dog: 4 });
    put(home.folder, 'elsewhere/x.png', await picture(99));
    symlinkSync(join(home.folder, 'elsewhere/x.png'), join(source, 'cat/linked.png'));
    const each = await index();
    expect(await write(each, { mode: 'hardlink' })).toMatchObject({ mode: 'hardlink', images: 9 });
    const inodes = (path: string) => statSync(path).ino;
    for (const row of manifest()) {
      expect(lstatSync(join(out, row['file_name']!)).isFile()).toBe(true);
      expect(inodes(join(out, row['file_name']!))).toBe(inodes(join(source, row['source']!)));
    }
    const second = join(home.folder, 'second');
    expect(await write(each, { mode: 'symlink' }, second)).toMatchObject({ mode: 'symlink' });
    const linked = manifest(second).find((row) => row['source'] === 'cat/linked.png')!;
    expect(readlinkSync(join(second, linked['file_name']!))).toBe(join(home.folder, 'elsewhere/x.png'));
    expect(statSync(join(out, 'manifest.csv')).nlink).toBe(1);
  });

  /** A second disk that every Linux has; other systems may have none. */
  const other = '/dev/shm';
  it.skipIf(!existsSync(other) || statSync(other).dev === statSync(tmpdir()).dev)(
    'copies where hard links are impossible, and reports it',
    async () => {
      await putClasses(source, { cat: 3, dog: 3 });
      const far = join(other, `plumbline-test-${process.pid}`);
      try {
        const result = await write(await index(), { mode: 'hardlink' }, far);
        expect(result).toMatchObject({
          mode: 'copy',
          notices: expect.arrayContaining([
            'Hard links cannot point to another disk, so the files were copied.',
          ]) as string[],
        });
        expect(images(far)).toHaveLength(6);
      } finally {
        rmSync(far, { recursive: true, force: true });
      }
    },
  );

  it('follows the review, and keeps identical pictures in one split even before an audit', async () => {
    await putClasses(source, { cat: 12, dog: 12 });
    for (let copy = 0; copy < 6; copy += 1) put(source, `cat/copy${copy}.png`, readFileSync(join(source, 'cat/0.png')));
    const each = await index();
    act(
      each.catalog,
      [
        { image: each.id('cat/1.png'), kind: 'relabel', label: 'dog' },
        { image: each.id('cat/2.png'), kind: 'exclude', label: null },
      ],
      { queue: 'label-error', note: null, source: null, at: 1 },
    );
    await write(each);
    const rows = manifest();
    expect(rows.find((row) => row['source'] === 'cat/1.png')).toMatchObject({
      label: 'dog',
      given_label: 'cat',
      action: 'relabelled',
      reason: 'label-error',
    });
    expect(rows.some((row) => row['source'] === 'cat/2.png')).toBe(false);
    expect(readFileSync(join(out, 'excluded.csv'), 'utf8')).toContain('cat/2.png,cat,label-error');
    expect(readFileSync(join(out, 'decisions.csv'), 'utf8')).toContain('cat/1.png,dog,relabel,cat,1970');
    const twins = rows.filter((row) => /cat\/(0|copy\d)\.png/.test(row['source']!));
    expect(twins).toHaveLength(7);
    expect(new Set(twins.map((row) => row['split'])).size).toBe(1);
    expect(new Set(twins.map((row) => row['duplicate_group'])).size).toBe(1);
  });

  it('rewrites images that loaders read incorrectly: upright, 8 bit, sRGB, without alpha', async () => {
    await putClasses(source, { cat: 3 });
    const noise = await picture(7, 40);
    put(
      source,
      'cat/turned.jpg',
      await sharp(noise)
        .extract({ left: 0, top: 0, width: 40, height: 20 })
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer(),
    );
    put(source, 'cat/cmyk.jpg', await sharp(noise).toColourspace('cmyk').jpeg().toBuffer());
    put(source, 'cat/deep.png', await sharp(noise).toColourspace('rgb16').png().toBuffer());
    put(source, 'cat/see.png', await sharp(noise).ensureAlpha(0.5).png().toBuffer());
    put(source, 'cat/web.webp', await sharp(noise).webp().toBuffer());
    const result = await write(await index(), { convert: true });
    expect(result.converted).toBe(5);
    const rows = manifest();
    for (const name of ['turned.jpg', 'cmyk.jpg', 'deep.png', 'see.png', 'web.webp']) {
      const row = rows.find((each) => each['source'] === `cat/${name}`)!;
      const file = join(out, row['file_name']!);
      expect(hashOf(file)).toBe(row['sha256']);
      expect(row['source_sha256']).toBe(hashOf(join(source, 'cat', name)));
      expect(await sharp(readFileSync(file)).metadata()).toMatchObject({
        space: 'srgb',
        depth: 'uchar',
        channels: 3,
        hasAlpha: false,
      });
    }
    const turned = await sharp(
      readFileSync(join(out, rows.find((each) => each['source'] === 'cat/turned.jpg')!['file_name']!)),
    ).metadata();
    expect([turned.width, turned.height, turned.orientation ?? 1]).toEqual([20, 40, 1]);
  });

  it('accepts names of any kind, and files whose names differ only by case', async () => {
    for (const [seed, path] of [
      'cat/a.png',
      'cat/A.png',
      'cat/ümläut 😀.png',
      'cat/with "quotes", comma.png',
      "dog/=cmd|' /C calc'!A0.png",
      'dog/no-extension',
      'dog/wrong.jpg',
    ].entries())
      put(source, path, await picture(seed + 50));
    mkdirSync(join(source, 'cat'), { recursive: true });
    writeFileSync(
      Buffer.concat([Buffer.from(`${source}/cat/bad`), Buffer.from([0xff, 0xfe]), Buffer.from('.png')]),
      await picture(80),
    );
    const result = await write(await index());
    expect(result.images).toBe(8);
    const rows = manifest();
    const keys = rows.map((row) => row['file_name']!.toLowerCase());
    expect(new Set(keys).size).toBe(8);
    expect(keys.every((key) => key.endsWith('.png'))).toBe(true);
    for (const row of rows) expect(hashOf(join(out, row['file_name']!))).toBe(row['sha256']);
  });
});

describe('an export is refused', () => {
  it.each([
    ['into the data set', () => join(source, 'out'), 'export-target inside-source'],
    ['onto the data set', () => source, 'export-target inside-source'],
    ['around the data set', () => home.folder, 'export-target around-source'],
    [
      'into the data set by a link',
      () => {
        symlinkSync(source, join(home.folder, 'link'));
        return join(home.folder, 'link', 'out');
      },
      'export-target inside-source',
    ],
    [
      'into a folder that is not empty',
      () => {
        put(out, 'mine.txt', Buffer.from('x'));
        return out;
      },
      'export-target not-empty',
    ],
    [
      'over a file',
      () => {
        writeFileSync(out, 'x');
        return out;
      },
      'export-target not-a-folder',
    ],
    ['where there is no folder', () => join(home.folder, 'no', 'such', 'out'), 'export-target no-parent'],
    ['to a relative path', () => 'out', 'export-target not-absolute'],
    ['onto a whole disk', () => '/', 'export-target'],
  ])('%s', async (_, folder, expected) => {
    await putClasses(source, { cat: 2, dog: 2 });
    const before = fingerprint(source);
    expect(await code(write(await index(), {}, folder()))).toContain(expected);
    expect(fingerprint(source)).toEqual(before);
  });

  it('before the folder is indexed', async () => {
    await putClasses(source, { cat: 2 });
    const each = await index();
    each.catalog.db.prepare('UPDATE images SET state = 0 WHERE id = 1').run();
    expect(await code(write(each))).toBe('export-impossible not-indexed');
  });

  it('with an impossible plan: no images left, or classes that differ only by case', async () => {
    await putClasses(source, { cat: 2, Cat: 2 });
    const each = await index();
    expect(await code(write(each))).toBe('export-impossible plan');
    act(
      each.catalog,
      ['Cat/0.png', 'Cat/1.png'].map((path) => ({ image: each.id(path), kind: 'relabel' as const, label: 'cat' })),
      { queue: null, note: null, source: null, at: 1 },
    );
    expect(await code(write(each))).toBe('done');
  });

  it('if the disk has no space, before anything is written', async () => {
    await putClasses(source, { cat: 2, dog: 2 });
    const each = await index();
    each.catalog.db.prepare('UPDATE images SET bytes = 1e17').run();
    expect(await code(write(each))).toBe('disk-full');
    expect(readdirSync(home.folder)).not.toContain('.out.plumbline-part');
  });

  it('if a file changed since it was indexed, in every mode, and nothing is created', async () => {
    await putClasses(source, { cat: 3, dog: 3 });
    const each = await index();
    const file = join(source, 'cat/1.png');
    const stats = statSync(file);
    writeFileSync(file, readFileSync(file).fill(0, 40, 41));
    utimesSync(file, stats.atime, stats.mtime);
    expect(await code(write(each))).toBe('source-changed');
    utimesSync(file, stats.atime, new Date());
    expect(await code(write(each, { mode: 'hardlink' }))).toBe('source-changed');
    rmSync(file);
    expect(await code(write(each, { mode: 'symlink' }))).toBe('source-changed');
    expect(existsSync(out)).toBe(false);
  });
});

describe('an interrupted export', () => {
  const cancelledAfter = (n: number): Task => {
    const controller = new AbortController();
    return {
      signal: controller.signal,
      progress: ({ stage, done }) => stage === 'copy' && done >= n && controller.abort(new Error('stop')),
    };
  };

  it('shows nothing under its final name and continues with the files that exist', async () => {
    await putClasses(source, { cat: 150, dog: 60 });
    const each = await index();
    await expect(write(each, {}, out, cancelledAfter(60))).rejects.toThrow('stop');
    expect(existsSync(out)).toBe(false);
    const part = join(home.folder, '.out.plumbline-part', 'tree');
    const left = filesOf(part);
    expect(left.length).toBeGreaterThan(50);
    const kept = statSync(join(part, left[0]!)).ino;
    writeFileSync(join(part, left[1]!), 'half');
    await write(each);
    expect(statSync(join(out, left[0]!)).ino).toBe(kept);
    for (const row of manifest()) expect(hashOf(join(out, row['file_name']!))).toBe(row['sha256']);
    expect(images()).toHaveLength(210);
    expect(existsSync(join(home.folder, '.out.plumbline-part'))).toBe(false);
  });

  it('starts again if the plan is different', async () => {
    await putClasses(source, { cat: 150, dog: 60 });
    const each = await index();
    await expect(write(each, {}, out, cancelledAfter(60))).rejects.toThrow('stop');
    await write(each, { split: { kind: 'new', shares: [{ name: 'everything', share: 1 }], seed: '' } });
    expect(readdirSync(out)).toContain('everything');
    expect(readdirSync(out)).not.toContain('train');
  });

  it('is only cleaned up if it already got its final name', async () => {
    await putClasses(source, { cat: 3, dog: 3 });
    const each = await index();
    await write(each);
    const before = fingerprint(out);
    // The state after a kill between the last two steps.
    renameSync(out, join(home.folder, 'aside'));
    await expect(
      write(each, {}, out, {
        ...quiet,
        progress: ({ stage }) => {
          if (stage === 'write-manifests') throw new Error('stop');
        },
      }),
    ).rejects.toThrow('stop');
    rmSync(join(home.folder, '.out.plumbline-part', 'tree'), { recursive: true });
    renameSync(join(home.folder, 'aside'), out);
    await write(each);
    expect(fingerprint(out)).toEqual(before);
    expect(existsSync(join(home.folder, '.out.plumbline-part'))).toBe(false);
  });

  it('does not touch a folder of someone else', async () => {
    await putClasses(source, { cat: 3, dog: 3 });
    put(home.folder, '.out.plumbline-part/mine.txt', Buffer.from('x'));
    expect(await code(write(await index()))).toBe('export-target in-the-way');
    expect(readFileSync(join(home.folder, '.out.plumbline-part/mine.txt'), 'utf8')).toBe('x');
  });
});
