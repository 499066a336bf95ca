/** Archives are unpacked into the cache folder and read like folders. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatasetSummary } from '../../../src/contract/model/dataset';
import type { ExportMode, ExportOptions } from '../../../src/contract/model/export';
import { unpackedText } from '../../../src/core/text/unpacked';
import { localEngine } from '../../../src/engine/app/local-engine';
import { put, scratch } from '../support/indexed';
import { tarOf, zipOf, type ZipPart } from '../support/archives';
import { jpeg } from '../support/samples';
import { snapshot } from '../support/snapshot';

const EXPORT: ExportOptions = {
  split: { kind: 'new', shares: [{ name: 'train', share: 1 }], seed: '1' },
  mode: 'copy',
  drop: [],
  convert: false,
  huggingFace: false,
};

let box: ReturnType<typeof scratch>;
let set: string;
let cache: string;
let engine: ReturnType<typeof localEngine>;
beforeEach(() => {
  box = scratch();
  set = join(box.folder, 'set');
  cache = join(box.folder, 'home/cache');
  mkdirSync(set);
  engine = localEngine({ cache, data: join(box.folder, 'home/data') });
});
afterEach(async () => {
  await engine.stop();
  box.remove();
});

/** Writes a file into the folder. */
function file(name: string, data: Uint8Array): string {
  put(set, name, data);
  return join(set, name);
}

/** Opens, unpacks if needed, and indexes. */
async function read(path: string): Promise<DatasetSummary> {
  const { client } = engine;
  await client.call('archives.unpack', { path });
  const { dataset } = await client.call('dataset.open', { root: path });
  await client.runJob('jobs.index', { dataset });
  return client.call('dataset.summary', { dataset });
}

const countsOf = ({ classes }: DatasetSummary): Record<string, number> =>
  Object.fromEntries(classes.map(({ name, count }) => [name, count]));

/** Two classes with two images each. */
async function pets(prefix = ''): Promise<ZipPart[]> {
  const names = ['cat/1.jpg', 'cat/2.jpg', 'dog/1.jpg', 'dog/2.jpg'];
  return Promise.all(names.map(async (name, seed) => ({ name: prefix + name, data: await jpeg(seed) })));
}

const unpackedNames = (): string[] =>
  readdirSync(join(cache, 'unpacked'), { recursive: true }).map((name) => String(name));

describe('archives', () => {
  it('have to be unpacked first, and are opened at once when they were', async () => {
    const path = file('pets.zip', zipOf(await pets()));
    const before = snapshot(set);
    await expect(engine.client.call('dataset.open', { root: path })).rejects.toMatchObject({
      code: 'needs-unpacking',
      message: expect.stringContaining('pets.zip (a ZIP archive') as string,
    });
    const summary = await read(path);
    expect(countsOf(summary)).toEqual({ cat: 2, dog: 2 });
    expect(summary.name).toBe('pets');
    expect(summary.unpacked).toEqual({ source: path, notes: [] });
    expect(snapshot(set)).toEqual(before);
    expect(await engine.client.call('dataset.open', { root: path })).toEqual({ dataset: summary.id });
    expect(await engine.client.call('dataset.recents', {})).toMatchObject([{ root: path, exists: true }]);
    const report = await engine.client.call('report.get', { dataset: summary.id, timings: {} });
    expect(report.dataset.unpacked?.source).toBe(path);
    const noticesOf = async (mode: ExportMode): Promise<string> => {
      const options = { ...EXPORT, mode };
      return (await engine.client.call('export.plan', { dataset: summary.id, options })).notices.join(' ');
    };
    expect(await noticesOf('symlink')).toContain('Symbolic links to them break when it is cleared');
    expect(await noticesOf('hardlink')).not.toContain('cache');
  });

  it.each([
    ['a tar archive', 'pets.tar', (tar: Buffer) => tar],
    ['a compressed tar archive', 'pets.tar.gz', gzipSync],
    ['a compressed tar archive with the short ending', 'pets.tgz', gzipSync],
  ])('%s', async (_what, name, pack: (tar: Buffer) => Buffer) => {
    const path = file(name, pack(tarOf([{ name: 'pets/', type: '5' }, ...(await pets('pets/train/'))])));
    const summary = await read(path);
    expect(countsOf(summary)).toEqual({ cat: 2, dog: 2 });
    expect(summary.name).toBe('pets');
  });

  it('a folder of archives and a table becomes one data set', async () => {
    file('train.zip', zipOf(await pets('train/')));
    file('test.zip', zipOf((await pets()).slice(0, 3)));
    file('notes.csv', Buffer.from('a,b\n1,2\n'));
    const summary = await read(set);
    expect(countsOf(summary)).toEqual({ cat: 4, dog: 3 });
    expect(summary.splits.map(({ name, count }) => [name, count])).toEqual([
      ['train', 4],
      ['test', 3],
    ]);
    expect(summary.name).toBe('set');
  });

  it('a damaged archive among others is left out with a word, and no whole one is a sentence for each', async () => {
    file('train.zip', zipOf(await pets('train/')));
    file('test.zip', Buffer.from('PK\u0003\u0004 no archive'));
    file('shard.parquet', Buffer.from('PAR1 no table PAR1'));
    const summary = await read(set);
    expect(countsOf(summary)).toEqual({ cat: 2, dog: 2 });
    expect(summary.unpacked?.notes).toEqual([
      { code: 'broken', count: 1, detail: expect.stringContaining('shard.parquet cannot be unpacked: ') as string },
      { code: 'broken', count: 1, detail: expect.stringContaining('test.zip cannot be unpacked: ') as string },
    ]);
    expect(unpackedText(summary.unpacked!)[1]).toMatch(
      /^Left out, or used only up to the damage: shard\.parquet cannot be unpacked: .+\.$/,
    );
    rmSync(join(set, 'train.zip'));
    await expect(read(set)).rejects.toMatchObject({
      code: 'bad-archive',
      message: expect.stringMatching(
        /^shard\.parquet cannot be unpacked: .*\. test\.zip cannot be unpacked: .*\.$/,
      ) as string,
    });
  });

  it('archives inside of an archive are unpacked too, but not beside images', async () => {
    const inner = zipOf(await pets());
    const outer = file('outer.zip', zipOf([{ name: 'data/inner.zip', data: inner }]));
    expect(countsOf(await read(outer))).toEqual({ cat: 2, dog: 2 });
    const mixed = file('mixed.zip', zipOf([...(await pets()), { name: 'more.zip', data: inner }]));
    expect((await read(mixed)).unpacked?.notes).toEqual([{ code: 'nested', count: 1, detail: 'more.zip' }]);
    const deep = [1, 2, 3].reduce((data, level) => zipOf([{ name: `${level}.zip`, data }]), inner);
    await expect(read(file('deep.zip', deep))).rejects.toMatchObject({
      code: 'bad-archive',
      message: expect.stringContaining('more than 3 levels deep') as string,
    });
  });

  it('a changed archive is unpacked again and stays the same data set', async () => {
    const path = file('pets.zip', zipOf(await pets()));
    const first = await read(path);
    file('pets.zip', zipOf((await pets()).slice(0, 3)));
    await expect(engine.client.call('dataset.open', { root: path })).rejects.toMatchObject({ code: 'needs-unpacking' });
    const second = await read(path);
    expect(second.id).toBe(first.id);
    expect(countsOf(second)).toEqual({ cat: 2, dog: 1 });
  });

  it('what a killed unpacking left is removed, and forgetting removes the copy', async () => {
    const path = file('pets.zip', zipOf(await pets()));
    const summary = await read(path);
    const home = join(cache, 'unpacked', readdirSync(join(cache, 'unpacked'))[0]!);
    mkdirSync(join(home, 'part-99999999'));
    writeFileSync(join(home, 'part-99999999', 'x.jpg'), 'x');
    rmSync(join(home, 'plumbline-unpacked.json'));
    expect((await read(path)).id).toBe(summary.id);
    expect(readdirSync(home).sort()).toEqual(['pets', 'plumbline-unpacked.json']);
    await engine.client.call('dataset.forget', { dataset: summary.id });
    expect(existsSync(home)).toBe(false);
  });
});

describe('entries that are left out', () => {
  it('of a ZIP archive', async () => {
    const evil = Buffer.from('evil');
    const path = file(
      'odd.zip',
      zipOf([
        ...(await pets()),
        { name: '../evil.jpg', data: evil },
        { name: 'a/../../evil.jpg', data: evil },
        { name: '..\\evil.jpg', data: evil },
        { name: 'cat/3.jpg', data: await jpeg(9), crc: 1 },
        { name: 'cat/1.jpg', data: evil },
        { name: 'cat/link.jpg', data: Buffer.from('/etc/passwd'), mode: 0o120777 },
        { name: 'cat/', data: Buffer.alloc(0), method: 0, mode: 0o040755 },
        { name: '/cat/4.jpg', data: await jpeg(5) },
        { name: 'C:\\dog\\3.jpg', data: await jpeg(6) },
      ]),
    );
    const summary = await read(path);
    expect(countsOf(summary)).toEqual({ cat: 3, dog: 3 });
    expect(summary.unpacked?.notes).toEqual([
      { code: 'outside', count: 3, detail: '../evil.jpg' },
      { code: 'damaged', count: 1, detail: 'cat/3.jpg' },
      { code: 'repeated', count: 1, detail: 'cat/1.jpg' },
      { code: 'not-a-file', count: 1, detail: 'cat/link.jpg' },
    ]);
    expect(unpackedText(summary.unpacked!).slice(1)).toEqual([
      '3 entries are left out because they would be written outside of the folder: for example “../evil.jpg”.',
      '1 entry is left out because it is damaged: “cat/3.jpg”.',
      '1 entry is left out because it has the path of an earlier one: “cat/1.jpg”.',
      '1 entry is left out because it is a link or another special entry: “cat/link.jpg”.',
    ]);
    expect(unpackedNames().filter((name) => name.includes('evil'))).toEqual([]);
  });

  it('of a tar archive; a hard link to a file of the archive is kept', async () => {
    const [first, ...rest] = await pets();
    const path = file(
      'odd.tar',
      tarOf([
        first!,
        ...rest,
        { name: 'cat/3.jpg', type: '1', link: first!.name },
        { name: 'cat/4.jpg', type: '2', link: '1.jpg' },
        { name: 'cat/5.jpg', type: '1', link: '../../../../etc/passwd' },
        { name: '../evil.jpg', data: Buffer.from('evil') },
      ]),
    );
    const summary = await read(path);
    expect(countsOf(summary)).toEqual({ cat: 3, dog: 2 });
    expect(summary.unpacked?.notes).toEqual([
      { code: 'not-a-file', count: 1, detail: 'cat/4.jpg' },
      { code: 'outside', count: 2, detail: 'cat/5.jpg' },
    ]);
  });
});

describe('archives that cannot be unpacked', () => {
  const image = () => jpeg(1);
  it.each([
    ['an encrypted one', 'a.zip', async () => zipOf([{ name: 'a/1.jpg', data: await image(), flags: 1 }]), 'encrypted'],
    [
      'an unknown method',
      'a.zip',
      async () => zipOf([{ name: 'a/1.jpg', data: await image(), method: 93 }]),
      'Zstandard',
    ],
    [
      'a bomb',
      'a.zip',
      async () => zipOf([{ name: 'a/1.jpg', data: await image(), size: 4_000_000_000 }]),
      'made to fill a disk',
    ],
    ['a ZIP archive that is cut off', 'a.zip', async () => zipOf(await pets()).subarray(0, 300), 'cut off'],
    ['a tar archive that is cut off', 'a.tar', async () => tarOf(await pets()).subarray(0, 1300), 'cut off'],
    [
      'a compressed tar archive that is cut off',
      'a.tar.gz',
      async () => gzipSync(tarOf(await pets())).subarray(0, 1300),
      'cut off',
    ],
    ['a tar archive of zeros', 'a.tar', () => Promise.resolve(Buffer.alloc(4096)), 'Unrecognized archive format'],
    [
      'one without images',
      'a.zip',
      () => Promise.resolve(zipOf([{ name: 'x.dcm', data: Buffer.from('x') }])),
      'x.dcm (a DICOM image',
    ],
  ])('%s', async (_what, name, make, words) => {
    const path = file(name, await make());
    const failed = read(path);
    await expect(failed).rejects.toMatchObject({ message: expect.stringContaining(words) as string });
    await expect(failed).rejects.toMatchObject({ message: expect.stringMatching(/^[^\n]{10,300}\.$/) as string });
    expect(unpackedNames().filter((one) => one.includes('/'))).toEqual([]);
  });

  it('a cancelled unpacking leaves nothing', async () => {
    const path = file('pets.zip', zipOf(await pets()));
    const going = engine.client.call('archives.unpack', { path });
    await engine.client.call('archives.cancel', {});
    await expect(going).rejects.toMatchObject({ code: 'cancelled' });
    await expect(engine.client.call('dataset.open', { root: path })).rejects.toMatchObject({ code: 'needs-unpacking' });
  });
});
