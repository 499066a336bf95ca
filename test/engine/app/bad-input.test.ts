/** For any state of the folder or the machine: one clear sentence, no crash, and an unchanged folder. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { EventPayload } from '../../../src/contract/api';
import { closeCatalog, openCatalog } from '../../../src/engine/catalog/catalog';
import { localEngine } from '../../../src/engine/app/local-engine';
import { datasetIdOf } from '../../../src/engine/files/dataset-id';
import { JobRunner } from '../../../src/engine/app/jobs';
import { runIndex } from '../../../src/engine/stages/index-run';
import { put, scratch } from '../support/indexed';
import { corrupted, hugePng, jpeg, raw, truncated } from '../support/samples';
import { snapshot } from '../support/snapshot';

let set: string;
let box: ReturnType<typeof scratch>;
let engine: ReturnType<typeof localEngine>;
beforeEach(() => {
  box = scratch();
  set = join(box.folder, 'set');
  mkdirSync(set);
  engine = localEngine({ cache: join(box.folder, 'home/cache'), data: join(box.folder, 'home/data') });
});
afterEach(async () => {
  await engine.stop();
  box.remove();
});

async function index(root = set): Promise<string> {
  const { dataset } = await engine.client.call('dataset.open', { root });
  await engine.client.runJob('jobs.index', { dataset });
  return dataset;
}

const NOBODY = 65_534;

/** Runs as a user without rights, because file permissions do not apply to root. */
async function withoutRights<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid!(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
  }
}

const oneSentence = /^[^\n]{10,300}\.$/;

describe('a folder that cannot be indexed', () => {
  it.each([
    [
      'a file',
      'not-a-folder',
      'is a file, not a folder',
      () => put(box.folder, 'set/x.txt', Buffer.from('x')),
      'x.txt',
    ],
    ['a missing folder', 'not-a-folder', 'There is no folder', () => undefined, 'missing'],
    ['an empty folder', 'folder-empty', 'is empty', () => undefined, ''],
    ['a folder of hidden files', 'folder-empty', 'is empty', () => put(set, '.DS_Store', Buffer.from('x')), ''],
    [
      'a folder with an archive',
      'needs-unpacking',
      'a/pets.zip (a ZIP archive, 8 bytes)',
      () => put(set, 'a/pets.zip', Buffer.from('PK\x03\x04rest')),
      '',
    ],
    [
      'an archive that is not unpacked here',
      'not-a-folder',
      'train.h5 (an HDF5 file, 8 bytes): extract the images',
      () => put(set, 'train.h5', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')),
      'train.h5',
    ],
    [
      'a folder without images',
      'no-images',
      'or its subfolders, only 1 .txt file. If',
      () => put(set, 'a/readme.txt', Buffer.from('x')),
      '',
    ],
    [
      'loose images without labels',
      'layout-impossible',
      'have no labels',
      () => put(set, '1.jpg', Buffer.from('x')),
      '',
    ],
    [
      'loose images with a broken table',
      'bad-table',
      'labels.csv cannot be read',
      () => {
        put(set, '1.jpg', Buffer.from('x'));
        put(set, 'labels.csv', Buffer.from('filename,label\n"1.jpg\0,\n'));
      },
      '',
    ],
  ])('%s', async (_what, code, words, make, at) => {
    make();
    const before = snapshot(set);
    await expect(index(join(set, at))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words) as string,
    });
    await expect(index(join(set, at))).rejects.toMatchObject({ message: expect.stringMatching(oneSentence) as string });
    expect(snapshot(set)).toEqual(before);
  });

  it('says why a table gives no labels, also beside a table of pixels', async () => {
    for (const folder of ['images_part_1', 'images_part_2'])
      for (const name of ['1.jpg', '2.jpg']) put(set, `${folder}/${name}`, Buffer.from(name));
    put(set, 'labels.csv', Buffer.from('image,label\n1.jpg,cat\n2.jpg,dog\n'));
    const pixels = Array.from({ length: 64 }, (_, at) => `pixel${at}`);
    put(set, 'pixels.csv', Buffer.from(`label,${pixels.join(',')}\n1,${pixels.map(() => '7').join(',')}\n`));
    await expect(index()).rejects.toMatchObject({
      code: 'layout-impossible',
      message: expect.stringContaining(
        'labels.csv was not used: 2 rows have a file name that is in several folders, so that no row says which image is meant.',
      ) as string,
    });
  });

  it('a folder without permission is refused', async () => {
    put(set, 'a/1.jpg', await jpeg(1));
    for (const folder of [box.folder, `${box.folder}/home`]) {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0o777);
    }
    chmodSync(set, 0o000);
    await withoutRights(async () => {
      await expect(index()).rejects.toMatchObject({
        code: 'no-permission',
        message: expect.stringMatching(/permission/) as string,
      });
    });
    chmodSync(set, 0o755);
  });

  it('a folder with a class and a file without permission is indexed without them', async () => {
    for (const path of ['a/1.jpg', 'a/2.jpg', 'b/1.jpg']) put(set, path, await jpeg(1));
    mkdirSync(`${box.folder}/home`, { recursive: true });
    for (const folder of [box.folder, `${box.folder}/home`]) chmodSync(folder, 0o777);
    chmodSync(join(set, 'a/2.jpg'), 0o000);
    chmodSync(join(set, 'b'), 0o000);
    const summary = await withoutRights(async () => engine.client.call('dataset.summary', { dataset: await index() }));
    expect(summary).toMatchObject({
      images: 1,
      unreadable: 1,
      unreadableReasons: [{ code: 'permission-denied', count: 1 }],
      skipped: [{ reason: 'folder-forbidden', name: '', count: 1 }],
    });
    chmodSync(join(set, 'b'), 0o755);
  });
});

describe('a folder with files of every odd kind', () => {
  it('is indexed completely and not changed, and each bad file has its reason', async () => {
    const good = await jpeg(1, 256, 256);
    const bad: Record<string, [Buffer, string]> = {
      'zero.jpg': [Buffer.alloc(0), 'empty-file'],
      'text.jpg': [Buffer.from('not a picture\n'), 'not-an-image'],
      'cut.jpg': [truncated(good), 'truncated'],
      'bits.jpg': [corrupted(good, 3), 'corrupt'],
      'huge.png': [hugePng(30_000, 30_000), 'too-many-pixels'],
    };
    const fine: Record<string, Buffer> = {
      'sp ace.jpg': good,
      [`quo'te".jpg`]: good,
      'new\nline.jpg': good,
      'emoji_😀.jpg': good,
      'wrong.jpg': await raw(2).png().toBuffer(),
      'cmyk.jpg': await raw(3).toColourspace('cmyk').jpeg().toBuffer(),
      'deep.png': await sharp(new Uint16Array(64 * 64).fill(30_000), { raw: { width: 64, height: 64, channels: 1 } })
        .toColourspace('grey16')
        .png()
        .toBuffer(),
      'turned.jpg': await raw(4).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      'moving.gif': await sharp(Buffer.alloc(32 * 64 * 3, 90), {
        raw: { width: 32, height: 64, channels: 3, pageHeight: 32 },
      })
        .gif()
        .toBuffer(),
    };
    for (const [name, [bytes]] of Object.entries(bad)) put(set, `only/${name}`, bytes);
    for (const [name, bytes] of Object.entries(fine)) put(set, `only/${name}`, bytes);
    writeFileSync(
      Buffer.concat([Buffer.from(join(set, 'only/bytes_')), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('.jpg')]),
      good,
    );
    symlinkSync('..', join(set, 'only/loop'));
    symlinkSync('nowhere.jpg', join(set, 'only/dangling.jpg'));
    const before = snapshot(set);
    const dataset = await index();
    const page = async (unreadable: boolean) =>
      (
        await engine.client.call('images.list', {
          dataset,
          filter: { unreadable },
          sort: { by: 'path', descending: false },
          offset: 0,
          limit: 100,
        })
      ).items;
    const broken = await page(true);
    expect(Object.fromEntries(broken.map(({ path, unreadable }) => [path.slice(5), unreadable?.code]))).toEqual({
      ...Object.fromEntries(Object.entries(bad).map(([name, [, code]]) => [name, code])),
      'dangling.jpg': 'broken-link',
    });
    for (const { unreadable } of broken) expect(unreadable?.reason).toMatch(oneSentence);
    expect((await page(false)).map(({ path }) => path.slice(5)).sort()).toEqual(
      [...Object.keys(fine), 'bytes_\\xC3(\\xFF.jpg'].sort(),
    );
    const odd = (await page(false)).find(({ path }) => path.includes('bytes_'))!;
    expect((await engine.client.call('images.picture', { dataset, image: odd.id })).data.length).toBeGreaterThan(100);
    const summary = await engine.client.call('dataset.summary', { dataset });
    expect(summary.classes.map(({ name }) => name)).toEqual(['only']);
    expect(summary.skipped).toContainEqual({ reason: 'folder-link-loop', name: '', count: 1 });
    expect(snapshot(set)).toEqual(before);
  });
});

describe('problems of the machine', () => {
  it('a full disk ends the job with one sentence, and the job continues when there is space again', async () => {
    for (let i = 0; i < 150; i += 1) put(set, `a/${i}.jpg`, await jpeg(i));
    const catalog = openCatalog(
      { cache: join(box.folder, 'full'), data: join(box.folder, 'full') },
      datasetIdOf(set),
      set,
    );
    // SQLite's own limit replaces a full disk: it gives the same error at the same place.
    catalog.db.pragma(`max_page_count = ${(catalog.db.pragma('page_count', { simple: true }) as number) + 300}`);
    const run = () =>
      new Promise<EventPayload<'job'>>((resolve) => {
        new JobRunner((status) => status.state !== 'running' && resolve(status)).start(catalog, 'index', {}, (task) =>
          runIndex(catalog, task),
        );
      });
    expect((await run()).error).toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/^The disk is full: .* is kept\.$/) as string,
    });
    const kept = catalog.db.prepare<[], number>('SELECT count(*) FROM images WHERE state = 1').pluck().get()!;
    expect(kept).toBeLessThan(150);
    catalog.db.pragma('max_page_count = 100000000');
    expect(await run()).toMatchObject({ state: 'done' });
    expect(catalog.db.prepare<[], number>('SELECT count(*) FROM images WHERE state = 1').pluck().get()).toBe(150);
    closeCatalog(catalog);
  });

  it('a cache folder that cannot be written is reported', async () => {
    put(set, 'a/1.jpg', await jpeg(1));
    writeFileSync(join(box.folder, 'file'), 'x');
    const { client, stop } = localEngine({
      cache: join(box.folder, 'file/cache'),
      data: join(box.folder, 'home/data'),
    });
    await expect(client.call('dataset.open', { root: set })).rejects.toMatchObject({
      code: 'cache-unwritable',
      message: expect.stringMatching(/cannot write .* Make that folder writable/) as string,
    });
    await stop();
  });

  it('an index with internal damage is reported, set aside and rebuilt', async () => {
    for (let i = 0; i < 60; i += 1) put(set, `a/${i}.jpg`, await jpeg(i));
    const dataset = await index();
    await engine.stop();
    const file = join(box.folder, 'home/cache/datasets', dataset, 'index.sqlite');
    const handle = openSync(file, 'r+');
    for (let page = 2; page < 60; page += 1) writeSync(handle, Buffer.alloc(3000, 0x5a), 0, 3000, page * 4096 + 50);
    closeSync(handle);
    engine = localEngine({ cache: join(box.folder, 'home/cache'), data: join(box.folder, 'home/data') });
    const told: string[] = [];
    engine.client.on('notice', ({ error }) => told.push(error.message));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const failure = await index().then(
        () => null,
        (error: unknown) => error as { code: string; message: string },
      );
      if (failure === null) break;
      expect(failure.code).toBe('catalog-broken');
      told.push(failure.message);
    }
    expect(told.join(' ')).toMatch(/set aside/);
    expect(await engine.client.call('dataset.summary', { dataset })).toMatchObject({ images: 60, unreadable: 0 });
    expect(readdirSync(join(box.folder, 'home/cache/datasets', dataset))).toContain('index.sqlite.broken');
  });
});
